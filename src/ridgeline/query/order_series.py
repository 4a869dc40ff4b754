"""Sort series by expressions over `run` and `metric`."""

import json
from collections.abc import Sequence

import numpy as np

from ridgeline.core.errors import QueryError
from ridgeline.query.expression import SortKey
from ridgeline.query.language.axis import Ints
from ridgeline.query.language.evaluate import evaluate
from ridgeline.query.language.scope import Scope
from ridgeline.query.language.values import Column
from ridgeline.query.order import sort_rows
from ridgeline.query.series_set import Occasion, SeriesSet
from ridgeline.query.snapshot import Snapshot
from ridgeline.query.source import RunSource


def sort_series(
    snapshot: Snapshot, series: SeriesSet, keys: Sequence[SortKey], occasion: Occasion
) -> SeriesSet:
    """Return the series in the order of the keys; ties by name, context, creation of the run.

    Raises:
        QueryError: A key is about another sequence than `metric`.
    """
    series = series.taken(_base_order(snapshot, series))
    if not keys:
        return series
    source = RunSource.of_series(snapshot, series.summaries, occasion.now)
    columns: list[tuple[Column, bool]] = []
    warnings = list(series.warnings)
    for key in keys:
        expression = key.expression
        root = expression.checked.root
        if root not in (None, "metric"):
            start = max(expression.text.find(str(root)), 0)
            message = f"`{root}` has no points. Here `metric` is asked about."
            raise QueryError(message, "no-points", expression.text, (start, start + len(str(root))))
        scope = Scope(expression.text, source, source.series, occasion.zone, source.now, occasion.budget)
        columns.append((evaluate(scope, expression.checked.node), key.descending))
        warnings += scope.warnings
    rows = sort_rows(np.arange(len(series), dtype=np.int64), columns, source.series)
    ordered = series.taken(rows)
    return SeriesSet(ordered.mid, ordered.rid, ordered.summaries, tuple(warnings))


def _base_order(snapshot: Snapshot, series: SeriesSet) -> Ints:
    mids = np.unique(series.mid)
    keys = [snapshot.metric_by_id[mid] for mid in mids.tolist()]
    texts = [(key.name, json.dumps(key.context, sort_keys=True)) for key in keys]
    places = {text: place for place, text in enumerate(sorted(set(texts)))}
    metric_place = np.array([places[text] for text in texts], dtype=np.int64)
    run_place = np.empty(snapshot.axis.size, dtype=np.int64)
    run_place[snapshot.base_order] = np.arange(snapshot.axis.size)
    rows, _ = snapshot.rows_of(series.rid)
    of_metric = metric_place[np.searchsorted(mids, series.mid)] if len(mids) else mids
    return np.lexsort((run_place[rows], of_metric)).astype(np.int64)
