"""What operators mean for two Python values, with bounds on what they may build.

Columns use these once per distinct combination of values; arrays of numbers have faster ways to the same answers.
An operation raises TypeError for values that do not go together, ValueError or ArithmeticError where it has no result
(the callers make both null), and Runaway where the result would be too large.
"""

import operator
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from ridgeline.query.language.values import Value

MAX_TEXT = 100_000  # characters of a text, items of a list
_MAX_INT_BITS = 1000  # any such int is a finite float


class Runaway(Exception):  # noqa: N818 - it is turned into a QueryError, and never seen outside
    """The result of an operation would be too large."""


def check_length(length: int) -> None:
    if length > MAX_TEXT:
        raise Runaway(f"a result of {length:,} characters or items; at most {MAX_TEXT:,} are built")


def equal(left: Value, right: Value) -> bool:
    """Tell whether two values are the same; an int, a float and a bool of the same number are."""
    return left == right


def _is_number(value: Value) -> bool:
    return isinstance(value, (bool, int, float))


def ordered(left: Value, right: Value) -> bool:
    """Tell whether two values have an order: numbers, texts, lists, sets (by inclusion), times, dates or spans."""
    if _is_number(left) and _is_number(right):
        return True
    return any(
        type(left) is kind and type(right) is kind
        for kind in (str, tuple, frozenset, datetime, timedelta, date)
    )


def _ordering(compare: Callable[[Any, Any], Any]) -> Callable[[Value, Value], bool]:
    def apply(left: Value, right: Value) -> bool:
        if not ordered(left, right):
            raise TypeError("no order")
        return bool(compare(left, right))

    return apply


def contains(container: Value, item: Value) -> bool:
    """Tell whether a text has a part, a list or set an item, a dict a key."""
    if isinstance(container, str):
        if not isinstance(item, str):
            raise TypeError("a text contains texts only")
        return item in container
    if isinstance(container, (tuple, frozenset, dict)):
        return any(equal(item, other) for other in container)
    raise TypeError("not a container")


COMPARISONS: dict[str, Callable[[Value, Value], bool]] = {
    "<": _ordering(operator.lt),
    "<=": _ordering(operator.le),
    ">": _ordering(operator.gt),
    ">=": _ordering(operator.ge),
}


def add(left: Value, right: Value) -> Value:
    for kind in (str, tuple):
        if isinstance(left, kind) and isinstance(right, kind):
            check_length(len(left) + len(right))
    return _numeric(operator.add, left, right)


def multiply(left: Value, right: Value) -> Value:
    for sequence, count in ((left, right), (right, left)):
        if isinstance(sequence, (str, tuple)) and isinstance(count, int):
            check_length(len(sequence) * max(count, 0))
            return sequence * count
    return _numeric(operator.mul, left, right)


def power(left: Value, right: Value) -> Value:
    if isinstance(left, int) and isinstance(right, int) and right > 0:
        bits = (left.bit_length() - 1) * right  # no more than the result has, and half of it at least
        if bits > _MAX_INT_BITS and abs(left) > 1:
            raise Runaway(f"a number of some {bits:,} bits; at most {_MAX_INT_BITS:,} are computed")
    result = _numeric(operator.pow, left, right)
    if isinstance(result, complex):
        raise ValueError("no real number")  # noqa: TRY004 - the types are right, the values are not
    return result


def modulo(left: Value, right: Value) -> Value:
    if isinstance(left, str):
        raise TypeError("texts are not formatted here")
    return _numeric(operator.mod, left, right)


def _numeric(apply: Callable[[object, object], object], left: Value, right: Value) -> Value:
    result: Value = apply(left, right)  # type: ignore[assignment]  # operators keep to our values
    if isinstance(result, int) and result.bit_length() > _MAX_INT_BITS:
        raise Runaway(f"a number of {result.bit_length():,} bits; at most {_MAX_INT_BITS:,} are computed")
    return result


def _plain(apply: Callable[[object, object], object]) -> Callable[[Value, Value], Value]:
    return lambda left, right: _numeric(apply, left, right)


def _set_operation(apply: Callable[[object, object], object]) -> Callable[[Value, Value], Value]:
    def checked(left: Value, right: Value) -> Value:
        if isinstance(left, frozenset) and isinstance(right, frozenset):
            check_length(len(left) + len(right))
        return _numeric(apply, left, right)

    return checked


ARITHMETIC: dict[str, Callable[[Value, Value], Value]] = {
    "+": add,
    "-": _plain(operator.sub),
    "*": multiply,
    "/": _plain(operator.truediv),
    "//": _plain(operator.floordiv),
    "%": modulo,
    "**": power,
    "|": _set_operation(operator.or_),
    "&": _set_operation(operator.and_),
    "^": _set_operation(operator.xor),
}
