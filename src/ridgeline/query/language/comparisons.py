"""Comparisons as they are written: chained, with lists, with several series of a run."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from ridgeline.core.errors import did_you_mean
from ridgeline.query.language import nodes
from ridgeline.query.language.axis import Axis
from ridgeline.query.language.compare import compare_equal, compare_in, compare_order
from ridgeline.query.language.names import RUN_STATUSES
from ridgeline.query.language.nodes import CompareOp, Node
from ridgeline.query.language.params import key_in_params
from ridgeline.query.language.ragged import settle
from ridgeline.query.language.scope import Scope
from ridgeline.query.language.values import Bools, Column, Numbers, Ragged, Scalar, spread

Evaluate: TypeAlias = Callable[[Scope, Node], Column | Ragged]
Operand: TypeAlias = Column | Ragged

_NEGATED: dict[CompareOp, CompareOp] = {"!=": "==", "not in": "in", "is not": "is"}


def compare(scope: Scope, node: nodes.Compare | nodes.Chain, evaluate: Evaluate) -> Column:
    """Return where a comparison is true; `evaluate` evaluates its parts."""
    if isinstance(node, nodes.Chain):
        operands = [evaluate(scope, operand) for operand in node.operands]
        links = [
            _compare_operands(scope, node, op, left, right)
            for op, left, right in zip(node.ops, operands, operands[1:], strict=False)
        ]
        return _all(scope, links)
    if node.op in ("in", "not in"):
        if isinstance(node.right, nodes.Param):
            found = key_in_params(scope, node.left, node.right)
            if found is not None:
                return found if node.op == "in" else inverted(found)
        if isinstance(node.right, nodes.Display):
            return _in_display(scope, node, node.right, evaluate)
    _warn_of_unknown_status(scope, node)
    return _compare_operands(scope, node, node.op, evaluate(scope, node.left), evaluate(scope, node.right))


def _warn_of_unknown_status(scope: Scope, node: nodes.Compare) -> None:
    match node:
        case nodes.Compare(left=nodes.RunField(name="status"), right=nodes.Constant(value=wanted)):
            asked = wanted if isinstance(wanted, (tuple, list)) else (wanted,)
            for status in asked:
                if isinstance(status, str) and status not in RUN_STATUSES:
                    message = f"No run has the status {status!r}.{did_you_mean(status, RUN_STATUSES)} It is one of {', '.join(RUN_STATUSES)}."
                    scope.warn(node.span, message, "unknown-status")


def _in_display(scope: Scope, node: nodes.Compare, display: nodes.Display, evaluate: Evaluate) -> Column:
    """Return where a value is one of several columns: as `==` with each."""
    item = evaluate(scope, node.left)
    links = [
        inverted(_compare_operands(scope, node, "==", item, evaluate(scope, other)))
        for other in display.items
    ]
    is_none_of_them = _all(scope, links)
    return is_none_of_them if node.op == "not in" else inverted(is_none_of_them)


def _all(scope: Scope, flags: list[Column]) -> Column:
    result = flags[0]
    for other in flags[1:]:
        axis = scope.meet(result, other)
        if axis is None:
            result = other if isinstance(result, Scalar) and result.value else result
        else:
            result = Numbers(axis, on(result, axis) & on(other, axis))
    return result


def _compare_operands(scope: Scope, node: Node, op: CompareOp, left: Operand, right: Operand) -> Column:
    if op in _NEGATED:
        return inverted(_compare_operands(scope, node, _NEGATED[op], left, right))
    if op == "in":
        right = settle(scope, node, right)
    for one, other in ((left, right), (right, left)):
        if (
            isinstance(one, Ragged)
            and one.reduce
            and not isinstance(other, Ragged)
            and _is_quantified(one, other)
        ):
            return _compare_any(scope, node, op, left, right, one)
    return _compare_columns(scope, node, op, settle(scope, node, left), settle(scope, node, right))


def _is_quantified(ragged: Ragged, other: Column) -> bool:
    """Tell whether each of several series is compared by itself: with a constant, or with something else of the run."""
    if isinstance(other, Scalar):
        return other.value is not None
    return other.axis is ragged.outer


def _compare_any(
    scope: Scope, node: Node, op: CompareOp, left: Operand, right: Operand, one: Ragged
) -> Column:
    """Return where some series of the run compares so."""
    first = left.column if isinstance(left, Ragged) else left
    second = right.column if isinstance(right, Ragged) else right
    outside, scope.widest = scope.widest, one.inner
    try:
        column = _compare_columns(scope, node, op, first, second)
    finally:
        scope.widest = outside
    found = np.zeros(one.outer.size, dtype=np.bool_)
    found[one.owner[on(column, one.inner)]] = True
    return Numbers(one.outer, found)


def _compare_columns(scope: Scope, node: Node, op: CompareOp, left: Column, right: Column) -> Column:
    if op == "in":
        return compare_in(scope, node, left, right)
    if op in ("==", "is"):
        return compare_equal(scope, node, left, right)
    return compare_order(scope, node, op, left, right)


def inverted(column: Column) -> Column:
    """Return the opposite of flags without nulls."""
    if isinstance(column, Scalar):
        return Scalar(not column.value)
    assert isinstance(column, Numbers)
    return Numbers(column.axis, ~column.data.astype(np.bool_, copy=False))


def on(column: Column, axis: Axis) -> Bools:
    """Return flags without nulls on an axis."""
    if isinstance(column, Scalar):
        return np.full(axis.size, bool(column.value))
    on_axis = spread(column, axis)
    assert isinstance(on_axis, Numbers)
    return on_axis.data.astype(np.bool_, copy=False)
