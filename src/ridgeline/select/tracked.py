"""Scores of tracked runs as a matrix: candidates × tasks."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

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

Reducer = Literal["last", "best", "min", "max", "first"]
# Values of a key of the context that tell a test set from a dev set, and what dev sets are called.
_TEST = ("test",)
_DEV = ("dev", "val", "valid", "validation", "eval")


@dataclass(frozen=True, slots=True)
class TrackedScores:
    """Dev and test scores of runs, as the repository has them.

    Attributes:
        names: of the runs, in the order of the candidates.
        dev: [candidates, tasks]; higher is better: what is better when lower stands negated. Candidates are ids of runs.
        test: the same of the target's context or contexts, for the same candidates; NaN where a run has no such value.
        dev_columns: expressions that give the same columns in a table of runs, `run.metrics["f1", {"lang": "de"}].last`.
        test_columns: the same of the test scores.
        metric: name of the metric.
        sign: −1 if lower is better, else 1; times a score it gives the value that was tracked.
    """

    names: tuple[str, ...]
    dev: Scores
    test: Scores
    dev_columns: tuple[str, ...]
    test_columns: tuple[str, ...]
    metric: str
    sign: int


def read_scores(
    repo: Repo | Snapshot, target: str, *, dev: str | None = None, query: str = "", reducer: Reducer = "last"
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

    Raises:
        InputError: a selector or the query is wrong, or no dev set can be told from the target's context.
        NotFoundError: no run has such scores.
    """
    snapshot = repo.snapshot() if isinstance(repo, Repo) else repo
    tested = series_matching(snapshot, query, [target])
    test_keys = _keys(snapshot, tested, target)
    metric = test_keys[0].name
    known = series_matching(
        snapshot, query, [dev if dev is not None else _dev_selector(snapshot, test_keys[0])]
    )
    dev_keys = _keys(snapshot, known, dev or f"{metric} of a dev set")
    names = {key.name for key in (*test_keys, *dev_keys)}
    if len({lower_is_better(name) for name in names}) > 1:
        raise InputError(
            f"Of the metrics {', '.join(sorted(names))} some are better higher and some lower, so their orders do not"
            " compare. Choose one metric.",
            "mixed-goals",
        )
    sign = -1 if lower_is_better(metric) else 1
    split = _split_keys(test_keys, dev_keys)
    rids = np.unique(known.rid)
    rows, _ = snapshot.rows_of(rids)
    order = np.argsort(snapshot.runs.created[rows], kind="stable")
    ids = snapshot.runs.id[rows[order]].tolist()
    return TrackedScores(
        names=tuple(snapshot.runs.name[rows[order]].tolist()),
        dev=Scores.of(
            ids, _tasks(dev_keys, split), _matrix(known, rids, sign * _reduced(known, reducer, sign))[order]
        ),
        test=Scores.of(
            ids,
            _tasks(test_keys, split),
            _matrix(tested, rids, sign * _reduced(tested, reducer, sign))[order],
        ),
        dev_columns=tuple(_column(key, reducer) for key in dev_keys),
        test_columns=tuple(_column(key, reducer) for key in test_keys),
        metric=metric,
        sign=sign,
    )


def _keys(snapshot: Snapshot, series: SeriesSet, what: str) -> list[MetricKey]:
    found = [snapshot.metric_by_id[mid] for mid in np.unique(series.mid).tolist()]
    if not found:
        hint = " ".join(notice.message for notice in series.warnings)
        raise NotFoundError(f"No run among these has the scores {what!r}. {hint}".strip(), "scores-not-found")
    return found


def _dev_selector(snapshot: Snapshot, test: MetricKey) -> str:
    """Return the selector of the dev sets beside a test set, the other keys of the context open."""
    for key, value in test.context.items():
        if value in _TEST:
            tracked = {one.context.get(key) for one in snapshot.metrics if one.name == test.name}
            for name in _DEV:
                if name in tracked:
                    return _selector(test.name, {key: name})
    raise InputError(
        f"Which dev scores go with the target {_selector(test.name, test.context)}? No key of its context is `test` with a"
        f" `dev` or `val` beside it. Name them: --dev '{test.name}{{subset=dev}}'.",
        "no-dev-scores",
    )


def _selector(name: str, context: Mapping[str, Json]) -> str:
    return f"{json.dumps(name)}{json.dumps(dict(context), ensure_ascii=False)}"


def _split_keys(test_keys: Sequence[MetricKey], dev_keys: Sequence[MetricKey]) -> set[str]:
    """Return the keys of the context that tell test sets from dev sets: by their words, else those with other values here and there."""
    apart = set()
    by_word = set()
    for name in {name for key in (*test_keys, *dev_keys) for name in key.context}:
        tested = {_text(key.context.get(name)) for key in test_keys}
        known = {_text(key.context.get(name)) for key in dev_keys}
        if tested <= set(_TEST) and known <= set(_DEV):
            by_word.add(name)
        if tested.isdisjoint(known) and len(known) == 1:
            apart.add(name)
    return by_word or apart


def _text(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _matrix(series: SeriesSet, rids: NDArray[np.int64], numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return [runs, metrics] from one number a series; NaN where a run has no such series. `rids` ascend."""
    mids, column = np.unique(series.mid, return_inverse=True)
    values = np.full((len(rids), len(mids)), np.nan)
    row = np.minimum(np.searchsorted(rids, series.rid), len(rids) - 1)
    there = rids[row] == series.rid
    values[row[there], column[there]] = numbers[there]
    return values


def _tasks(keys: Sequence[MetricKey], split: set[str]) -> list[str]:
    several = len({key.name for key in keys}) > 1
    return [_task(key, split, several_names=several) for key in keys]


def _column(key: MetricKey, reducer: Reducer) -> str:
    context = f", {json.dumps(key.context, ensure_ascii=False)}" if key.context else ""
    return f"run.metrics[{json.dumps(key.name, ensure_ascii=False)}{context}].{reducer}"


def _task(key: MetricKey, split: set[str], *, several_names: bool) -> str:
    """Name a task by what its context has beside dev or test: `de`, or `lang=de, domain=news` where it has several keys."""
    rest = {name: _text(value) for name, value in sorted(key.context.items()) if name not in split}
    where = (
        next(iter(rest.values()))
        if len(rest) == 1
        else ", ".join(f"{name}={value}" for name, value in rest.items())
    )
    return f"{key.name} {where}".strip() if several_names or not where else where


def _reduced(series: SeriesSet, reducer: Reducer, sign: int) -> NDArray[np.float64]:
    if reducer == "best":
        reducer = "max" if sign > 0 else "min"
    values: NDArray[np.float64] = getattr(series.summaries, reducer)
    return values
