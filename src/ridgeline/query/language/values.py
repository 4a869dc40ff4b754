"""Typed columns with nulls: what every part of an expression evaluates to.

    Scalar   one value for all rows
    Numbers  bool, int64 or float64 with a mask; also times (seconds since the epoch) and spans (seconds)
    Coded    anything else, dictionary-encoded: a code a row (-1 is null) into a list of values

Null is `None` everywhere. NaN is a number, not a null. Lists are tuples here, so that `[1, 2] == (1, 2)`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, Literal, TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

from ridgeline.query.language.axis import Axis, Ints

Value: TypeAlias = (
    "bool | int | float | str | tuple[Value, ...] | frozenset[Value] | dict[str, Value]"
    " | datetime | timedelta | date | None"
)
Bools: TypeAlias = NDArray[np.bool_]
NumberArray: TypeAlias = NDArray[Any]  # of bool, int64 or float64
Reduction: TypeAlias = Literal["min", "max", "sum", "at-max", "at-min"]
Unit: TypeAlias = Literal["number", "time", "span"]
Family: TypeAlias = Literal["number", "text", "list", "set", "dict", "time", "span", "date"]

# Beyond it float64 skips integers, so mixed columns of larger ones stay Python objects.
EXACT_INT = 2**53
_INT64 = 2**63


@dataclass(frozen=True, slots=True, eq=False)
class Scalar:
    """The same value in every row of whatever it meets."""

    value: Value

    @property
    def axis(self) -> None:
        return None


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """Numbers of one type. What `data` holds where `valid` is False has no meaning."""

    axis: Axis
    data: NumberArray
    valid: Bools | None = None  # None: no row is null
    unit: Unit = "number"


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """Row i has `values[codes[i]]`, or null where the code is -1. Values may repeat; none of them is None."""

    axis: Axis
    codes: Ints
    values: Sequence[Value]


Column: TypeAlias = Scalar | Numbers | Coded


@dataclass(frozen=True, slots=True, eq=False)
class Ragged:
    """Several values a row: `column` stands on `inner`, whose rows belong to rows of `outer`.

    `reduce` names how the values of a row become one where one is needed; None: they are a list.
    `valid` marks rows that have a list at all.
    """

    column: Column
    inner: Axis
    outer: Axis
    valid: Bools | None = None
    reduce: Reduction | None = None
    weight: NDArray[np.float64] | None = None  # what at-max and at-min compare by

    @property
    def axis(self) -> Axis:
        return self.outer

    @property
    def owner(self) -> Ints:
        """Return the outer row of each inner row."""
        rows = self.inner.rows_of(self.outer)
        assert rows is not None
        return rows


@overload
def spread(column: Scalar, axis: Axis) -> Scalar: ...
@overload
def spread(column: Numbers, axis: Axis) -> Numbers: ...
@overload
def spread(column: Coded, axis: Axis) -> Coded: ...
@overload
def spread(column: Column, axis: Axis) -> Column: ...
def spread(column: Column, axis: Axis) -> Column:
    """Return the column on `axis`, which descends from its own."""
    if isinstance(column, Scalar) or column.axis is axis:
        return column
    rows = axis.rows_of(column.axis)
    assert rows is not None
    if isinstance(column, Coded):
        return Coded(axis, column.codes[rows], column.values)
    valid = None if column.valid is None else column.valid[rows]
    return replace(column, axis=axis, data=column.data[rows], valid=valid)


def encode(axis: Axis, codes: Ints, values: Sequence[Value]) -> Column:
    """Return the column of `values[codes]` in its fittest form; codes of -1 and values of None are null."""
    types = set(map(type, values))
    if type(None) in types:
        codes, values = _without_none(codes, values)
        types.discard(type(None))
    if not values:
        return Coded(axis, np.full(axis.size, -1, dtype=np.int64), ())
    table, unit = _number_table(types, values)
    if table is None:
        return Coded(axis, codes, values)
    valid = codes >= 0
    return Numbers(axis, table[codes], None if valid.all() else valid, unit)


def _without_none(codes: Ints, values: Sequence[Value]) -> tuple[Ints, list[Value]]:
    kept: list[Value] = [value for value in values if value is not None]
    remap = np.full(len(values) + 1, -1, dtype=np.int64)  # the last entry serves code -1
    remap[:-1][[value is not None for value in values]] = np.arange(len(kept))
    return remap[codes], kept


def _number_table(types: set[type], values: Sequence[Value]) -> tuple[NumberArray | None, Unit]:
    """Return the values as an array when they are numbers of one type, times or spans."""
    if types == {bool}:
        return np.array(values, dtype=np.bool_), "number"
    if types == {float}:
        return np.array(values, dtype=np.float64), "number"
    if types == {int}:
        fits = all(-_INT64 <= value < _INT64 for value in values if isinstance(value, int))
        return (np.array(values, dtype=np.int64) if fits else None), "number"
    if types == {int, float}:
        exact = all(abs(value) <= EXACT_INT for value in values if isinstance(value, int))
        return (np.array(values, dtype=np.float64) if exact else None), "number"
    if types == {datetime}:
        return np.array([v.timestamp() for v in values if isinstance(v, datetime)]), "time"
    if types == {timedelta}:
        return np.array([v.total_seconds() for v in values if isinstance(v, timedelta)]), "span"
    return None, "number"


def column_of(axis: Axis, values: Sequence[Value]) -> Column:
    """Return one value a row as a column."""
    return encode(axis, np.arange(len(values), dtype=np.int64), values)


def decode(column: Numbers | Coded, zone: tzinfo | None) -> Coded:
    """Return a column as codes into Python values; times get the given zone (None: that of this machine)."""
    if isinstance(column, Coded):
        return column
    distinct, codes = np.unique(column.data, return_inverse=True)
    codes = codes.reshape(-1).astype(np.int64)
    if column.valid is not None:
        codes = np.where(column.valid, codes, -1)
    values: list[Value] = distinct.tolist()
    if column.unit == "time":
        codes, values = _without_none(codes, [to_datetime(float(seconds), zone) for seconds in distinct])
    elif column.unit == "span":
        codes, values = _without_none(codes, [to_timedelta(float(seconds)) for seconds in distinct])
    return Coded(column.axis, codes, values)


def to_datetime(seconds: float, zone: tzinfo | None) -> datetime | None:
    """Return a time in the zone, or None where Python has none."""
    try:
        return datetime.fromtimestamp(seconds, UTC).astimezone(zone)
    except (ValueError, OverflowError, OSError):
        return None


def to_timedelta(seconds: float) -> timedelta | None:
    """Return a span, or None where Python has none."""
    try:
        return timedelta(seconds=seconds)
    except (ValueError, OverflowError):
        return None


def present(column: Column, axis: Axis) -> Bools:
    """Tell for each row of `axis` whether it has a value."""
    if isinstance(column, Scalar):
        return np.full(axis.size, column.value is not None)
    column = spread(column, axis)
    if isinstance(column, Coded):
        return column.codes >= 0
    if isinstance(column, Numbers) and column.valid is not None:
        return column.valid
    return np.ones(axis.size, dtype=np.bool_)


def truth(column: Column) -> Bools | bool:
    """Tell which rows count as true, as Python counts; null is false."""
    if isinstance(column, Scalar):
        return bool(column.value)
    if isinstance(column, Coded):
        return lookup(column, [bool(value) for value in column.values])
    true: Bools = column.data if column.data.dtype == np.bool_ else np.asarray(column.data != 0)
    if column.unit == "time":
        true = np.ones(len(column.data), dtype=np.bool_)
    return true if column.valid is None else true & column.valid


def lookup(column: Coded, flags: Sequence[bool]) -> Bools:
    """Return `flags[code]` a row, and False for null."""
    table = np.zeros(len(flags) + 1, dtype=np.bool_)
    table[:-1] = flags
    return table[column.codes]


def families(column: Column) -> set[Family]:
    """Return what kinds of values a column has; only values of one kind can be ordered."""
    if isinstance(column, Numbers):
        return {column.unit}
    values: Sequence[Value] = (column.value,) if isinstance(column, Scalar) else column.values
    return {_FAMILIES[kind] for kind in set(map(type, values)) if kind is not type(None)}


_FAMILIES: dict[type, Family] = {
    bool: "number",
    int: "number",
    float: "number",
    str: "text",
    tuple: "list",
    frozenset: "set",
    dict: "dict",
    datetime: "time",
    timedelta: "span",
    date: "date",
}
