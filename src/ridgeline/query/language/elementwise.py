"""Apply a function of Python values to columns, once per distinct combination of values."""

from collections.abc import Callable, Sequence
from itertools import islice

import numpy as np

from ridgeline.core.errors import QueryError
from ridgeline.query.language.axis import Ints
from ridgeline.query.language.nodes import Node
from ridgeline.query.language.scalars import Runaway
from ridgeline.query.language.scope import Scope
from ridgeline.query.language.values import Coded, Column, Scalar, Value, decode, encode, families, spread

_FAILURES = (TypeError, ValueError, ArithmeticError, LookupError)
_BATCH = 4096  # values between two looks at the clock


def apply(scope: Scope, node: Node, function: Callable[..., Value], *columns: Column) -> Column:
    """Return `function` of each row. Null in, null out; where the function fails, null too.

    Brings a warning when the function does not take the types of any row.

    Raises:
        QueryError: A result is too large, or the time is over.
    """
    combinations, codes, axis_column = distinct_combinations(scope, columns)
    results: list[Value] = []
    wrong_types = 0
    pending = iter(combinations)
    while batch := list(islice(pending, _BATCH)):
        scope.tick(node)
        for values in batch:
            try:
                results.append(function(*values))
            except Runaway as error:
                message = f"`{scope.words(node)}` makes {error}."
                raise QueryError(message, "expression-runs-away", scope.text, node.span) from None
            except _FAILURES as error:
                wrong_types += isinstance(error, (TypeError, AttributeError))
                results.append(None)
    if results and wrong_types == len(results):
        warn_types(scope, node, *columns)
    if axis_column is None:
        return Scalar(results[0] if results else None)
    return encode(axis_column.axis, codes, results)


def warn_types(scope: Scope, node: Node, *columns: Column) -> None:
    """Say that an operation has no meaning for the types at hand."""
    kinds = " and ".join("/".join(sorted(families(column))) or "null" for column in columns)
    message = f"`{scope.words(node)}` is null in every row: it is not defined for {kinds}."
    scope.warn(node.span, message, "wrong-type")


def distinct_combinations(
    scope: Scope, columns: Sequence[Column]
) -> tuple[list[tuple[Value, ...]], Ints, Coded | None]:
    """Return the combinations of values that occur, a code a row (-1: some value is null), and a column on their axis.

    With scalars alone there is one combination, or none when one is null.
    """
    axis = scope.meet(*columns)
    if axis is None:
        values = tuple(column.value for column in columns if isinstance(column, Scalar))
        return ([] if None in values else [values]), np.empty(0, dtype=np.int64), None
    coded = [c if isinstance(c, Scalar) else decode(spread(c, axis), scope.zone) for c in columns]
    wide = [column for column in coded if isinstance(column, Coded)]
    if any(isinstance(column, Scalar) and column.value is None for column in coded):
        return [], np.full(axis.size, -1, dtype=np.int64), wide[0]
    codes, parts = _combine(wide)
    taken = iter(range(len(wide)))
    lists: list[Sequence[Value]] = []
    for column in coded:
        if isinstance(column, Scalar):
            lists.append([column.value] * len(parts[0]))
        else:
            position = next(taken)
            lists.append([column.values[code] for code in parts[position].tolist()])
    return list(zip(*lists, strict=True)), codes, wide[0]


def _combine(columns: list[Coded]) -> tuple[Ints, list[Ints]]:
    """Return a code a row for each combination, and for each column the code it has in each combination."""
    first = columns[0]
    if len(columns) == 1:
        return first.codes, [np.arange(len(first.values), dtype=np.int64)]
    null = np.logical_or.reduce([column.codes < 0 for column in columns])
    rows = np.flatnonzero(~null)
    combined = first.codes[rows]
    parts = [np.arange(len(first.values), dtype=np.int64)]
    for column in columns[1:]:
        more = column.codes[rows]
        keys = combined * max(len(column.values), 1) + more
        _, kept, inverse = np.unique(keys, return_index=True, return_inverse=True)
        parts = [*(part[combined[kept]] for part in parts), more[kept]]
        combined = inverse.reshape(-1).astype(np.int64)
    codes = np.full(first.axis.size, -1, dtype=np.int64)
    codes[rows] = combined
    return codes, parts
