"""Which series a question is about."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

import numpy as np

from ridgeline.core.errors import QueryError, did_you_mean
from ridgeline.index.base import MetricKey, SummaryColumns
from ridgeline.query.expression import Expression, parse_filter
from ridgeline.query.language import nodes
from ridgeline.query.language.axis import Ints
from ridgeline.query.language.evaluate import evaluate_truth
from ridgeline.query.language.names import SEQUENCE_KINDS
from ridgeline.query.language.nodes import Node, SeriesRoot
from ridgeline.query.language.possible import possible_metrics
from ridgeline.query.language.scope import Budget, Notice, Scope
from ridgeline.query.language.values import Bools
from ridgeline.query.selectors import parse_selector, select_metrics
from ridgeline.query.snapshot import Snapshot
from ridgeline.query.source import RunSource, take


@dataclass(frozen=True, slots=True)
class SeriesSet:
    """Series, one a row, sorted by (metric, run): series i is that of run `rid[i]` and metric `mid[i]`."""

    mid: Ints
    rid: Ints
    summaries: SummaryColumns
    warnings: tuple[Notice, ...] = ()

    def __len__(self) -> int:
        return len(self.mid)

    def taken(self, rows: Ints) -> "SeriesSet":
        """Return some series, in the order given."""
        return SeriesSet(self.mid[rows], self.rid[rows], take(self.summaries, rows), self.warnings)


@dataclass(frozen=True, slots=True)
class Occasion:
    """When and where a question is asked: the zone of times without one (None: that of this machine), and now.

    All expressions of one question share its budget.
    """

    zone: tzinfo | None = None
    now: datetime | None = None
    budget: Budget = field(default_factory=Budget, compare=False)

    def begun(self) -> "Occasion":
        """Return the occasion of a question that begins now, with all of its budget left."""
        return Occasion(self.zone, self.now or datetime.now(UTC))


def series_matching(
    snapshot: Snapshot, query: str, selectors: Sequence[str] | None = None, occasion: Occasion | None = None
) -> SeriesSet:
    """Return the metric series that an expression selects.

    Args:
        snapshot: What is asked, `Repo.snapshot()`.
        query: An expression over `run` and `metric`; blank: all. Archived runs are left out unless it has run.archived.
        selectors: Names, globs or `re:` patterns of metrics, each with keys of the context or not; None: all metrics.
        occasion: When and where it is asked.

    Raises:
        QueryError: The expression is wrong, or about another sequence than `metric`.
        InputError: A selector is wrong.
    """
    expression = parse_filter(query)
    if expression and expression.checked.root not in (None, "metric"):
        root = expression.checked.root
        message = f"`{root}` has no points. Here `metric` is asked about."
        raise QueryError(message, "no-points", query, _where(query, str(root)))
    return select_series(snapshot, expression, "metric", selectors, occasion or Occasion())


def _where(query: str, word: str) -> tuple[int, int]:
    start = max(query.find(word), 0)
    return start, start + len(word)


def select_series(
    snapshot: Snapshot,
    expression: Expression | None,
    root: SeriesRoot,
    selectors: Sequence[str] | None,
    occasion: Occasion,
) -> SeriesSet:
    """Return the series of a kind that an expression selects."""
    keys = [key for key in snapshot.metrics if key.kind in SEQUENCE_KINDS[root]]
    warnings: list[Notice] = []
    if selectors is not None:
        keys, warnings = select_metrics(keys, [parse_selector(text) for text in selectors])
    source = RunSource(snapshot, keys, occasion.now)
    if expression is None:
        matching = snapshot.listed[source.pairs[2]]
    else:
        scope = Scope(expression.text, source, source.metrics, occasion.zone, source.now, occasion.budget)
        warn_unknown(scope, keys, expression.checked.node)
        possible = possible_metrics(scope, expression.checked.node)
        source = RunSource(
            snapshot, [key for key, flag in zip(keys, possible, strict=True) if flag], source.now
        )
        matching = _matching(source, expression, scope)
        warnings += scope.warnings
    summaries = take(source.pairs[0], matching)
    order = np.lexsort((summaries.rid, summaries.mid))
    summaries = take(summaries, order)
    return SeriesSet(summaries.mid, summaries.rid, summaries, tuple(warnings))


def warn_unknown(scope: Scope, keys: Sequence[MetricKey], node: Node) -> None:
    """Warn of names and context keys that no metric has, since nothing can match there."""
    names = sorted({key.name for key in keys})
    context_keys = sorted({name for key in keys for name in key.context})
    for part in nodes.walk(node):
        match part:
            case nodes.SeriesContext(path=(wanted, *_)) if wanted not in context_keys:
                known = f" The contexts here have {', '.join(context_keys) or 'no keys'}."
                message = f"No context has the key {wanted!r}: it is null everywhere.{did_you_mean(wanted, context_keys) or known}"
                scope.warn(part.span, message, "unknown-context-key")
            case nodes.Compare(
                op="==", left=nodes.SeriesField(name="name"), right=nodes.Constant(value=str() as wanted)
            ):
                if wanted not in names:
                    message = f"No run has a metric {wanted!r}.{did_you_mean(wanted, names)}"
                    scope.warn(part.span, message, "unknown-metric")


def _matching(source: RunSource, expression: Expression, scope: Scope) -> Bools:
    scope.source, scope.widest = source, source.series
    matching = evaluate_truth(scope, expression.checked.node, source.series)
    if not expression.checked.mentions_archived:
        matching = matching & source.snapshot.listed[source.pairs[2]]
    return matching
