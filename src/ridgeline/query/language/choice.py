"""Take each row from one of two columns."""

import numpy as np

from ridgeline.query.language.axis import Axis
from ridgeline.query.language.ragged import spread_to
from ridgeline.query.language.scope import Scope
from ridgeline.query.language.values import (
    Coded,
    Column,
    Numbers,
    Scalar,
    decode,
    encode,
    present,
    spread,
    truth,
)


def choose(scope: Scope, test: Column, then: Column, otherwise: Column) -> Column:
    """Return `then` where the test is true, else `otherwise`."""
    if isinstance(test, Scalar):
        return then if test.value else otherwise
    axis = scope.meet(test, then, otherwise)
    assert axis is not None
    flags = truth(spread(test, axis))
    if isinstance(flags, bool):
        return then if flags else otherwise
    first, second = _fit(then, otherwise, axis), _fit(otherwise, then, axis)
    if isinstance(first, Numbers) and isinstance(second, Numbers) and _same_type(first, second):
        valid = np.where(flags, present(first, axis), present(second, axis))
        data = np.where(flags, first.data, second.data)
        return Numbers(axis, data, None if valid.all() else valid, first.unit)
    left, right = decode(first, scope.zone), decode(second, scope.zone)
    shifted = np.where(right.codes < 0, -1, right.codes + len(left.values))
    return encode(axis, np.where(flags, left.codes, shifted), [*left.values, *right.values])


def _fit(column: Column, other: Column, axis: Axis) -> Numbers | Coded:
    """Return the column on the axis; a null takes the type of the other column."""
    if isinstance(column, Scalar) and column.value is None and isinstance(other, Numbers):
        return Numbers(
            axis, np.zeros(axis.size, dtype=other.data.dtype), np.zeros(axis.size, dtype=np.bool_), other.unit
        )
    return spread_to(column, axis)


def _same_type(first: Numbers, second: Numbers) -> bool:
    return first.unit == second.unit and first.data.dtype == second.data.dtype
