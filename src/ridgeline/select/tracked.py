"""Scores of tracked runs, or of their checkpoints, as a matrix: candidates × tasks."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import InputError, NotFoundError
from ridgeline.core.goal import lower_is_better
from ridgeline.core.values import Json
from ridgeline.index.base import MetricKey
from ridgeline.query.repo import Repo
from ridgeline.query.series_set import SeriesSet, series_matching
from ridgeline.query.snapshot import Snapshot
from ridgeline.select.scores import Scores
from ridgeline.select.tracked_checkpoints import checkpoints_of, values_at
from ridgeline.select.tracked_tasks import Reducer, column_of, dev_selector, split_keys, task_names


@dataclass(frozen=True, slots=True)
class TrackedScores:
    """Dev and test scores of candidates, as the repository has them.

    Attributes:
        names: of the candidates, in their order: of the run, or `run@step` of a checkpoint.
        dev: [candidates, tasks]; higher is better: what is better when lower stands negated. Candidates are ids of runs, or
            `id@step`.
        test: the same of the target's context or contexts, for the same candidates; NaN where there is no such value.
        dev_columns: expressions that give the same columns in a table of runs, `run.metrics["f1", {"lang": "de"}].last`.
        test_columns: the same of the test scores.
        metric: name of the metric.
        sign: −1 if lower is better, else 1; times a score it gives the value that was tracked.
        rids: numbers of the candidates' runs in the index, [candidates].
        steps: of the checkpoints, [candidates]; None: candidates are runs.
        dev_contexts: in which each column of `dev` was tracked.
        test_contexts: the same of `test`.
        split: keys of the context that tell dev sets from test sets.
    """

    names: tuple[str, ...]
    dev: Scores
    test: Scores
    dev_columns: tuple[str, ...]
    test_columns: tuple[str, ...]
    metric: str
    sign: int
    rids: NDArray[np.int64]
    steps: NDArray[np.int64] | None
    dev_contexts: tuple[dict[str, Json], ...]
    test_contexts: tuple[dict[str, Json], ...]
    split: frozenset[str]


def read_scores(
    repo: Repo | Snapshot,
    target: str,
    *,
    dev: str | None = None,
    query: str = "",
    reducer: Reducer = "last",
    checkpoints: bool = False,
) -> TrackedScores:
    """Read the scores that choosing for a target needs.

    Args:
        repo: where the runs are, now or at the moment of a snapshot.
        target: selector of the target's test scores, such as `f1{lang=de,subset=test}`; what it leaves open, several
            languages, are several targets.
        dev: selector of the dev scores; None: the same metric with `dev`, `val`, `valid`, `validation` or `eval` where the
            target has `test`, and all values of its other keys.
        query: which runs are candidates; blank: all that are not archived.
        reducer: what a series counts by: its last value, its best, …. The best of a dev set is that of its best
            step; for a test set that is choosing by the test.
        checkpoints: take each step at which a dev score was tracked for a candidate of its own, with the test score of
            the same step, NaN where none was tracked there.

    Raises:
        InputError: a selector or the query is wrong, no dev set can be told from the target's context, or checkpoints
            are asked for by another value than the last.
        NotFoundError: no run has such scores.
    """
    if checkpoints and reducer != "last":
        raise InputError(
            f"A checkpoint counts by its value at its step, so there is no {reducer!r} of several. Leave the value out.",
            "checkpoints-value",
        )
    snapshot = repo.snapshot() if isinstance(repo, Repo) else repo
    tested = series_matching(snapshot, query, [target])
    test_keys = _keys(snapshot, tested, target)
    metric = test_keys[0].name
    known = series_matching(
        snapshot, query, [dev if dev is not None else dev_selector(snapshot, test_keys[0])]
    )
    dev_keys = _keys(snapshot, known, dev or f"{metric} of a dev set")
    sign = _sign(metric, {key.name for key in (*test_keys, *dev_keys)})
    rids = np.unique(known.rid)
    rids = rids[np.argsort(snapshot.runs.created[snapshot.rows_of(rids)[0]], kind="stable")]
    steps = None
    if checkpoints:
        rids, steps = checkpoints_of(snapshot, known, rids)
        matrices = [sign * values_at(snapshot, series, rids, steps) for series in (known, tested)]
    else:
        matrices = [
            _matrix(series, rids, sign * _reduced(series, reducer, sign)) for series in (known, tested)
        ]
    rows = snapshot.rows_of(rids)[0]
    ids, called = (_labels(texts[rows].tolist(), steps) for texts in (snapshot.runs.id, snapshot.runs.name))
    split = split_keys(test_keys, dev_keys)
    return TrackedScores(
        names=tuple(called),
        dev=Scores.of(ids, task_names(dev_keys, split), matrices[0]),
        test=Scores.of(ids, task_names(test_keys, split), matrices[1]),
        dev_columns=tuple(column_of(key, reducer) for key in dev_keys),
        test_columns=tuple(column_of(key, reducer) for key in test_keys),
        metric=metric,
        sign=sign,
        rids=rids,
        steps=steps,
        dev_contexts=tuple(key.context for key in dev_keys),
        test_contexts=tuple(key.context for key in test_keys),
        split=frozenset(split),
    )


def _sign(metric: str, names: set[str]) -> int:
    """Return what times a value makes higher better: −1 or 1."""
    if len({lower_is_better(name) for name in names}) > 1:
        raise InputError(
            f"Of the metrics {', '.join(sorted(names))} some are better higher and some lower, so their orders do not"
            " compare. Choose one metric.",
            "mixed-goals",
        )
    return -1 if lower_is_better(metric) else 1


def _labels(texts: list[str], steps: NDArray[np.int64] | None) -> list[str]:
    if steps is None:
        return texts
    return [f"{text}@{step}" for text, step in zip(texts, steps.tolist(), strict=True)]


def _keys(snapshot: Snapshot, series: SeriesSet, what: str) -> list[MetricKey]:
    found = [snapshot.metric_by_id[mid] for mid in np.unique(series.mid).tolist()]
    if not found:
        hint = " ".join(notice.message for notice in series.warnings)
        raise NotFoundError(f"No run among these has the scores {what!r}. {hint}".strip(), "scores-not-found")
    return found


def _matrix(series: SeriesSet, rids: NDArray[np.int64], numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return [runs, metrics] from one number a series; NaN where a run has no such series."""
    mids, column = np.unique(series.mid, return_inverse=True)
    values = np.full((len(rids), len(mids)), np.nan)
    order = np.argsort(rids)
    at = np.minimum(np.searchsorted(rids, series.rid, sorter=order), len(rids) - 1)
    row = order[at]
    there = rids[row] == series.rid
    values[row[there], column[there]] = numbers[there]
    return values


def _reduced(series: SeriesSet, reducer: Reducer, sign: int) -> NDArray[np.float64]:
    if reducer == "best":
        reducer = "max" if sign > 0 else "min"
    values: NDArray[np.float64] = getattr(series.summaries, reducer)
    return values
