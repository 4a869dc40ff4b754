"""The index as columns of the language, as it is at one generation.

What is loaded stays until the generation changes, so that asking again costs nothing but the question.
"""

import json
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.values import Json, encodable, split_path
from ridgeline.index.base import Floats, Index, MetricKey, ParamPath, Points, RunColumns, SummaryColumns
from ridgeline.query.language.axis import Axis, Ints
from ridgeline.query.language.values import Bools, Column, Numbers, Unit, Value, encode

Path: TypeAlias = tuple[str, ...]


# Sets of metrics whose summaries are kept; filters ask for ever new ones.
_MAX_SUMMARIES = 32
# Metrics at a step whose values are kept: an axis is one, or one a context.
_MAX_PLACES = 256


class Snapshot:
    """Runs, their params and metrics; columns stand on `axis`, one row a run.

    The runs are those that are not deleted, or the deleted ones alone. Params and metrics that only deleted runs have are
    known to neither.
    """

    def __init__(self, index: Index, generation: int, *, deleted: bool = False) -> None:
        """Look at an index that has just been refreshed to this generation."""
        self.index = index
        self.generation = generation
        self.deleted = deleted
        self.runs: RunColumns = _deleted(index) if deleted else index.runs()
        self.axis = Axis(len(self.runs))
        self._fields: dict[str, Column] = {}
        self._params: dict[Path, tuple[Column, Bools]] = {}
        self._present: dict[Path, Bools] = {}
        self._summaries: dict[tuple[int, ...], SummaryColumns] = {}
        self._at: dict[tuple[int, int], tuple[Ints, Floats]] = {}

    @property
    def listed(self) -> Bools:
        """Tell which runs a question is about that does not mention archived ones: of the deleted ones all."""
        return np.ones(self.axis.size, dtype=np.bool_) if self.deleted else ~self.runs.archived

    @cached_property
    def base_order(self) -> Ints:
        """Return all rows by creation, then id; runs of unknown creation last."""
        by_creation = np.argsort(self.runs.created, kind="stable")
        created = self.runs.created[by_creation]
        if len(created) < 2 or bool((created[1:] > created[:-1]).all()):
            return by_creation.astype(np.int64)
        ids = np.argsort(np.argsort(self.runs.id, kind="stable"))
        return np.lexsort((ids, self.runs.created)).astype(np.int64)

    def run_field(self, name: str) -> Column:
        """Return what every run has; durations depend on the clock and are not here."""
        if name not in self._fields:
            self._fields[name] = self._run_field(name)
        return self._fields[name]

    def _run_field(self, name: str) -> Column:
        runs, axis = self.runs, self.axis
        match name:
            case "id" | "name" | "experiment" | "status" | "note" | "tags":
                return encode_values(axis, getattr(runs, name))
            case "archived":
                return Numbers(axis, runs.archived)
            case "active":
                return Numbers(
                    axis, np.array([status == "running" for status in runs.status], dtype=np.bool_)
                )
            case "created_at" | "creation_time":
                return _moments(axis, runs.created, name)
            case "ended_at" | "end_time":
                return _moments(axis, runs.ended, name)
            case "updated_at":
                return _moments(axis, runs.updated, name)
            case _:
                raise AssertionError(name)

    @cached_property
    def metrics(self) -> list[MetricKey]:
        """Return all metrics, those of objects too, sorted by name and context."""
        return self.index.metrics()

    @cached_property
    def metric_by_id(self) -> dict[int, MetricKey]:
        return {key.mid: key for key in self.metrics}

    @cached_property
    def param_paths(self) -> dict[Path, ParamPath]:
        """Return every path that holds a value, sorted."""
        entries = {tuple(split_path(entry.path)): entry for entry in self.index.param_paths()}
        return dict(sorted(entries.items()))

    @cached_property
    def sorted_paths(self) -> list[Path]:
        return list(self.param_paths)

    def params_below(self, path: Path) -> list[Path]:
        """Return the paths of all leaves below a path, sorted."""
        paths, depth = self.sorted_paths, len(path)
        end = start = bisect_right(paths, path)
        while end < len(paths) and paths[end][:depth] == path:
            end += 1
        return paths[start:end]

    def rows_of(self, rids: Ints) -> tuple[Ints, Bools]:
        """Return the row of each run, and which of them have one: a deleted run has none."""
        rows = np.searchsorted(self.runs.rid, rids)
        rows = np.minimum(rows, max(self.axis.size - 1, 0))
        found = self.runs.rid[rows] == rids if self.axis.size else np.zeros(len(rids), dtype=np.bool_)
        return rows.astype(np.int64), found

    def param(self, path: Path) -> Column | None:
        """Return the values at a leaf, null where a run has none; None when no run has one."""
        loaded = self.param_leaf(path)
        return loaded and loaded[0]

    def param_present(self, path: Path) -> Bools | None:
        """Tell which runs have something at a path or below it; None when none has."""
        if not path:
            return np.ones(self.axis.size, dtype=np.bool_)
        if path not in self._present:
            leaves = [path, *self.params_below(path)]
            masks = [loaded[1] for leaf in leaves if (loaded := self.param_leaf(leaf))]
            if not masks:
                return None
            self._present[path] = np.logical_or.reduce(masks)
        return self._present[path]

    def param_leaf(self, path: Path) -> tuple[Column, Bools] | None:
        """Return the values at a leaf, and which runs have one, a recorded None included; None when no run has."""
        entry = self.param_paths.get(path)
        if entry is None:
            return None
        if path not in self._params:
            column = self.index.param(entry.path)
            rows, found = self.rows_of(column.rid)
            codes = np.full(self.axis.size, -1, dtype=np.int64)
            codes[rows[found]] = column.codes[found]
            self._params[path] = encode(self.axis, codes, [freeze(v) for v in column.distinct]), codes >= 0
        return self._params[path]

    def summaries(self, mids: Sequence[int]) -> SummaryColumns:
        """Return the summaries of all series of these metrics, deleted runs' too."""
        wanted = tuple(mids)
        found = self._summaries.get(wanted)
        if found is None:
            found = self.index.summaries(wanted)
            if len(self._summaries) >= _MAX_SUMMARIES:
                self._summaries.clear()
            self._summaries[wanted] = found
        return found

    def values_at(self, mids: Sequence[int], step: int) -> tuple[Ints, Floats]:
        """Return the run and value of each series of these metrics at the last step up to the given one, if it has one."""
        found = [self._values_at(mid, step) for mid in mids]
        return np.concatenate([rids for rids, _ in found]), np.concatenate([values for _, values in found])

    def _values_at(self, mid: int, step: int) -> tuple[Ints, Floats]:
        found = self._at.get((mid, step))
        if found is None:
            found = _last_until(self.index.points(mid), step)
            if len(self._at) >= _MAX_PLACES:
                self._at.clear()
            self._at[mid, step] = found
        return found


def _last_until(points: Points, step: int) -> tuple[Ints, Floats]:
    """Return the runs that have a point up to a step, and the value of the last one."""
    before = np.concatenate([[0], np.cumsum(points.step <= step)])
    count = np.diff(before[points.offsets])
    some = count > 0
    last = points.offsets[:-1][some] + count[some] - 1
    return points.rids[some], points.value[last]


def _deleted(index: Index) -> RunColumns:
    runs = index.runs(include_deleted=True)
    return RunColumns(*(getattr(runs, column.name)[runs.deleted] for column in fields(RunColumns)))


def encode_values(axis: Axis, values: Iterable[Value]) -> Column:
    """Return hashable values, one a row, with a code for each distinct one."""
    table: dict[Value, int] = {}
    codes = [table.setdefault(value, len(table)) for value in values]
    return encode(axis, np.array(codes, dtype=np.int64), list(table))


def _moments(axis: Axis, seconds: NDArray[np.float64], name: str) -> Column:
    known = ~np.isnan(seconds)
    unit: Unit = "time" if name.endswith("_at") else "number"
    return Numbers(axis, seconds, None if known.all() else known, unit)


def freeze(value: Json) -> Value:
    """Return a recorded value as one of the language: lists are tuples."""
    if isinstance(value, list):
        return tuple(freeze(item) for item in value)
    if isinstance(value, dict):
        return {key: freeze(item) for key, item in value.items()}
    return value


def context_text(context: Mapping[str, Json]) -> str:
    """Return a context as JSON with sorted keys, which is how it is written everywhere outside; lone surrogates become '?'."""
    return encodable(json.dumps(context, sort_keys=True, ensure_ascii=False))


def context_has(context: Mapping[str, Json], wanted: Mapping[str, Value]) -> bool:
    """Tell whether a context has each of the wanted keys with the wanted value."""
    return all(key in context and freeze(context[key]) == value for key, value in wanted.items())
