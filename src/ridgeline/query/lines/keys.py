"""The values of keys to group by, for each series."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np

from ridgeline.core.values import Json
from ridgeline.index.base import MetricKey
from ridgeline.query.columns import run_column, varying_params
from ridgeline.query.expression import parse_value
from ridgeline.query.language.axis import Axis
from ridgeline.query.language.names import param_entry
from ridgeline.query.language.scope import Notice
from ridgeline.query.language.values import Coded
from ridgeline.query.lines.curves import Ints
from ridgeline.query.lines.group import Grouping, KeyColumn, group_by
from ridgeline.query.lines.key import NAME, AllVarying, Key, MetricKeyPart, RunValue, context_key, parse_key
from ridgeline.query.lines.request import LinesRequest
from ridgeline.query.series_set import Occasion
from ridgeline.query.snapshot import Snapshot
from ridgeline.query.typed import TypedColumn, decoded, typed

OneKey: TypeAlias = MetricKeyPart | RunValue


@dataclass(frozen=True, slots=True, eq=False)
class Channels:
    """How the series are split into charts, colours and strokes."""

    chart: Grouping
    color: Grouping
    stroke: Grouping
    color_keys: tuple[str, ...]
    warnings: tuple[Notice, ...]


@dataclass(slots=True, eq=False)
class SeriesKeys:
    """Looks up keys for series: series i is that of the run in row `rows[i]` and of the metric `mids[i]`."""

    snapshot: Snapshot
    mids: Ints
    rows: Ints
    occasion: Occasion
    warnings: list[Notice] = field(default_factory=list)

    def channels(self, request: LinesRequest) -> Channels:
        """Group the series by the keys of a request."""
        asked = [[parse_key(text) for text in dict.fromkeys(keys)] for keys in _texts(request)]
        named = {_identity(key) for keys in asked for key in keys if not isinstance(key, AllVarying)}
        chart, color, stroke = (self._resolved(keys, named) for keys in asked)
        by_chart, by_color, by_stroke = (
            group_by([self.column(key) for key in keys], len(self.mids)) for keys in (chart, color, stroke)
        )
        return Channels(by_chart, by_color, by_stroke, tuple(key.text for key in color), tuple(self.warnings))

    def _resolved(self, keys: Sequence[Key], named: set[str]) -> list[OneKey]:
        """Return the keys with `*` and `*-<key>` spelled out; what some channel names is not repeated there."""
        chosen = [key for key in keys if not isinstance(key, AllVarying)]
        wide = [key for key in keys if isinstance(key, AllVarying)]
        left_out = [key.without for key in wide if key.without is not None]
        for key in left_out:
            self.column(key)  # which warns of what no run has
        if wide:
            skipped = named | {_identity(key) for key in left_out}
            chosen += [key for key in self.varying() if _identity(key) not in skipped]
        return chosen

    def varying(self) -> list[OneKey]:
        """Return the keys that have two values among the series: params, the name, and the keys of the context."""
        names = [param_entry(path) for path in varying_params(self.snapshot, np.unique(self.rows))]
        metrics = [self.snapshot.metric_by_id[mid] for mid in np.unique(self.mids).tolist()]
        context = sorted({key for metric in metrics for key in metric.context})
        keys = [MetricKeyPart(NAME, None), *[context_key(name) for name in context]]
        return [
            *[RunValue(name, parse_value(name)) for name in names],
            *[key for key in keys if len({json.dumps(_of_metric(metric, key)) for metric in metrics}) > 1],
        ]

    def column(self, key: OneKey) -> KeyColumn:
        """Return the value of a key for each series."""
        if isinstance(key, MetricKeyPart):
            mids, codes = np.unique(self.mids, return_inverse=True)
            values = [_of_metric(self.snapshot.metric_by_id[mid], key) for mid in mids.tolist()]
            return KeyColumn(key.text, codes.reshape(-1).astype(np.int64), values)
        column, warnings = run_column(self.snapshot, key.expression, self.occasion)
        # The place of a warning is one in the key; who reads it looks at the query.
        self.warnings += [replace(warning, start=0, end=0) for warning in warnings]
        coded = decoded(typed(key.text, column, self.snapshot.axis))
        values = [*_plain(coded), None]
        codes = coded.codes[self.rows]
        codes = np.where(codes < 0, len(values) - 1, codes)
        if key.tag is None:
            return KeyColumn(key.text, codes, values)
        return KeyColumn(key.text, codes, values, {True: key.tag, False: f"not {key.tag}"})


def _texts(request: LinesRequest) -> tuple[tuple[str, ...], ...]:
    return request.chart, request.color, request.stroke


def _identity(key: OneKey) -> str:
    """Return what two ways of writing the same key share."""
    return key.expression.text.strip() if isinstance(key, RunValue) else key.text.strip()


def _plain(coded: Coded) -> list[Json]:
    """Return the distinct values as JSON has them."""
    once = Coded(Axis(len(coded.values)), np.arange(len(coded.values), dtype=np.int64), coded.values)
    return TypedColumn("", "mixed", once).to_list()


def _of_metric(metric: MetricKey, key: MetricKeyPart) -> Json:
    return metric.name if key.context_key is None else metric.context.get(key.context_key)
