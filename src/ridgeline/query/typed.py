"""A column as its user gets it: named, typed, and convertible."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ridgeline.core.values import Json
from ridgeline.query.language.axis import Axis, Ints
from ridgeline.query.language.ragged import spread_to
from ridgeline.query.language.values import Bools, Coded, Column, Numbers, Value, decode, present

ColumnKind: TypeAlias = Literal["number", "bool", "string", "time", "list", "mixed"]


@dataclass(frozen=True, slots=True, eq=False)
class TypedColumn:
    """One value a row, or null.

    number is int64 or float64, a span of time is its seconds, time is seconds since the epoch; mixed is anything else,
    dicts and sets too.
    """

    name: str
    kind: ColumnKind
    column: Numbers | Coded

    def __len__(self) -> int:
        return self.column.axis.size

    def present(self) -> Bools:
        """Tell which rows have a value."""
        return present(self.column, self.column.axis)

    def to_numpy(self) -> NDArray[Any]:
        """Return numbers, bools and times as an array, NaN where null; anything else as Python objects with None."""
        column = self.column
        if isinstance(column, Coded):
            table = np.empty(len(column.values) + 1, dtype=object)
            table[:-1] = _object_array([_plain(value) for value in column.values])
            return table[column.codes]
        if column.valid is None:
            return column.data
        if column.data.dtype == np.bool_:
            flags = column.data.astype(object)
            flags[~column.valid] = None
            return flags
        return np.where(column.valid, column.data.astype(np.float64), np.nan)

    def encodable(self) -> "TypedColumn":
        """Return a column of texts with those that UTF-8 can hold, since pandas 3 keeps them so; any other as it is."""
        if self.kind != "string" or not isinstance(self.column, Coded):
            return self
        texts: list[Value] = [_text(value) for value in self.column.values]
        return TypedColumn(self.name, self.kind, Coded(self.column.axis, self.column.codes, texts))

    def to_list(self) -> list[Json]:
        """Return plain Python values, None where null; times as seconds."""
        if isinstance(self.column, Coded):
            listed: list[Json] = self.to_numpy().tolist()
            return listed
        values: list[Json] = self.column.data.tolist()
        if self.column.valid is None:
            return values
        return [
            value if valid else None for value, valid in zip(values, self.column.valid.tolist(), strict=True)
        ]

    def to_arrow(self) -> "pa.Array[Any]":
        """Return an Arrow array: texts dictionary-encoded, mixed values as their text, times as UTC timestamps."""
        column = self.column
        if isinstance(column, Numbers):
            null = None if column.valid is None else ~column.valid
            if self.kind == "time":
                micros = np.where(np.isfinite(column.data), column.data, 0.0) * 1e6
                return pa.array(np.round(micros).astype(np.int64), mask=null).cast(pa.timestamp("us", "UTC"))
            return pa.array(column.data, mask=null)
        codes = pa.array(column.codes, pa.int32(), mask=column.codes < 0)
        if self.kind == "list":
            lists = pa.array([list(map(_text, value)) for value in column.values if isinstance(value, tuple)])
            return lists.cast(pa.list_(pa.string())).take(codes)
        texts, remap = _distinct([_text(value) for value in column.values])
        codes = pa.array(remap[column.codes], pa.int32(), mask=column.codes < 0)
        return pa.DictionaryArray.from_arrays(codes, pa.array(texts, pa.string()))


def _distinct(texts: Sequence[str]) -> tuple[list[str], Ints]:
    table: dict[str, int] = {}
    codes = [table.setdefault(text, len(table)) for text in texts]
    return list(table), np.array([*codes, -1], dtype=np.int64)


def _object_array(values: Sequence[Any]) -> NDArray[np.object_]:
    array = np.empty(len(values), dtype=object)
    for i, value in enumerate(values):  # numpy would make a matrix of lists of one length
        array[i] = value
    return array


def _plain(value: Value) -> Json:
    """Return a value as JSON has it: lists for tuples and sets, seconds for times."""
    if isinstance(value, (tuple, frozenset)):
        items = value if isinstance(value, tuple) else sorted(value, key=repr)
        return [_plain(item) for item in items]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, timedelta):
        return value.total_seconds()
    return value.isoformat() if isinstance(value, date) else value


def _text(value: Value) -> str:
    plain = _plain(value)
    text = plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)
    return text.encode("utf-8", "replace").decode()


def typed(name: str, column: Column, axis: Axis) -> TypedColumn:
    """Return a column of the language as one for users."""
    on_axis = spread_to(column, axis)
    return TypedColumn(name, _kind(on_axis), on_axis)


def _kind(column: Numbers | Coded) -> ColumnKind:
    if isinstance(column, Numbers):
        if column.unit == "time":
            return "time"
        return "bool" if column.data.dtype == np.bool_ else "number"
    kinds = set(map(type, column.values))
    if kinds == {str}:
        return "string"
    if kinds == {tuple} and all(
        isinstance(item, str) for value in column.values if isinstance(value, tuple) for item in value
    ):
        return "list"
    return "mixed"


def taken(column: TypedColumn, rows: Ints) -> TypedColumn:
    """Return some rows of a column, in the order given."""
    inner = Axis(len(rows))
    old = column.column
    if isinstance(old, Numbers):
        valid = None if old.valid is None else old.valid[rows]
        return TypedColumn(column.name, column.kind, Numbers(inner, old.data[rows], valid, old.unit))
    codes = old.codes[rows]
    if len(old.values) > 4 * len(rows) + 16:  # do not carry values of other rows along
        kept, codes = _compact(codes)
        return TypedColumn(column.name, column.kind, Coded(inner, codes, [old.values[code] for code in kept]))
    return TypedColumn(column.name, column.kind, Coded(inner, codes, old.values))


def _compact(codes: Ints) -> tuple[list[int], Ints]:
    kept, compact = np.unique(codes[codes >= 0], return_inverse=True)
    fresh = np.full(len(codes), -1, dtype=np.int64)
    fresh[codes >= 0] = compact.reshape(-1)
    return kept.tolist(), fresh


def moment(seconds: float) -> datetime | None:
    """Return a time as Python has it, None for NaN."""
    return None if np.isnan(seconds) else datetime.fromtimestamp(seconds, UTC)


def decoded(column: TypedColumn) -> Coded:
    """Return a column as codes into distinct values."""
    return decode(column.column, UTC)
