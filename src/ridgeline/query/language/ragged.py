"""Columns with several values a row: what comprehensions make, and `run.metrics["f1"].last` over several contexts."""

import numpy as np

from ridgeline.query.language.axis import Axis, Ints, expand
from ridgeline.query.language.elementwise import warn_types, weigh
from ridgeline.query.language.functions import items_of
from ridgeline.query.language.nodes import Node
from ridgeline.query.language.scope import MAX_CELLS, Scope
from ridgeline.query.language.values import (
    Bools,
    Coded,
    Column,
    Numbers,
    Ragged,
    Reduction,
    Scalar,
    Value,
    decode,
    encode,
    present,
    spread,
    truth,
)


def settle(scope: Scope, node: Node, value: Column | Ragged) -> Column:
    """Return one value a row: what `reduce` says, or a list."""
    if not isinstance(value, Ragged):
        return value
    if value.reduce is None:
        return as_lists(scope, node, value)
    if value.reduce == "sum":
        total = _reduce_numbers("sum", value)
        assert total is not None
        return total
    return _pick(value, value.reduce)


def as_lists(scope: Scope, node: Node, ragged: Ragged) -> Column:
    """Return the values of each row as a tuple."""
    scope.check_cells(ragged.inner.size + ragged.outer.size, node)
    column = ragged.column
    if isinstance(column, Scalar):
        column = encode(ragged.inner, np.zeros(ragged.inner.size, dtype=np.int64), [column.value])
    coded = decode(spread_to(column, ragged.inner), scope.zone)
    table: list[Value] = [*coded.values, None]  # the last serves code -1
    weights = np.array([weigh(value, MAX_CELLS) for value in table], dtype=np.int64)
    scope.check_cells(int(weights[coded.codes].sum()), node)
    items = [table[code] for code in coded.codes.tolist()]
    ends = np.cumsum(np.bincount(ragged.owner, minlength=ragged.outer.size)).tolist()
    lists: list[Value] = [tuple(items[a:b]) for a, b in zip([0, *ends], ends, strict=False)]
    codes = np.arange(ragged.outer.size, dtype=np.int64)
    if ragged.valid is not None:
        codes = np.where(ragged.valid, codes, -1)
    return encode(ragged.outer, codes, lists)


def spread_to(column: Column, axis: Axis) -> Numbers | Coded:
    """Return a column that stands on the axis; a scalar is repeated."""
    if isinstance(column, Scalar):
        column = encode(axis, np.zeros(axis.size, dtype=np.int64), [column.value])
    on_axis = spread(column, axis)
    assert not isinstance(on_axis, Scalar)
    return on_axis


def _pick(ragged: Ragged, how: Reduction) -> Column:
    """Return for each row the value that is least or greatest, or stands where `weight` is; NaN only if all are."""
    column = ragged.column
    assert isinstance(column, Numbers)
    weight = column.data.astype(np.float64) if ragged.weight is None else ragged.weight
    sign = -1.0 if how in ("min", "at-min") else 1.0
    key = np.where(np.isnan(weight), -np.inf, sign * weight)
    owner = ragged.owner
    usable = np.flatnonzero(present(column, ragged.inner))
    # Among equals the smallest value wins, so that the answer does not depend on the order of series.
    order = usable[
        np.lexsort(
            (-column.data[usable].astype(np.float64), ~np.isnan(weight[usable]), key[usable], owner[usable])
        )
    ]
    last = np.flatnonzero(np.diff(owner[order], append=-1))
    rows = order[last]
    codes = np.full(ragged.outer.size, -1, dtype=np.int64)
    codes[owner[rows]] = np.arange(len(rows))
    valid = codes >= 0
    data = column.data[rows][codes] if len(rows) else np.zeros(ragged.outer.size)
    return Numbers(ragged.outer, data, None if valid.all() else valid, column.unit)


def reduce_ragged(name: str, ragged: Ragged) -> Column | None:
    """Return any, all, len, sum, min, max or mean of each row's values; None where lists are needed for it."""
    outer, owner = ragged.outer, ragged.owner
    if name in ("any", "all"):
        flags = truth(ragged.column)
        flags = np.full(ragged.inner.size, flags) if isinstance(flags, bool) else flags
        hits = np.bincount(owner[flags if name == "any" else ~flags], minlength=outer.size)
        return Numbers(outer, (hits > 0) if name == "any" else (hits == 0), ragged.valid)
    if name == "len":
        return Numbers(outer, np.bincount(owner, minlength=outer.size).astype(np.int64), ragged.valid)
    return _reduce_numbers(name, ragged)


def _reduce_numbers(name: str, ragged: Ragged) -> Numbers | None:
    column, outer, owner = ragged.column, ragged.outer, ragged.owner
    if not isinstance(column, Numbers) or column.unit != "number" or column.axis is not ragged.inner:
        return None
    valid = np.ones(outer.size, dtype=np.bool_) if ragged.valid is None else ragged.valid
    if column.valid is not None:
        valid = valid & (np.bincount(owner[~column.valid], minlength=outer.size) == 0)
    count = np.bincount(owner, minlength=outer.size)
    if name in ("sum", "mean"):
        total = np.bincount(owner, weights=column.data.astype(np.float64), minlength=outer.size)
        if name == "mean":
            return Numbers(outer, total / np.maximum(count, 1), valid & (count > 0))
        whole = column.data.dtype != np.float64 and np.abs(total).max(initial=0) < 2**53
        return Numbers(outer, total.astype(np.int64) if whole else total, valid)
    if name in ("min", "max") and (column.data.dtype != np.float64 or not np.isnan(column.data).any()):
        picked = _pick(ragged, "min" if name == "min" else "max")
        assert isinstance(picked, Numbers)
        return Numbers(outer, picked.data, valid & present(picked, outer))
    return None


def iterate(
    scope: Scope, node: Node, column: Column, axis: Axis, unpack: int | None
) -> tuple[Axis, list[Column], Bools]:
    """Return an axis with a row for each item of each list, the items as columns, and which rows have a list.

    `unpack` says into how many columns each item is unpacked; None for the item itself.
    """
    coded = decode(spread_to(column, axis), scope.zone)
    lists: list[tuple[Value, ...] | None] = [_items_or_none(value) for value in coded.values]
    if lists and all(items is None for items in lists):
        warn_types(scope, node, column)
    sizes = np.array([len(items or ()) for items in lists] + [0], dtype=np.int64)  # the last serves code -1
    counts = sizes[coded.codes]
    scope.check_cells(int(counts.sum()), node)
    inner = expand(axis, counts)
    flat: list[Value] = [item for items in lists for item in items or ()]
    codes = _positions(sizes, coded.codes, counts)
    listed = np.array([items is not None for items in lists] + [False], dtype=np.bool_)[coded.codes]
    if unpack is None:
        return inner, [encode(inner, codes, flat)], listed
    parts = [item if isinstance(item, tuple) and len(item) == unpack else (None,) * unpack for item in flat]
    return inner, [encode(inner, codes, [part[i] for part in parts]) for i in range(unpack)], listed


def _positions(sizes: Ints, codes: Ints, counts: Ints) -> Ints:
    """Return for each inner row where its item stands among the items of all distinct lists."""
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    total = int(counts.sum())
    within = np.arange(total) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.repeat(starts[codes], counts) + within


def _items_or_none(value: Value) -> tuple[Value, ...] | None:
    try:
        return items_of(value)
    except TypeError:
        return None
