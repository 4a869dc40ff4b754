"""What there is to pick from: experiments, tags, params with their values, metrics with their contexts."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ridgeline.core.goal import lower_is_better
from ridgeline.core.values import Json
from ridgeline.index.base import NUMERIC_KINDS, MetricKey, ParamKind
from ridgeline.query.language.names import param_entry
from ridgeline.query.snapshot import Path, Snapshot

MAX_VALUES = 50
_MAX_CHARS = 200  # a value of more is no help to who picks one


@dataclass(frozen=True, slots=True)
class NameCount:
    """An experiment or tag, and how many runs have it."""

    name: str
    n_runs: int


@dataclass(frozen=True, slots=True)
class ParamChoice:
    """A param: its address, the expression for it, how many runs have it, and up to MAX_VALUES of its values.

    Where there are more, those are shown that most runs have, and none that is longer than a line.
    """

    path: str
    expression: str
    n_runs: int
    kinds: tuple[ParamKind, ...]
    n_distinct: int
    values: tuple[Json, ...]  # numbers before texts, each sorted


@dataclass(frozen=True, slots=True)
class ContextCount:
    """A context of a metric, and how many runs have it."""

    context: dict[str, Json]
    n_runs: int


@dataclass(frozen=True, slots=True)
class MetricChoice:
    """A metric name, or the name of texts, images, …; `n_runs` is of the context that most runs have."""

    name: str
    kind: str
    n_runs: int
    contexts: tuple[ContextCount, ...]
    goal: Literal["min", "max"]


@dataclass(frozen=True, slots=True)
class Pickers:
    experiments: tuple[NameCount, ...]
    tags: tuple[NameCount, ...]
    params: tuple[ParamChoice, ...]
    metrics: tuple[MetricChoice, ...]


def pickers(snapshot: Snapshot) -> Pickers:
    """Return all that there is to pick from, archived runs included."""
    return Pickers(experiments(snapshot), tags(snapshot), params(snapshot), metrics(snapshot))


def experiments(snapshot: Snapshot) -> tuple[NameCount, ...]:
    """Return the experiments, sorted by name."""
    return _counted(snapshot.runs.experiment.tolist())


def tags(snapshot: Snapshot) -> tuple[NameCount, ...]:
    """Return the tags, sorted by name."""
    return _counted(tag for tags_of_run in snapshot.runs.tags for tag in tags_of_run)


def _counted(names: Iterable[str]) -> tuple[NameCount, ...]:
    return tuple(NameCount(name, count) for name, count in sorted(Counter(names).items()))


def params(snapshot: Snapshot) -> tuple[ParamChoice, ...]:
    """Return the params, sorted by path."""
    return tuple(choice for path in snapshot.sorted_paths if (choice := _param(snapshot, path)))


def _param(snapshot: Snapshot, path: Path) -> ParamChoice | None:
    entry = snapshot.param_paths[path]
    column = snapshot.index.param(entry.path)
    _, found = snapshot.rows_of(column.rid)  # without deleted runs
    codes, counts = np.unique(column.codes[found], return_counts=True)
    if not len(codes):
        return None
    short = [
        (value, n)
        for value, n in zip(column.distinct[codes], counts.tolist(), strict=True)
        if _is_short(value)
    ]
    often = sorted(short, key=lambda entry: (-entry[1], _sort_key(entry[0])))[:MAX_VALUES]
    shown = tuple(sorted((value for value, _ in often), key=_sort_key))
    return ParamChoice(entry.path, param_entry(path), int(found.sum()), entry.kinds, len(codes), shown)


def _is_short(value: Json) -> bool:
    return len(value if isinstance(value, str) else repr(value)) <= _MAX_CHARS


def _sort_key(value: Json) -> tuple[int, float, str]:
    if value is None:
        return 3, 0.0, ""
    if isinstance(value, (bool, int, float)):
        return 0, float(value) if value == value else float("inf"), repr(value)  # noqa: PLR0124 - NaN stands last
    return (1, 0.0, value) if isinstance(value, str) else (2, 0.0, repr(value))


def metrics(snapshot: Snapshot) -> tuple[MetricChoice, ...]:
    """Return the names of all series, sorted; numbers of one name are one choice, each kind of object is one."""
    groups: dict[tuple[str, str], list[MetricKey]] = {}
    for key in snapshot.metrics:
        groups.setdefault((key.name, "" if key.numeric else key.kind), []).append(key)
    return tuple(_metric(name, keys) for (name, _), keys in sorted(groups.items()))


def _metric(name: str, keys: list[MetricKey]) -> MetricChoice:
    kinds = [key.kind for key in keys]
    widest = max(kinds, key=NUMERIC_KINDS.index) if keys[0].numeric else kinds[0]
    contexts = tuple(ContextCount(key.context, key.n_runs) for key in keys)
    n_runs = max(key.n_runs for key in keys)
    return MetricChoice(name, widest, n_runs, contexts, "min" if lower_is_better(name) else "max")
