"""Choose a base for fine-tuning among hundreds of models that others have fine-tuned already (intertraining).

The table is that of Choshen et al. 2022 (arXiv:2211.00107): `results/roberta-base_table.csv` of
https://github.com/IBM/model-recycling (Apache-2.0), one line a base, one column a task that was fine-tuned from it.

    python examples/select_base_models.py roberta-base_table.csv
"""

import csv
import sys
from collections import Counter
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr

from ridgeline.select.bases.choice import by_other_tasks, by_probe, regret_by_probes, shortlist_regret
from ridgeline.select.bases.effects import gain_effects
from ridgeline.select.checks_columns import columns_out_of_order
from ridgeline.select.scores import Scores
from ridgeline.select.stats.resample import paired_bootstrap

PRETRAINED = "roberta-base"
PROBE = "mnli_lp"  # a linear probe on MNLI: the body stays as it is, one layer is trained on top

with Path(sys.argv[1]).open(encoding="utf-8") as file:
    lines = list(csv.DictReader(file))
tasks = [name for name in lines[0] if name not in {"", "model_name", "avg", PROBE}]
whole = [line for line in lines if all(line[name] for name in tasks)]
twice = [name for name, times in Counter(line["model_name"] for line in whole).items() if times > 1]
first = {
    line["model_name"]: line for line in reversed(whole)
}  # of those that stand twice the first line counts
table = Scores.of(list(first), tasks, [[float(line[task]) for task in tasks] for line in first.values()])
probe = np.array([float(line[PROBE] or "nan") for line in first.values()])
wrong = columns_out_of_order(table)
print(
    f"{len(lines)} lines; {len(lines) - len(whole)} lack a score; {len(first)} models, {', '.join(twice) or 'none'} twice"
)
print(f"{len(wrong)} of them have scores in the wrong columns", end="")
if wrong:
    worst = max(wrong, key=lambda one: one.gain)
    print(f"; {table.candidates[worst.candidate]} in {len(worst.tasks)} of {len(tasks)}:")
    for cell, fits in list(zip(worst.tasks, worst.belongs, strict=True))[:3]:
        usual = np.median(table.values[:, cell])
        print(
            f"  {tasks[cell]} {table.values[worst.candidate, cell]:.1f}, usually {usual:.1f}: would fit {tasks[fits]}"
        )


def report(rows: np.ndarray) -> None:
    """Print what bases and targets do, and what choosing a base costs, over some of the models."""
    scores = table.values[rows]
    start = int(np.flatnonzero(rows == table.candidates.index(PRETRAINED))[0])
    effects = gain_effects(np.delete(scores - scores[start], start, axis=0))
    print(f"\n{len(rows)} models × {len(tasks)} tasks. The gain over {PRETRAINED} as base + target:")
    (low, high), (least, most) = effects.r_squared_interval, effects.base_share_interval
    print(f"  R² {effects.r_squared:.2f} ({low:.2f} to {high:.2f}); residuals {effects.spread:.1f} points")
    print(f"  target {effects.target_share:.2f}, base {effects.base_share:.2f} ({least:.2f} to {most:.2f})")
    print(
        f"  within a target the base's effect explains {effects.sum_share:.2f}, base × target {effects.product_share:.2f}"
    )
    others = by_other_tasks(scores, pretrained=start)
    gain = paired_bootstrap(-others.regret, -others.random)
    print("Mean regret in points:")
    print(
        f"  mean of the other tasks {others.regret.mean():.1f}, a random base {others.random.mean():.1f},",
        end="",
    )
    print(f" {PRETRAINED} {others.pretrained.mean():.1f}")
    print(
        f"  so choosing saves {gain.difference:.1f} ({gain.low:.1f} to {gain.high:.1f} over resampled tasks)"
    )
    curve = regret_by_probes(scores, draws=20)
    few = ", ".join(f"{n}: {curve[n - 1]:.1f}" for n in (1, 2, 3, 5, 10) if n <= len(curve))
    print(f"  by the mean of so many probe tasks: {few}")
    probed = ~np.isnan(probe[rows])
    cheap, scores = probe[rows][probed], scores[probed]
    alone, (listed, random) = by_probe(cheap, scores), shortlist_regret(cheap, scores, min(5, len(cheap)))
    order = spearmanr(cheap, scores.mean(axis=1)).statistic
    print(
        f"The linear probe on MNLI has ρ = {order:.2f} with the mean over tasks. Regret of its best {alone.regret.mean():.1f};"
    )
    print(
        f"  of the best of its first five, all fine-tuned, {listed.mean():.1f}, of five random bases {random.mean():.1f}"
    )


report(np.arange(len(first)))
report(np.setdiff1d(np.arange(len(first)), [one.candidate for one in wrong]))
