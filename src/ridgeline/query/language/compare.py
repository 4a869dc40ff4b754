"""Comparisons of columns: two-valued, uniform in nulls.

==  a null equals a null (`None`) and nothing else;  != is its opposite
<   false where a side is null, or where two values have no order (a text and a number)
in  false where the container is null; a null is in [None]
"""

from collections.abc import Container, Sequence
from functools import partial

import numpy as np

from ridgeline.query.language.axis import Axis
from ridgeline.query.language.elementwise import distinct_combinations, flags
from ridgeline.query.language.nodes import Node
from ridgeline.query.language.numeric import Operand, both_valid, operands
from ridgeline.query.language.scalars import COMPARISONS, contains, equal
from ridgeline.query.language.scope import Scope
from ridgeline.query.language.values import (
    Bools,
    Coded,
    Column,
    Numbers,
    Scalar,
    Value,
    families,
    lookup,
    present,
    spread,
)

_ARRAY_ORDER = {"<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal}


def compare_equal(scope: Scope, node: Node, left: Column, right: Column) -> Column:
    """Return where both are the same value, or both null."""
    if isinstance(left, Scalar) and isinstance(right, Scalar):
        return Scalar(equal(left.value, right.value))
    axis = scope.meet(left, right)
    assert axis is not None
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Scalar) and one.value is None:
            return Numbers(axis, ~present(other, axis))
    _warn_if_never(scope, node, left, right, "equal")
    same = _equal_present(scope, node, left, right, axis)
    if not isinstance(left, Scalar) and not isinstance(right, Scalar):
        same |= ~present(left, axis) & ~present(right, axis)
    return Numbers(axis, same)


def _equal_present(scope: Scope, node: Node, left: Column, right: Column, axis: Axis) -> Bools:
    numbers = operands(scope, left, right)
    if numbers is not None:
        _, first, second = numbers
        if first.unit != second.unit:
            return np.zeros(axis.size, dtype=np.bool_)
        return _masked(np.equal(first.data, second.data), both_valid(first.valid, second.valid), axis)
    combinations, codes, _ = distinct_combinations(scope, (left, right))
    return lookup(Coded(axis, codes, ()), flags(scope, node, equal, combinations))


def _masked(found: Bools, valid: Bools | None, axis: Axis) -> Bools:
    found = found if valid is None else found & valid
    return np.broadcast_to(found, (axis.size,)).copy() if found.shape != (axis.size,) else found


def compare_order(scope: Scope, node: Node, op: str, left: Column, right: Column) -> Column:
    """Return where `left op right` for one of < <= > >=."""
    axis = scope.meet(left, right)
    if isinstance(left, Scalar) and isinstance(right, Scalar):
        known = left.value is not None and right.value is not None
        return Scalar(known and _ordered_safely(op, left.value, right.value))
    assert axis is not None
    numbers = operands(scope, left, right)
    if numbers is not None and numbers[1].unit == numbers[2].unit:
        return Numbers(axis, _order_arrays(op, numbers[1], numbers[2], axis))
    _warn_if_never(scope, node, left, right, "in order")
    combinations, codes, _ = distinct_combinations(scope, (left, right))
    found = flags(scope, node, partial(_ordered_safely, op), combinations)
    return Numbers(axis, lookup(Coded(axis, codes, ()), found))


def _order_arrays(op: str, first: Operand, second: Operand, axis: Axis) -> Bools:
    return _masked(_ARRAY_ORDER[op](first.data, second.data), both_valid(first.valid, second.valid), axis)


def _ordered_safely(op: str, left: Value, right: Value) -> bool:
    try:
        return COMPARISONS[op](left, right)
    except TypeError:
        return False


def compare_in(scope: Scope, node: Node, item: Column, container: Column) -> Column:
    """Return where the item is in the container."""
    if isinstance(container, Scalar) and isinstance(container.value, (tuple, frozenset)):
        return _in_constant(scope, node, item, list(container.value))
    axis = scope.meet(item, container)
    if isinstance(container, Scalar) and axis is None:
        return Scalar(_contains_safely(container.value, item.value if isinstance(item, Scalar) else None))
    assert axis is not None
    kinds = families(container)
    if kinds and (kinds <= {"number", "time", "span", "date"} or (kinds == {"text"} and _no_text(item))):
        _warn(scope, node, item, container, "in it")
    combinations, codes, _ = distinct_combinations(scope, (container, item))
    found = lookup(Coded(axis, codes, ()), flags(scope, node, _contains_safely, combinations))
    if isinstance(container, Coded):
        with_null = [_contains_safely(value, None) for value in container.values]
        found |= lookup(spread(container, axis), with_null) & ~present(item, axis)
    return Numbers(axis, found)


def _no_text(item: Column) -> bool:
    kinds = families(item)
    return bool(kinds) and "text" not in kinds


def _in_constant(scope: Scope, node: Node, item: Column, values: list[Value]) -> Column:
    """Return where the item equals one of a few values; each is compared as `==` does."""
    if isinstance(item, Scalar):
        return Scalar(any(equal(item.value, value) for value in values))
    if isinstance(item, Coded):
        hashable = {value for value in values if isinstance(value, (bool, int, float, str))}
        rest = [
            value for value in values if value is not None and not isinstance(value, (bool, int, float, str))
        ]
        one_of = partial(_one_of, hashable, rest)
        found = lookup(item, flags(scope, node, one_of, [(value,) for value in item.values]))
    else:
        found = np.zeros(item.axis.size, dtype=np.bool_)
        for value in values:
            scope.tick(node)
            if value is not None:
                found |= _equal_present(scope, node, item, Scalar(value), item.axis)
    if None in values:
        found |= ~present(item, item.axis)
    kept = [value for value in values if value is not None]
    kinds = set[str]().union(*(families(Scalar(value)) for value in kept))
    if kept and families(item) and families(item).isdisjoint(kinds):
        _warn(scope, node, item, Scalar(kept[0]), "equal")
    return Numbers(item.axis, found)


def _one_of(hashable: Container[Value], rest: Sequence[Value], value: Value) -> bool:
    if isinstance(value, (bool, int, float, str)):
        return value == value and value in hashable  # noqa: PLR0124 - NaN equals nothing, itself included
    return any(equal(value, other) for other in rest)


def _contains_safely(container: Value, item: Value) -> bool:
    try:
        return contains(container, item)
    except TypeError:
        return False


def _warn_if_never(scope: Scope, node: Node, left: Column, right: Column, relation: str) -> None:
    kinds = families(left), families(right)
    if kinds[0] and kinds[1] and kinds[0].isdisjoint(kinds[1]):
        _warn(scope, node, left, right, relation)


def _warn(scope: Scope, node: Node, left: Column, right: Column, relation: str) -> None:
    first, second = ("/".join(sorted(families(column))) for column in (left, right))
    message = f"`{scope.words(node)}` compares {first} with {second}: they are never {relation}."
    if {first, second} == {"time", "text"}:
        message += " Write a time as datetime(2026, 1, 31)."
    elif relation == "equal" and {first, second} == {"list", "text"}:
        message += " Write `in` to ask whether a list has it."
    scope.warn(node.span, message, "never-comparable")
