"""Runs as columns: which, in which order, with which expressions beside."""

import json
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from ridgeline.core.goal import lower_is_better
from ridgeline.core.values import Json
from ridgeline.query.columns import (
    column_varies,
    evaluate_columns,
    params_of,
    sort_runs,
    varying_params,
)
from ridgeline.query.expression import parse_filter, parse_sort_keys, parse_value
from ridgeline.query.language.axis import Ints
from ridgeline.query.language.names import RUN_ALIASES, RUN_FIELDS, param_entry
from ridgeline.query.language.nodes import RunMetric
from ridgeline.query.run_set import RunSet, runs_matching
from ridgeline.query.series_set import Occasion
from ridgeline.query.snapshot import Snapshot
from ridgeline.query.source import RunSource
from ridgeline.query.typed import TypedColumn, taken, typed
from ridgeline.server.json_values import json_number

_KINDS = {"number": "number", "time": "number", "bool": "bool", "string": "string"}  # anything else is mixed
# Reductions that are values of the metric, not places or counts.
_MEASURED = ("last", "first", "min", "max", "mean", "best", "at")


@dataclass(frozen=True, slots=True)
class Question:
    """Which runs, how sorted, with which columns."""

    query: str
    sort: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """Runs that match, as sorted rows of a snapshot, and the columns that were asked for, spelled out."""

    snapshot: Snapshot
    rows: Ints
    entries: tuple[str, ...]
    total: int  # runs there are, without archived ones unless the question is about them
    warnings: tuple[dict[str, Json], ...]
    started: float
    occasion: Occasion

    @property
    def ms(self) -> float:
        """Return the time it took so far."""
        return round((time.perf_counter() - self.started) * 1e3, 2)

    def values(self, rows: Ints) -> tuple[TypedColumn, ...]:
        """Return the columns that were asked for, of some of the rows."""
        return evaluate_columns(self.snapshot, self.entries, rows, self.occasion).columns

    def field(self, name: str, rows: Ints) -> TypedColumn:
        """Return what every run has."""
        column = self.snapshot.run_field(name)
        return taken(typed(name, column, self.snapshot.axis), rows)


def select(snapshot: Snapshot, question: Question) -> Selection:
    """Find and sort the runs; without sort keys the newest come first.

    Raises:
        QueryError: An expression is wrong.
    """
    started, occasion = time.perf_counter(), Occasion().begun()
    keys, expression = parse_sort_keys(question.sort), parse_filter(question.query)
    found = runs_matching(snapshot, expression, occasion)
    ordered = sort_runs(snapshot, found, keys, occasion) if keys else RunSet(found.rows[::-1], found.warnings)
    warnings: tuple[dict[str, Json], ...] = tuple(
        {"slug": warning.slug, "message": warning.message} for warning in ordered.warnings
    )
    with_archived = expression is not None and expression.checked.mentions_archived
    total = len(snapshot.runs) if with_archived else int(snapshot.listed.sum())
    entries = _entries(snapshot, question.columns, ordered.rows)
    return Selection(snapshot, ordered.rows, entries, total, warnings, started, occasion)


def _entries(snapshot: Snapshot, asked: Sequence[str], rows: Ints) -> tuple[str, ...]:
    entries: list[str] = []
    for entry in asked:
        if entry == "varying":
            entries += [param_entry(path) for path in varying_params(snapshot, rows)]
        elif entry == "params":
            entries += [param_entry(path) for path in params_of(snapshot, rows)]
        else:
            entries.append(entry)
    return tuple(dict.fromkeys(entries))


def durations(snapshot: Snapshot, rows: Ints) -> list[float | None]:
    """Return seconds: to the end, to now while a run goes on, to the last sign of life of a lost one."""
    column = typed("duration", RunSource(snapshot).run_field("duration"), snapshot.axis)
    return [json_number(float(value)) for value in taken(column, rows).to_numpy()]


def to_arrow(selection: Selection) -> pa.RecordBatch:
    """Return all matching runs, one a row; about the columns the schema's metadata says more, as JSON under `ridgeline`."""
    rows, runs = selection.rows, selection.snapshot.runs
    names = ["id", "name", "experiment", "status"]
    arrays: list[pa.Array[Any]] = [selection.field(name, rows).to_arrow() for name in names]
    arrays += [
        pa.array(runs.created[rows], from_pandas=True),
        pa.array(runs.ended[rows], from_pandas=True),
        pa.array(runs.archived[rows]),
        _tags(runs.tags[rows].tolist()),
    ]
    names += ["created", "ended", "archived", "tags"]
    columns = selection.values(rows)
    meta = {
        "total": selection.total,
        "matched": len(rows),
        "generation": selection.snapshot.generation,
        "columns": [_described(column) for column in columns],
        "warnings": list(selection.warnings),
    }
    names += [column.name for column in columns]
    arrays += [_array(column) for column in columns]
    text = json.dumps(meta | {"ms": selection.ms})
    return pa.RecordBatch.from_arrays(arrays, names=names).replace_schema_metadata({"ridgeline": text})


def _tags(tags: list[tuple[str, ...]]) -> "pa.Array[Any]":
    texts = {distinct: json.dumps(list(distinct)) for distinct in set(tags)}
    return pa.array([texts[of_run] for of_run in tags], pa.string())


def _array(column: TypedColumn) -> "pa.Array[Any]":
    kind = _kind(column)
    if kind == "number":
        numbers = np.asarray(column.to_numpy(), dtype=np.float64)
        return pa.array(numbers, mask=~column.present())
    if kind == "bool" or column.kind != "list":
        return column.to_arrow()
    return TypedColumn(column.name, "mixed", column.column).to_arrow()  # lists as their JSON text


def _described(column: TypedColumn) -> dict[str, Json]:
    rows = np.arange(len(column), dtype=np.int64)
    return {
        "name": column.name,
        "kind": _source(column.name),
        "type": _kind(column),
        "varying": column_varies(column.column, rows),
        "goal": _goal(column.name),
    }


def _goal(entry: str) -> Json:
    """Return `min` or `max` for the value of a metric, whose name tells; anything else has no better and worse."""
    node = parse_value(entry).checked.node
    if not isinstance(node, RunMetric) or node.field not in _MEASURED or node.name.startswith("system."):
        return None
    return "min" if lower_is_better(node.name) else "max"


def _kind(column: TypedColumn) -> str:
    return _KINDS.get(column.kind, "mixed")


def _source(entry: str) -> str:
    """Tell what an expression is about: a metric, a prop of the run, or a param (which computed ones count as, too)."""
    if re.search(r"\brun\.metrics\b", entry):
        return "metric"
    field = re.fullmatch(r"run\.(\w+)", entry.strip())
    return "prop" if field and (field[1] in RUN_FIELDS or field[1] in RUN_ALIASES) else "param"
