"""Apply a function of Python values to columns, once per distinct combination of values."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from ridgeline.core.errors import QueryError
from ridgeline.query.language.axis import Ints
from ridgeline.query.language.nodes import Node
from ridgeline.query.language.scalars import Runaway
from ridgeline.query.language.scope import MAX_CELLS, Scope
from ridgeline.query.language.values import Coded, Column, Scalar, Value, decode, encode, families, spread

_FAILURES = (TypeError, ValueError, ArithmeticError, LookupError)
_BATCH = 64  # values between two looks at the clock
_HEAVY = (str, tuple, frozenset, dict)
_CHARS_PER_CELL = 64


def flags(
    scope: Scope, node: Node, test: Callable[..., bool], combinations: Sequence[tuple[Value, ...]]
) -> list[bool]:
    """Return the outcome of a test of each combination.

    Raises:
        QueryError: The time is over.
    """
    return [test(*values) for values in _watched(scope, node, combinations)]


def _watched(
    scope: Scope, node: Node, combinations: Sequence[tuple[Value, ...]]
) -> Iterator[tuple[Value, ...]]:
    """Yield the combinations while there is time."""
    for start in range(0, len(combinations), _BATCH):
        scope.tick(node)
        yield from combinations[start : start + _BATCH]


def weigh(value: Value, most: int) -> int:
    """Return how many values a value consists of, those inside of lists counted again wherever they stand.

    Stops soon after `most`: `[[[0] * 1000] * 1000] * 1000` takes little memory, and a comparison of it would take for ever.
    """
    weight, pending = 0, [value]
    while pending and weight <= most:
        part = pending.pop()
        weight += 1
        if isinstance(part, str):
            weight += len(part) // _CHARS_PER_CELL
        elif isinstance(part, (tuple, frozenset)):
            pending.extend(part)
        elif isinstance(part, dict):
            pending.extend(part.values())
    return weight


def apply(scope: Scope, node: Node, function: Callable[..., Value], *columns: Column) -> Column:
    """Return `function` of each row. Null in, null out; where the function fails, null too.

    Brings a warning when the function does not take the types of any row.

    Raises:
        QueryError: A result is too large, or the time is over.
    """
    combinations, codes, axis_column = distinct_combinations(scope, columns)
    results: list[Value] = []
    wrong_types = weight = 0
    for values in _watched(scope, node, combinations):
        try:
            result = function(*values)
        except Runaway as error:
            message = f"`{scope.words(node)}` makes {error}."
            raise QueryError(message, "expression-runs-away", scope.text, node.span) from None
        except _FAILURES as error:
            wrong_types += isinstance(error, TypeError)
            result = None
        if isinstance(result, _HEAVY):
            weight += weigh(result, MAX_CELLS - weight)
            scope.check_cells(weight, node)
        results.append(result)
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
