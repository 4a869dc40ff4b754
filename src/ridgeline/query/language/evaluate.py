"""Evaluate nodes to columns."""

from typing import Literal

import numpy as np

from ridgeline.query.language import functions, nodes
from ridgeline.query.language.arithmetic import arithmetic, negate
from ridgeline.query.language.axis import Axis
from ridgeline.query.language.choice import choose
from ridgeline.query.language.compare import compare_equal, compare_order
from ridgeline.query.language.comparisons import compare, inverted, on
from ridgeline.query.language.comprehend import comprehend
from ridgeline.query.language.elementwise import apply
from ridgeline.query.language.methods import call_method, take_item, take_part, take_slice
from ridgeline.query.language.nodes import Node
from ridgeline.query.language.params import has_param, param_column, run_metric
from ridgeline.query.language.ragged import as_lists, reduce_ragged, settle
from ridgeline.query.language.regex import match
from ridgeline.query.language.scope import Scope
from ridgeline.query.language.values import (
    Bools,
    Column,
    Numbers,
    Ragged,
    Scalar,
    Value,
    present,
    truth,
)

_LIST_FUNCTIONS = frozenset(
    ["all", "any", "len", "list", "max", "mean", "median", "min", "set", "sorted", "sum", "tuple"]
)


def evaluate(scope: Scope, node: Node) -> Column:
    """Return a value for each row."""
    return settle(scope, node, _evaluate(scope, node))


def evaluate_truth(scope: Scope, node: Node, axis: Axis) -> Bools:
    """Return where the expression is true, for each row of an axis that descends from all it refers to."""
    return on(truth_column(scope, node), axis)


def truth_column(scope: Scope, node: Node) -> Column:
    """Return the truth of an expression, on the axis that it needs."""
    column = evaluate(scope, node)
    flags = truth(column)
    if isinstance(column, Scalar) or isinstance(flags, bool):
        return Scalar(bool(flags))
    return Numbers(column.axis, flags)


def _evaluate(scope: Scope, node: Node) -> Column | Ragged:
    scope.tick(node)
    match_ = _leaf(scope, node)
    if match_ is not None:
        return match_
    match node:
        case nodes.Not(operand=operand):
            column = truth_column(scope, operand)
            return inverted(column)
        case nodes.Both(op=op, operands=operands):
            return _both(scope, node, op, operands)
        case nodes.Compare() | nodes.Chain():
            return compare(scope, node, _evaluate)
        case nodes.Arithmetic(op=op, left=left, right=right):
            return arithmetic(scope, node, op, evaluate(scope, left), evaluate(scope, right))
        case nodes.Negate(operand=operand):
            return negate(scope, node, evaluate(scope, operand))
        case nodes.Choose(test=test, then=then, otherwise=otherwise):
            return choose(scope, truth_column(scope, test), evaluate(scope, then), evaluate(scope, otherwise))
        case nodes.Call():
            return _call(scope, node)
        case nodes.Comprehension():
            return comprehend(scope, node, _evaluate)
        case _:
            return _by_value(scope, node)


def _leaf(scope: Scope, node: Node) -> Column | Ragged | None:
    match node:
        case nodes.Constant(value=value):
            return Scalar(value)
        case nodes.Variable(name=name):
            return scope.variables[name]
        case nodes.RunField(name=name):
            return scope.source.run_field(name)
        case nodes.Param():
            return param_column(scope, node)
        case nodes.RunMetric():
            return run_metric(scope, node)
        case nodes.SeriesField(name=("name" | "kind") as name):
            return scope.source.metric_field(name)
        case nodes.SeriesField(name=name):
            return scope.source.series_field(name)
        case nodes.SeriesContext(path=path):
            column = scope.source.metric_field("context")
            for key in path:
                column = apply(scope, node, take_part(key), column)
            return column
        case _:
            return None


def _by_value(scope: Scope, node: Node) -> Column:
    """Return what is computed once per distinct value."""
    match node:
        case nodes.Has(operand=operand):
            return _has(scope, operand)
        case nodes.Match(operand=operand):
            return match(scope, node, evaluate(scope, operand))
        case nodes.Method(operand=operand, name=name, arguments=arguments):
            columns = [evaluate(scope, part) for part in (operand, *arguments)]
            if name == "get":  # with a default, which is null unless given
                return _get(scope, node, columns)
            return apply(scope, node, call_method(name), *columns)
        case nodes.Part(operand=operand, name=name):
            return apply(scope, node, take_part(name), evaluate(scope, operand))
        case nodes.Item(operand=operand, key=key):
            return apply(scope, node, take_item, evaluate(scope, operand), evaluate(scope, key))
        case nodes.Slice(operand=operand, start=start, stop=stop, step=step):
            return apply(scope, node, take_slice(start, stop, step), evaluate(scope, operand))
        case nodes.Display(kind=kind, items=items):
            build = _tuple_of if kind == "list" else _frozenset_of
            return apply(scope, node, build, *(evaluate(scope, item) for item in items))
        case _:
            raise AssertionError(node)


def _tuple_of(*values: Value) -> Value:
    return values


def _frozenset_of(*values: Value) -> Value:
    return frozenset(values)


def _both(scope: Scope, node: Node, op: Literal["and", "or"], operands: tuple[Node, ...]) -> Column:
    """Return the value that decides, as Python does: `run.nick or run.name`."""
    result = evaluate(scope, operands[0])
    for operand in operands[1:]:
        scope.tick(node)
        right = evaluate(scope, operand)
        if _is_flags(result) and _is_flags(right):
            result = _combined_flags(scope, op, result, right)
            continue
        flags = truth(result)
        if isinstance(result, Scalar) or isinstance(flags, bool):
            result = right if bool(flags) == (op == "and") else result
            continue
        test = Numbers(result.axis, flags)
        result = choose(scope, test, right, result) if op == "and" else choose(scope, test, result, right)
    return result


def _is_flags(column: Column) -> bool:
    return isinstance(column, Numbers) and column.data.dtype == np.bool_ and column.valid is None


def _combined_flags(scope: Scope, op: Literal["and", "or"], left: Column, right: Column) -> Column:
    axis = scope.meet(left, right)
    assert axis is not None
    combine = np.logical_and if op == "and" else np.logical_or
    return Numbers(axis, combine(on(left, axis), on(right, axis)))


def _has(scope: Scope, operand: Node) -> Column:
    if isinstance(operand, nodes.Param):
        return has_param(scope, operand)
    column = evaluate(scope, operand)
    if isinstance(column, Scalar):
        return Scalar(column.value is not None)
    return Numbers(column.axis, present(column, column.axis))


def _get(scope: Scope, node: Node, columns: list[Column]) -> Column:
    found = apply(scope, node, call_method("get"), *columns[:2])
    if len(columns) == 2:
        return found
    if isinstance(found, Scalar):
        return columns[2] if found.value is None else found
    return choose(scope, Numbers(found.axis, present(found, found.axis)), found, columns[2])


def _call(scope: Scope, node: nodes.Call) -> Column:
    name = node.name
    if name == "isinstance":
        return _isinstance(scope, node)
    if name in ("any", "all") and isinstance(node.arguments[0], nodes.Display):
        items = node.arguments[0].items
        flags = tuple(nodes.Not(item.span, nodes.Not(item.span, item)) for item in items)
        return _both(scope, node, "or" if name == "any" else "and", flags)
    if len(node.arguments) == 1:
        only = _evaluate(scope, node.arguments[0])
        if isinstance(only, Ragged):
            reduced = None if node.keywords else reduce_ragged(name, only)
            if reduced is not None:
                return reduced
            only = as_lists(scope, node, only) if name in _LIST_FUNCTIONS else settle(scope, node, only)
        arguments = [only]
    else:
        arguments = [evaluate(scope, argument) for argument in node.arguments]
    if name in ("min", "max") and len(arguments) > 1 and all(_is_numeric(column) for column in arguments):
        return _extreme(scope, node, arguments)
    keywords = {key: evaluate(scope, value) for key, value in node.keywords}
    return functions.call(scope, node, name, arguments, keywords)


def _is_numeric(column: Column) -> bool:
    return isinstance(column, Numbers) or isinstance(
        column.value if isinstance(column, Scalar) else None, int | float
    )


def _extreme(scope: Scope, node: nodes.Call, columns: list[Column]) -> Column:
    """Return the least or greatest of several columns of numbers; null where one is."""
    op = "<" if node.name == "min" else ">"
    best = columns[0]
    for column in columns[1:]:
        better = compare_order(scope, node, op, column, best)
        best = choose(scope, better, column, best)
        null = compare_equal(scope, node, column, Scalar(None))
        best = choose(scope, null, Scalar(None), best)
    return best


def _isinstance(scope: Scope, node: nodes.Call) -> Column:
    kinds = node.arguments[1]
    assert isinstance(kinds, nodes.Constant)
    assert isinstance(kinds.value, tuple)
    names = tuple(str(name) for name in kinds.value)
    return apply(scope, node, functions.is_instance(names), evaluate(scope, node.arguments[0]))
