"""Which runs a question is about."""

from dataclasses import dataclass

import numpy as np

from ridgeline.query.expression import Expression
from ridgeline.query.language.axis import Ints
from ridgeline.query.language.evaluate import evaluate_truth
from ridgeline.query.language.scope import Notice, Scope
from ridgeline.query.series_set import Occasion, select_series
from ridgeline.query.snapshot import Snapshot
from ridgeline.query.source import RunSource


@dataclass(frozen=True, slots=True)
class RunSet:
    """Runs as rows of a snapshot, sorted by creation, then id."""

    rows: Ints
    warnings: tuple[Notice, ...] = ()

    def __len__(self) -> int:
        return len(self.rows)


def runs_matching(
    snapshot: Snapshot, expression: Expression | None, occasion: Occasion | None = None
) -> RunSet:
    """Return the runs that an expression selects; None selects all.

    An expression about series (`metric.name == "f1"`) selects the runs that have at least one series for which all of it is
    true. Archived runs are left out unless the expression has `run.archived` in it.

    Raises:
        QueryError: The expression cannot be computed.
    """
    occasion = occasion or Occasion()
    warnings: tuple[Notice, ...] = ()
    if expression is None:
        matching = snapshot.listed
    elif expression.checked.root is not None:
        series = select_series(snapshot, expression, expression.checked.root, None, occasion)
        warnings = series.warnings
        rows, found = snapshot.rows_of(series.rid)
        matching = np.zeros(snapshot.axis.size, dtype=np.bool_)
        matching[rows[found]] = True
    else:
        source = RunSource(snapshot, now=occasion.now)
        scope = Scope(expression.text, source, source.runs, occasion.zone, source.now, occasion.budget)
        matching = evaluate_truth(scope, expression.checked.node, source.runs)
        warnings = tuple(scope.warnings)
        if not expression.checked.mentions_archived:
            matching = matching & snapshot.listed
    order = snapshot.base_order
    return RunSet(order[matching[order]], warnings)
