"""See columns as arrays of numbers, where they are."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ridgeline.query.language.axis import Axis
from ridgeline.query.language.scope import Scope
from ridgeline.query.language.values import Bools, Column, NumberArray, Numbers, Scalar, Unit, spread

Plain: TypeAlias = bool | int | float
_INT64 = 2**63


@dataclass(frozen=True, slots=True, eq=False)
class Operand:
    """An array, or a single number, with its mask and unit."""

    data: NumberArray | Plain
    valid: Bools | None
    unit: Unit

    @property
    def is_int(self) -> bool:
        """Tell whether these are ints or bools."""
        if isinstance(self.data, np.ndarray):
            return self.data.dtype != np.float64
        return isinstance(self.data, int)

    def as_float(self) -> NDArray[np.float64] | float:
        return self.data.astype(np.float64) if isinstance(self.data, np.ndarray) else float(self.data)


def operand(column: Column, axis: Axis) -> Operand | None:
    """Return the column on the axis as numbers; None when it holds anything else, or ints beyond 64 bits."""
    if isinstance(column, Numbers):
        on_axis = spread(column, axis)
        assert isinstance(on_axis, Numbers)
        return Operand(on_axis.data, on_axis.valid, on_axis.unit)
    if not isinstance(column, Scalar):
        return None
    value = column.value
    if isinstance(value, datetime):
        return Operand(value.astimezone(UTC).timestamp(), None, "time")
    if isinstance(value, timedelta):
        return Operand(value.total_seconds(), None, "span")
    if isinstance(value, bool | float) or (isinstance(value, int) and -_INT64 <= value < _INT64):
        return Operand(value, None, "number")
    return None


def operands(scope: Scope, left: Column, right: Column) -> tuple[Axis, Operand, Operand] | None:
    """Return both columns as numbers on their common axis; None when one is not numeric or both are scalars."""
    axis = scope.meet(left, right)
    if axis is None:
        return None
    first, second = operand(left, axis), operand(right, axis)
    return None if first is None or second is None else (axis, first, second)


def both_valid(first: Bools | None, second: Bools | None) -> Bools | None:
    """Return where both are valid."""
    if first is None or second is None:
        return second if first is None else first
    return first & second
