"""Sort runs and series by expressions: nulls last whatever the direction, NaN before them, ties by the order given."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ridgeline.query.language.axis import Axis, Ints
from ridgeline.query.language.ragged import spread_to
from ridgeline.query.language.values import (
    Coded,
    Column,
    Family,
    NumberArray,
    Numbers,
    Scalar,
    Value,
    families,
    lookup,
    present,
)

_FAMILY_ORDER: tuple[Family, ...] = ("number", "text", "time", "date", "span", "list", "set", "dict")


def sort_rows(rows: Ints, keys: Sequence[tuple[Column, bool]], axis: Axis) -> Ints:
    """Return the rows sorted by columns on `axis`, the first key first; each key says whether it goes downwards."""
    levels: list[NumberArray] = []
    for column, descending in keys:
        values, place = _sortable(spread_to(column, axis), axis)
        values = values[rows]
        if descending:
            values = -values if values.dtype == np.float64 else ~values
        levels += [place[rows], values]
    if not levels:
        return rows
    return rows[np.lexsort(levels[::-1])]


def _sortable(column: Numbers | Coded, axis: Axis) -> tuple[NumberArray, NDArray[np.int8]]:
    """Return numbers to sort by, and before them 0 for a value, 1 for NaN, 2 for null."""
    null = ~present(column, axis)
    if isinstance(column, Numbers):
        data = column.data.astype(np.int64) if column.data.dtype == np.bool_ else column.data
        nan = np.isnan(data)
        data = np.where(null | nan, data.dtype.type(0), data)
    else:
        ranks = np.zeros(len(column.values) + 1, dtype=np.int64)  # the last serves code -1
        ranks[:-1] = _ranks(column.values)
        data = ranks[column.codes]
        nan = lookup(column, [value != value for value in column.values])  # noqa: PLR0124 - true of NaN alone
    return data, np.where(null, 2, np.where(nan, 1, 0)).astype(np.int8)


def _ranks(values: Sequence[Value]) -> list[int]:
    """Return where each value stands among the sorted ones; equal values stand at the same place."""
    if set(map(type, values)) <= {str}:
        order = {value: rank for rank, value in enumerate(sorted(set(values)))}  # type: ignore[type-var]  # texts alone
        return [order[value] for value in values]
    keys = [_key(value) for value in values]
    places = {key: rank for rank, key in enumerate(sorted(set(keys)))}
    return [places[key] for key in keys]


def _key(value: Value) -> tuple[int, float, str]:
    """Return what values of all kinds can be sorted by: numbers first, then texts, then what has an order of its own."""
    (family,) = families(Scalar(value))
    place = _FAMILY_ORDER.index(family)
    if isinstance(value, (bool, int, float)):
        return place, 0.0 if value != value else float(value), ""  # noqa: PLR0124 - NaN has a place of its own
    if isinstance(value, str):
        return place, 0.0, value
    if family == "time":
        return place, value.timestamp(), ""  # type: ignore[union-attr]  # the family says so
    return place, 0.0, repr(value)
