"""Comprehensions: one row for each item of each list, then back to one value, or list, a row."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from ridgeline.query.language import functions, nodes
from ridgeline.query.language.axis import Axis, join
from ridgeline.query.language.nodes import Node
from ridgeline.query.language.ragged import as_lists, iterate, settle
from ridgeline.query.language.scope import Scope
from ridgeline.query.language.values import Bools, Coded, Column, Ragged, Scalar, spread, truth

Evaluate: TypeAlias = Callable[[Scope, Node], Column | Ragged]


def comprehend(scope: Scope, node: nodes.Comprehension, evaluate: Evaluate) -> Column | Ragged:
    """Return the elements of each row; a constant when it depends on no row.

    `evaluate` evaluates its parts: it stands above, and knows all constructs.
    """
    outside, names = scope.widest, dict(scope.variables)
    depends_on = _axis_of(scope, node)
    base = depends_on or Axis(1)
    axis: Axis = base
    valid: Bools | None = None
    try:
        for clause in node.clauses:
            scope.tick(clause)
            scope.widest = axis
            column = _lists(scope, clause.iterable, evaluate)
            count = len(clause.names) if clause.unpack else None
            axis, columns, listed = iterate(scope, clause.iterable, column, axis, count)
            valid = listed if valid is None else valid
            scope.widest = axis
            scope.variables.update(zip(clause.names, columns, strict=True))
            for test in clause.tests:
                rows = np.flatnonzero(_truth(scope, test, axis, evaluate))
                axis = Axis(len(rows), {axis: rows.astype(np.int64)})
                scope.widest = axis
        element = settle(scope, node.element, evaluate(scope, node.element))
        inner = element if isinstance(element, Scalar) else spread(element, axis)
    finally:
        scope.widest, scope.variables = outside, names
    ragged = Ragged(inner, axis, base, None if valid is None or valid.all() else valid)
    if node.kind == "set" or depends_on is None:
        lists = as_lists(scope, node, ragged)
        lists = lists if depends_on else _first(lists)
        return functions.call(scope, node, "set", [lists], {}) if node.kind == "set" else lists
    return ragged


def _lists(scope: Scope, node: Node, evaluate: Evaluate) -> Column:
    """Return what is iterated over; several series of a run are all of them."""
    value = evaluate(scope, node)
    return as_lists(scope, node, value) if isinstance(value, Ragged) else value


def _truth(scope: Scope, node: Node, axis: Axis, evaluate: Evaluate) -> Bools:
    column = settle(scope, node, evaluate(scope, node))
    if isinstance(column, Scalar):
        return np.full(axis.size, bool(column.value))
    flags = truth(spread(column, axis))
    return np.full(axis.size, flags) if isinstance(flags, bool) else flags


def _first(column: Column) -> Scalar:
    """Return the only row of what depends on no row."""
    assert isinstance(column, Coded)
    return Scalar(column.values[column.codes[0]] if column.codes[0] >= 0 else None)


def _axis_of(scope: Scope, node: Node) -> Axis | None:
    """Return the fewest rows that tell apart all that a node depends on; None for constants."""
    axis: Axis | None = None
    for part in nodes.walk(node):
        axis = join(axis, _axis_of_leaf(scope, part), scope.widest)
    return axis


def _axis_of_leaf(scope: Scope, node: Node) -> Axis | None:
    match node:
        case nodes.RunField() | nodes.Param() | nodes.RunMetric():
            return scope.source.runs
        case nodes.SeriesField(name="name" | "kind") | nodes.SeriesContext():
            return scope.source.metrics
        case nodes.SeriesField():
            return scope.source.series
        case nodes.Variable(name=name) if name in scope.variables:
            return scope.variables[name].axis
        case _:
            return None
