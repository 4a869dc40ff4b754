"""Any expression as a column: for tables, sort keys and the server's `columns=`."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ridgeline.core.errors import QueryError
from ridgeline.query.expression import Expression, SortKey, parse_value
from ridgeline.query.language.axis import Ints
from ridgeline.query.language.evaluate import evaluate
from ridgeline.query.language.scope import Notice, Scope
from ridgeline.query.language.values import Coded, Column, Numbers, decode
from ridgeline.query.lineage import PARENTS
from ridgeline.query.order import sort_rows
from ridgeline.query.run_set import RunSet
from ridgeline.query.series_set import Occasion
from ridgeline.query.snapshot import Path, Snapshot
from ridgeline.query.source import RunSource
from ridgeline.query.typed import TypedColumn, taken, typed


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns of equal length, in the order asked for, and what was strange."""

    columns: tuple[TypedColumn, ...]
    warnings: tuple[Notice, ...] = ()


def evaluate_columns(
    snapshot: Snapshot, texts: Sequence[str], rows: Ints, occasion: Occasion | None = None
) -> Columns:
    """Return expressions as columns, one value for each of the given rows of the snapshot; each is named by its text.

    Raises:
        QueryError: An expression is wrong, or is about a series without saying which.
    """
    columns, warnings = [], list[Notice]()
    for text in texts:
        column, found = run_column(snapshot, parse_value(text), occasion or Occasion())
        columns.append(taken(typed(text, column, snapshot.axis), rows))
        warnings += found
    return Columns(tuple(columns), tuple(warnings))


def run_column(snapshot: Snapshot, expression: Expression, occasion: Occasion) -> tuple[Column, list[Notice]]:
    """Return an expression as a column over all runs of the snapshot, or a scalar."""
    root = expression.checked.root
    if root is not None:
        start = max(expression.text.find(root), 0)
        message = (
            f'`{root}` is one of many series of a run. Say which: run.metrics["f1", {{"lang": "de"}}].last.'
        )
        raise QueryError(message, "series-not-chosen", expression.text, (start, start + len(root)))
    source = RunSource(snapshot, now=occasion.now)
    scope = Scope(expression.text, source, source.runs, occasion.zone, source.now, occasion.budget)
    return evaluate(scope, expression.checked.node), scope.warnings


def sort_runs(snapshot: Snapshot, runs: RunSet, keys: Sequence[SortKey], occasion: Occasion) -> RunSet:
    """Return the runs in the order of the keys; ties stay as they are, by creation and id."""
    columns: list[tuple[Column, bool]] = []
    warnings = list(runs.warnings)
    for key in keys:
        column, found = run_column(snapshot, key.expression, occasion)
        columns.append((column, key.descending))
        warnings += found
    return RunSet(sort_rows(runs.rows, columns, snapshot.axis), tuple(warnings))


def params_of(snapshot: Snapshot, rows: Ints) -> list[Path]:
    """Return the path of every param that some of the runs have, sorted."""
    chosen = np.zeros(snapshot.axis.size, dtype=np.bool_)
    chosen[rows] = True
    return [path for path in snapshot.sorted_paths if _any_present(snapshot, path, chosen)]


def _any_present(
    snapshot: Snapshot, path: Path, chosen: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
) -> bool:
    column = snapshot.param_leaf(path)
    return column is not None and bool((column[1] & chosen).any())


def varying_params(snapshot: Snapshot, rows: Ints) -> list[Path]:
    """Return the params that differ among the runs, sorted: two values, or one that some run lacks.

    What a run was made from is no setting, and is shown as a graph.
    """
    return [path for path in params_of(snapshot, rows) if path != PARENTS and _varies(snapshot, path, rows)]


def _varies(snapshot: Snapshot, path: Path, rows: Ints) -> bool:
    leaf = snapshot.param_leaf(path)
    if leaf is None:
        return False
    column, found = leaf
    if not found[rows].all():
        return True
    return column_varies(column, rows)


def column_varies(column: Column, rows: Ints) -> bool:
    """Tell whether a column has two values among the rows; null is one, and NaN is one."""
    if isinstance(column, Numbers):
        valid = np.ones(len(rows), dtype=np.bool_) if column.valid is None else column.valid[rows]
        values = column.data[rows][valid]
        return bool(len(np.unique(values)) + (not valid.all()) > 1)
    if isinstance(column, Coded):
        used = np.unique(column.codes[rows])
        texts = {None if code < 0 else repr(decode(column, None).values[code]) for code in used.tolist()}
        return len(texts) > 1
    return False
