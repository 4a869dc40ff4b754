"""Choose among 72 fine-tunes of CLIP: the validation set they were tuned on misleads, another shifted set does not.

The table is that of Wortsman et al., ICML 2022 (arXiv:2203.05482): `individual_model_results.jsonl` of
https://github.com/mlfoundations/model-soups (MIT licence), one line a model.

    python examples/select_clip_finetunes.py individual_model_results.jsonl
"""

import json
import sys
from pathlib import Path

from ridgeline import select

SOURCE = "ImageNet2p"  # 2 % of ImageNet's training set, held out: what everyone selects by
SHIFTED = ("ImageNetR", "ObjectNet", "ImageNetA")

lines = [json.loads(line) for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()]
tasks = [SOURCE, *SHIFTED]
scores = select.Scores.of(
    [line["model_name"] for line in lines], tasks, [[line[task] for task in tasks] for line in lines]
)

print(f"{len(lines)} models; regret in points of accuracy, and the rank of the pick\n")
print("target      rule               pick       regret  95 % of sweeps   rank   wins")
for target in SHIFTED:
    pivots = [task for task in SHIFTED if task != target]
    rules = ["source-dev", *(f"pivot:{pivot}" for pivot in pivots), "mean-pivots"]
    for verdict in select.rank(scores, target, source=SOURCE, rules=rules, test=scores.column(target)):
        outcome = verdict.outcome
        pick = scores.candidates[verdict.chosen[0]]
        print(
            f"{target:11} {verdict.rule.name:18} {pick:10} {100 * outcome.pick.regret:6.1f}"
            f"  {100 * outcome.low:5.1f} to {100 * outcome.high:4.1f}  {outcome.pick.rank:5}  {outcome.wins:5.2f}"
        )
