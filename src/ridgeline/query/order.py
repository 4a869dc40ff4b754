"""Sort runs and series by expressions: nulls last whatever the direction, NaN before them, ties by the order given."""

from collections.abc import Sequence

import numpy as np

from ridgeline.query.language.axis import Axis, Ints
from ridgeline.query.language.ragged import spread_to
from ridgeline.query.language.values import (
    Bools,
    Column,
    Family,
    NumberArray,
    Numbers,
    Scalar,
    Value,
    families,
    present,
)

_FAMILY_ORDER: tuple[Family, ...] = ("number", "text", "time", "date", "span", "list", "set", "dict")


def sort_rows(rows: Ints, keys: Sequence[tuple[Column, bool]], axis: Axis) -> Ints:
    """Return the rows sorted by columns on `axis`, the first key first; each key says whether it goes downwards."""
    levels: list[NumberArray] = []
    for column, descending in keys:
        values, null = _sortable(spread_to(column, axis), axis)
        values = values[rows]
        if descending:
            values = -values if values.dtype == np.float64 else ~values
        levels += [null[rows], values]
    if not levels:
        return rows
    return rows[np.lexsort(levels[::-1])]


def _sortable(column: Column, axis: Axis) -> tuple[NumberArray, Bools]:
    null = ~present(column, axis)
    if isinstance(column, Numbers):
        data = column.data.astype(np.int64) if column.data.dtype == np.bool_ else column.data
        return np.where(null, data.dtype.type(0), data), null
    assert not isinstance(column, Scalar)
    ranks = np.zeros(len(column.values) + 1, dtype=np.int64)  # the last serves code -1
    ranks[:-1] = _ranks(column.values)
    return ranks[column.codes], null


def _ranks(values: Sequence[Value]) -> list[int]:
    """Return where each value stands among the sorted ones; equal values stand at the same place."""
    if set(map(type, values)) <= {str}:
        order = {value: rank for rank, value in enumerate(sorted(set(values)))}  # type: ignore[type-var]
        return [order[value] for value in values]
    keys = [_key(value) for value in values]
    places = {key: rank for rank, key in enumerate(sorted(set(keys)))}
    return [places[key] for key in keys]


def _key(value: Value) -> tuple[int, float, str]:
    """Return what values of all kinds can be sorted by: numbers first, then texts, then what has an order of its own."""
    (family,) = families(Scalar(value))
    place = _FAMILY_ORDER.index(family)
    if isinstance(value, (bool, int, float)):
        return place, float(value), ""
    if isinstance(value, str):
        return place, 0.0, value
    if family == "time":
        return place, value.timestamp(), ""  # type: ignore[union-attr]
    return place, 0.0, repr(value)
