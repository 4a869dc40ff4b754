"""Arithmetic on columns. Null with anything is null; so is what has no result: 1 / 0, (-8) ** 0.5, a number plus a text.

Ints stay ints while every operand and result is within ±2**53, and are floats beyond.
"""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ridgeline.query.language.elementwise import apply
from ridgeline.query.language.nodes import Node
from ridgeline.query.language.numeric import Operand, both_valid, operands
from ridgeline.query.language.scalars import ARITHMETIC
from ridgeline.query.language.scope import Scope
from ridgeline.query.language.values import EXACT_INT, Bools, Column, NumberArray, Numbers, Unit

Floats: TypeAlias = NDArray[np.float64]

_ARRAY_OPS: dict[str, Callable[[Floats | float, Floats | float], Floats]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.true_divide,
    "//": np.floor_divide,
    "%": np.mod,
    "**": np.power,
}
_DIVISIONS = ("/", "//", "%")
_UNITS: dict[tuple[str, Unit, Unit], Unit] = {
    ("-", "time", "time"): "span",
    ("-", "time", "span"): "time",
    ("+", "time", "span"): "time",
    ("+", "span", "time"): "time",
    ("+", "span", "span"): "span",
    ("-", "span", "span"): "span",
    ("*", "span", "number"): "span",
    ("*", "number", "span"): "span",
    ("/", "span", "number"): "span",
    ("/", "span", "span"): "number",
}


def arithmetic(scope: Scope, node: Node, op: str, left: Column, right: Column) -> Column:
    """Return `left op right` a row."""
    numbers = operands(scope, left, right)
    if numbers is not None and op in _ARRAY_OPS:
        axis, first, second = numbers
        unit: Unit | None = "number"
        if (first.unit, second.unit) != ("number", "number"):
            unit = _UNITS.get((op, first.unit, second.unit))
        if unit is not None:
            data, valid = _compute(op, first, second)
            if data.shape != (axis.size,):
                data = np.broadcast_to(data, (axis.size,)).copy()
            return Numbers(axis, data, valid, unit)
    return apply(scope, node, ARITHMETIC[op], left, right)


def _compute(op: str, first: Operand, second: Operand) -> tuple[NumberArray, Bools | None]:
    a, b = first.as_float(), second.as_float()
    with np.errstate(all="ignore"):
        result = np.asarray(_ARRAY_OPS[op](a, b))
    valid = both_valid(first.valid, second.valid)
    bad: Bools | None = None
    if op in _DIVISIONS:
        bad = np.asarray(b == 0)
    elif op == "**":
        lost = np.isnan(result) & ~np.isnan(a) & ~np.isnan(b)  # a complex result
        bad = lost | (np.isinf(result) & np.isfinite(a) & np.isfinite(b))  # overflow, or 0 ** -1
    if bad is not None and bad.any():
        bad = np.broadcast_to(bad, result.shape)
        valid = ~bad if valid is None else valid & ~bad
    if first.is_int and second.is_int and op != "/":
        return _as_ints(op, result, a, b, valid), valid
    return result, valid


def _as_ints(
    op: str, result: Floats, a: Floats | float, b: Floats | float, valid: Bools | None
) -> NumberArray:
    """Return an int result as ints when floats have held it exactly."""
    if op == "**" and np.any(np.asarray(b) < 0):
        return result
    known = result if valid is None else np.where(valid, result, 0.0)
    largest = max(_largest(known), _largest(a), _largest(b))
    return known.astype(np.int64) if largest <= EXACT_INT else result


def _largest(values: Floats | float) -> float:
    array = np.abs(np.asarray(values))
    return float(array.max()) if array.size else 0.0


def negate(scope: Scope, node: Node, column: Column) -> Column:
    """Return minus the column."""
    if isinstance(column, Numbers) and column.unit != "time":
        data = column.data.astype(np.int64) if column.data.dtype == np.bool_ else column.data
        return Numbers(column.axis, np.negative(data), column.valid, column.unit)
    return apply(scope, node, lambda value: ARITHMETIC["*"](_number(value), -1), column)


def _number(value: object) -> int | float:
    if not isinstance(value, (bool, int, float)):
        raise TypeError("not a number")
    return value
