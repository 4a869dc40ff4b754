"""What each selection rule picks among the sweep's candidates, and what that costs per target language."""

from dataclasses import dataclass

import numpy as np

from ridgeline.demo.sweep import EXPERIMENT
from ridgeline.demo.task import SOURCE
from ridgeline.query.repo import Repo
from ridgeline.select.regret import Pick, pick
from ridgeline.select.rules.mean_pivots import mean_pivot_dev
from ridgeline.select.rules.source_dev import source_dev
from ridgeline.select.scores import Scores

METRIC = "accuracy"


@dataclass(frozen=True, slots=True)
class TargetVerdict:
    """The picks for one target language; scores are test accuracies in [0, 1]."""

    language: str
    by_source: Pick
    by_pivots: Pick
    oracle: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """The picks for all target languages, over the candidates named `candidates`."""

    candidates: tuple[str, ...]
    targets: tuple[TargetVerdict, ...]

    def mean_regret(self) -> tuple[float, float]:
        """Return the regret of English dev and of the mean of the pivots, averaged over the targets."""
        by_source, by_pivots = zip(
            *((t.by_source.regret, t.by_pivots.regret) for t in self.targets), strict=True
        )
        return float(np.mean(by_source)), float(np.mean(by_pivots))


def judge(repo: Repo) -> Verdict:
    """Read the finished candidates' last scores and let both rules choose for every target language.

    The pivots of a target are all other languages but English: their dev sets may be seen, the target's may not.
    """
    dev, test = read_scores(repo, "dev"), read_scores(repo, "test")
    targets = [lang for lang in dev.tasks if lang != SOURCE]
    verdicts = []
    for target in targets:
        truth = test.column(target)
        pivots = [lang for lang in targets if lang != target]
        verdicts.append(
            TargetVerdict(
                language=target,
                by_source=pick(source_dev(dev, SOURCE), truth),
                by_pivots=pick(mean_pivot_dev(dev, pivots), truth),
                oracle=int(np.nanargmax(truth)),
            )
        )
    return Verdict(dev.candidates, tuple(verdicts))


def read_scores(repo: Repo, subset: str) -> Scores:
    """Read the last accuracy of every finished candidate in every language, English first."""
    languages = sorted(
        {str(c["lang"]) for c in repo.contexts(METRIC) if "lang" in c},
        key=lambda lang: (lang != SOURCE, lang),
    )
    columns = [
        f'run.metrics["{METRIC}", {{"lang": "{lang}", "subset": "{subset}"}}].last' for lang in languages
    ]
    table = repo.runs(
        f'run.experiment == "{EXPERIMENT}" and run.status == "finished"', columns=columns, order_by="run.name"
    )
    values = [table.to_numpy(column) for column in columns]
    return Scores.of([run.name for run in table], languages, np.stack(values, axis=1))
