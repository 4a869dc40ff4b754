"""Which of the demo's models for a language without labels: LMS and label-free scorers against English dev, pivots and oracle.

    ridgeline demo --no-serve --repo ridgeline-demo
    python examples/select_demo_languages.py ridgeline-demo

Each language but English plays the target once; its test scores judge the picks. First the labels of the other languages' dev
sets judge all models. Then half of the models, drawn anew a few times, are new: nothing but English labels judges these, and
the choice is among them.
"""

import argparse

import numpy as np
from numpy.typing import NDArray

from ridgeline import Repo, select
from ridgeline.query.snapshot import Snapshot
from ridgeline.select.lms import learn_to_select
from ridgeline.select.regret import pick
from ridgeline.select.rules.lms import judge
from ridgeline.select.sweeps import Truth, resampled_regrets
from ridgeline.select.tracked import TrackedScores

Array = NDArray[np.float64]

SOURCE = "en"
PLAIN = ["source-dev", "nearest-pivot", "central-pivot", "mean-pivots"]
LABEL_FREE = ["entropy", "mutual-information", "mano", "snd", "atc", "doc", "agreement"]
RESAMPLES = 1000


def interval(regrets: Array) -> Array:
    """Percentiles of the mean over targets, from [targets, splits, resampled sweeps]: other models, and other targets."""
    regrets = regrets.mean(axis=1)
    rng = np.random.default_rng(0)
    drawn = rng.integers(len(regrets), size=(len(regrets), regrets.shape[1]))
    return np.percentile(np.take_along_axis(regrets, drawn, axis=0).mean(axis=0), [2.5, 97.5])


def table(title: str, said: dict[str, list[Array]], truths: list[Array], splits: int = 1) -> None:
    """Print the mean regret of each rule, and how it differs from English dev.

    Args:
        title: what is compared.
        said: rule to a list of what it says of each model, an array a target.
        truths: the targets' test scores, an array a target.
        splits: how many arrays there are a target, one after the other.
    """
    sweeps = [
        resampled_regrets(
            {name: scores[at] for name, scores in said.items()}, Truth(truth), "candidates", RESAMPLES, 0
        )
        for at, truth in enumerate(truths)
    ]
    print(f"\n{title}\nrule                regret  95 %           less than English dev  95 %")
    for name, scores in said.items():
        regrets = [pick(one, truth).regret for one, truth in zip(scores, truths, strict=True)]
        plain = [pick(one, truth).regret for one, truth in zip(said["source-dev"], truths, strict=True)]
        own = 100 * np.stack([sweep[name] for sweep in sweeps]).reshape(-1, splits, RESAMPLES)
        plain_own = 100 * np.stack([sweep["source-dev"] for sweep in sweeps]).reshape(own.shape)
        (low, high), (least, most) = interval(own), interval(plain_own - own)
        print(
            f"{name:18} {100 * np.mean(regrets):7.2f}  {low:4.2f} to {high:5.2f}"
            f"  {100 * (np.mean(plain) - np.mean(regrets)):20.2f}  {least:5.2f} to {most:5.2f}"
        )


def with_labels_of_pivots(snapshot: Snapshot, scores: TrackedScores, targets: list[str]) -> None:
    """All models have been judged on the dev sets of all languages but the target."""
    said: dict[str, list[Array]] = {}
    abstained = 0
    for target in targets:
        choice = select.TrackedChoice(snapshot, scores, target, SOURCE)
        for rule in choice.rules([*PLAIN, "lms", *LABEL_FREE, "target-dev"]):
            said.setdefault(rule.name, []).append(rule.ask(choice.evidence).scores)
        judgement = judge(choice.evidence)  # what the rule lms has asked, and kept
        said.setdefault("lms, never silent", []).append(judgement.learned)
        abstained += bool(judgement.abstains)
    truths = [scores.test.column(target) for target in targets]
    said["at random"] = [np.zeros(len(truth)) for truth in truths]
    table("All models judged on pivots", said, truths)
    print(f"lms abstains for {abstained} of {len(targets)} targets")


def among_new_models(snapshot: Snapshot, scores: TrackedScores, targets: list[str], splits: int) -> None:
    """Half of the models have labels of English alone, and the choice is among them."""
    said: dict[str, list[Array]] = {}
    truths, abstained = [], 0
    pivots = [task for task in scores.dev.tasks if task != SOURCE]
    columns = [scores.dev.tasks.index(task) for task in pivots]
    n = len(scores.names)
    for target in targets:
        choice = select.TrackedChoice(snapshot, scores, target, SOURCE)
        seen = {task: choice.evidence.representations[task] for task in pivots}
        scorers = {rule.name: rule.ask(choice.evidence).scores for rule in choice.rules(LABEL_FREE)}
        for split in range(splits):
            new = np.random.default_rng(split).permutation(n)[: n // 2]
            values = scores.dev.values.copy()
            values[np.ix_(new, columns)] = np.nan
            dev = select.Scores.of(scores.dev.candidates, scores.dev.tasks, values)
            found = learn_to_select(dev, target, seen, source=SOURCE)
            abstained += bool(found.abstains)
            unseen = [task for task in pivots if task != target]
            each = {
                "source-dev": dev.column(SOURCE),
                "lms": found.scores,
                "lms, never silent": found.learned,
                **scorers,
                "(mean-pivots)": scores.dev.mean(unseen),
                "at random": np.zeros(n),
            }
            for name, values_of in each.items():
                said.setdefault(name, []).append(values_of[new])
            truths.append(scores.test.column(target)[new])
    table(
        f"Among new models, {splits} splits; (…) would need labels that they have not", said, truths, splits
    )
    print(f"lms abstains {abstained} of {len(truths)} times")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("repo", help="folder of the demo's runs")
    parser.add_argument("--targets", help="languages, separated by commas; all but English if not given")
    parser.add_argument("--splits", type=int, default=3, help="of the models into old and new; 0: none")
    options = parser.parse_args()
    with Repo(options.repo) as repo:
        snapshot = repo.snapshot()
        scores = select.read_scores(snapshot, "accuracy{subset=test}")
        languages = [task for task in scores.test.tasks if task != SOURCE]
        targets = options.targets.split(",") if options.targets else languages
        print(f"{len(scores.names)} models, {len(targets)} targets; regret in points of accuracy")
        with_labels_of_pivots(snapshot, scores, targets)
        if options.splits:
            among_new_models(snapshot, scores, targets, options.splits)
