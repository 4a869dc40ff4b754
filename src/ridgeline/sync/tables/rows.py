"""The rows of a table as runs."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ridgeline.core.errors import InputError
from ridgeline.core.values import Json, decode_floats
from ridgeline.sync.context_patterns import ContextPatterns
from ridgeline.sync.naming import nest
from ridgeline.sync.source import SourceSeries
from ridgeline.sync.tables.mapping import Columns


@dataclass(frozen=True, slots=True)
class TableRun:
    """A run of a table; times are None where the table has none."""

    key: str
    experiment: str | None
    params: dict[str, Json]
    series: tuple[SourceSeries, ...]
    began: float | None
    ended: float | None


@dataclass(frozen=True, slots=True)
class _Points:
    """The columns that all series of a run share, one value a row."""

    step: NDArray[np.int64] | None
    time: NDArray[np.float64] | None
    epoch: NDArray[np.float64] | None


def runs_of(
    table: pa.Table, columns: Columns, patterns: ContextPatterns, own_name: str
) -> Iterator[TableRun]:
    """Yield the runs of a table, in the order in which they first stand there; `own_name` is that of the only one.

    Raises:
        InputError: A column does not hold what it should.
    """
    points = _Points(_whole(table, columns.step), _times(table, columns.time), _floats(table, columns.epoch))
    keys, of_run = _codes(table, [columns.run] if columns.run else [])
    for number, rows in enumerate(_rows_of_each(of_run, len(keys))):
        if columns.run and keys[number][0] is None:
            continue
        part = table.take(rows)
        time = None if points.time is None else points.time[rows]
        known = time[~np.isnan(time)] if time is not None else np.empty(0)
        yield TableRun(
            key=str(keys[number][0]) if columns.run else own_name,
            experiment=_experiment(part, columns),
            params=_params(part, columns),
            series=tuple(_series(part, columns, patterns, _taken(points, rows))),
            began=float(known.min()) if len(known) else None,
            ended=float(known.max()) if len(known) else None,
        )


def _taken(points: _Points, rows: NDArray[np.int64]) -> _Points:
    step, time, epoch = points.step, points.time, points.epoch
    return _Points(
        None if step is None else step[rows],
        None if time is None else time[rows],
        None if epoch is None else epoch[rows],
    )


def _codes(table: pa.Table, names: list[str]) -> tuple[list[tuple[Json, ...]], NDArray[np.int64]]:
    """Number the distinct values of some columns together, in the order in which they first stand there."""
    if not names:
        return [()], np.zeros(len(table), np.int64)
    code = np.zeros(len(table), np.int64)
    values: list[list[Json]] = []
    for name in names:
        encoded = table[name].combine_chunks().dictionary_encode(null_encoding="encode")
        values.append(encoded.dictionary.to_pylist())
        code = code * len(values[-1]) + encoded.indices.to_numpy(zero_copy_only=False)
    distinct, first, found = np.unique(code, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    keys = []
    for one in distinct[order].tolist():
        key: list[Json] = []
        rest = one
        for column in reversed(values):
            rest, at = divmod(rest, len(column))
            key.insert(0, column[at])
        keys.append(tuple(key))
    return keys, rank[found.ravel()]


def _rows_of_each(code: NDArray[np.int64], n: int) -> list[NDArray[np.int64]]:
    order = np.argsort(code, kind="stable")
    return np.split(order, np.searchsorted(code[order], np.arange(1, n))) if n else []


def _experiment(part: pa.Table, columns: Columns) -> str | None:
    value = _only(part, columns.experiment) if columns.experiment else None
    return None if value is None else str(value)


def _params(part: pa.Table, columns: Columns) -> dict[str, Json]:
    pairs = ((path, _only(part, column)) for column, path in columns.params.items())
    return nest((path, value) for path, value in pairs if value is not None)


def _only(part: pa.Table, column: str) -> Json:
    """Return the last value of a column that is there; a date as its text."""
    values = part[column].drop_null()
    found = values[-1].as_py() if len(values) else None
    return found if found is None or isinstance(found, bool | int | float | str) else str(found)


def _series(
    part: pa.Table, columns: Columns, patterns: ContextPatterns, points: _Points
) -> Iterator[SourceSeries]:
    """Yield the series of a run: by contexts, and by names in a long table or by columns in a wide one."""
    by = [*columns.contexts, *([columns.json_context] if columns.json_context else [])]
    is_long = columns.name is not None
    keys, code = _codes(part, [*by, *([columns.name] if columns.name else [])])
    for key, rows in zip(keys, _rows_of_each(code, len(keys)), strict=True):
        context = _context(columns, key)
        named = {columns.value: str(key[-1])} if is_long else columns.metrics
        for column, name in named.items():
            assert column is not None
            value, known = _values(part[column].take(rows), column)
            if known.any():
                split, more = patterns.split(name)
                yield _one(split, {**context, **more}, value, known, _taken(points, rows))


def _context(columns: Columns, key: tuple[Json, ...]) -> dict[str, Json]:
    context: dict[str, Json] = {
        name: value for name, value in zip(columns.contexts, key, strict=False) if value is not None
    }
    if columns.json_context:
        context |= read_json(key[len(columns.contexts)], columns.json_context)
    return context


def read_json(text: Json, column: str) -> dict[str, Json]:
    """Return a dict that stands as JSON in a cell.

    Raises:
        InputError: It is none.
    """
    try:
        tree = decode_floats(json.loads(str(text or "{}")))
    except ValueError:
        tree = None
    if not isinstance(tree, dict):
        raise InputError(f"{text!r} in the column {column!r} is no JSON object.", "table-cell")
    return tree


def _one(
    name: str, context: dict[str, Json], value: NDArray[np.float64], known: NDArray[np.bool_], points: _Points
) -> SourceSeries:
    n = len(value)
    step = np.arange(n) if points.step is None else points.step
    time = np.zeros(n) if points.time is None else np.nan_to_num(points.time)
    epoch = None if points.epoch is None or np.isnan(points.epoch[known]).all() else points.epoch[known]
    return SourceSeries(
        name, context, step[known], time[known], value[known], epoch, timed=points.time is not None
    )


def _values(column: "pa.ChunkedArray[Any]", name: str) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return numbers, and which of them are there: an empty cell is none, and nan is one."""
    known = column.is_valid().to_numpy(zero_copy_only=False)
    return _as_floats(column, name), known


def _as_floats(column: "pa.ChunkedArray[Any]", name: str) -> NDArray[np.float64]:
    try:
        floats = pc.cast(column, pa.float64())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        message = f"The column {name!r} holds something else than numbers ({str(error).splitlines()[0]})."
        raise InputError(message, "table-cell") from error
    return np.asarray(floats.to_numpy(zero_copy_only=False), np.float64)


def _floats(table: pa.Table, name: str | None) -> NDArray[np.float64] | None:
    return None if name is None else _as_floats(table[name], name)


def _whole(table: pa.Table, name: str | None) -> NDArray[np.int64] | None:
    if name is None:
        return None
    floats = _as_floats(table[name], name)
    if pa.types.is_integer(table.schema.field(name).type) and not table[name].null_count:
        return np.asarray(table[name].to_numpy(), np.int64)
    return np.where(np.isfinite(floats), floats, 0).astype(np.int64)


def _times(table: pa.Table, name: str | None) -> NDArray[np.float64] | None:
    """Return seconds since 1970 of a column of dates, of seconds, or of milliseconds."""
    if name is None:
        return None
    column = table[name]
    if pa.types.is_string(column.type):
        try:
            column = pc.cast(column, pa.timestamp("us", "UTC"))
        except pa.ArrowInvalid:
            try:
                column = pc.cast(column, pa.timestamp("us"))
            except pa.ArrowInvalid as error:
                raise InputError(f"The column {name!r} holds no times ({error}).", "table-cell") from error
    if pa.types.is_temporal(column.type):
        micros = pc.cast(pc.cast(column, pa.timestamp("us"), safe=False), pa.int64())
        return _as_floats(micros, name) / 1e6
    floats = _as_floats(column, name)
    largest = np.nanmax(np.abs(floats), initial=0.0)
    return floats / 1000 if largest > _MILLISECONDS else floats


# Seconds since 1970 reach this in the year 5138, milliseconds in March 1973.
_MILLISECONDS = 1e11
