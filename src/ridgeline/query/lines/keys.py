"""The values of keys to group by, for each series."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ridgeline.core.values import Json
from ridgeline.index.base import MetricKey
from ridgeline.query.columns import run_column, varying_params
from ridgeline.query.expression import parse_value
from ridgeline.query.language.axis import Axis
from ridgeline.query.language.names import param_entry
from ridgeline.query.language.scope import Notice
from ridgeline.query.language.values import Coded, Column
from ridgeline.query.lines.group import Grouping, KeyColumn, group_by
from ridgeline.query.lines.ragged import Ints
from ridgeline.query.lines.request import LinesRequest, excluded
from ridgeline.query.series_set import Clock
from ridgeline.query.snapshot import Snapshot
from ridgeline.query.typed import TypedColumn, decoded, typed

_CONTEXT = "metric.context."


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
    clock: Clock
    warnings: list[Notice] = field(default_factory=list)

    def channels(self, request: LinesRequest) -> Channels:
        """Group the series by the keys of a request."""
        asked = (request.chart, request.color, request.stroke)
        named = {key for keys in asked for key in keys if key != "*" and excluded(key) is None}
        chart, color, stroke = (self._resolved(keys, named) for keys in asked)
        by_chart, by_color, by_stroke = (
            group_by([self.column(key) for key in keys], len(self.mids)) for keys in (chart, color, stroke)
        )
        return Channels(by_chart, by_color, by_stroke, tuple(color), tuple(self.warnings))

    def _resolved(self, keys: Sequence[str], named: set[str]) -> list[str]:
        """Return the keys with `*` and `*-<key>` spelled out; what some channel names is not repeated there."""
        positive = [key for key in dict.fromkeys(keys) if key in named]
        left_out = {name for key in keys if (name := excluded(key)) is not None}
        for name in sorted(left_out):
            self._check_known(name)
        if len(positive) < len(set(keys)):
            positive += [key for key in self.varying() if key not in named and key not in left_out]
        return positive

    def _check_known(self, name: str) -> None:
        if name.startswith("run"):
            self._run_column(name)

    def _run_column(self, key: str) -> Column:
        column, warnings = run_column(self.snapshot, parse_value(key), self.clock)
        # The place of a warning is one in the key; who reads it looks at the query.
        self.warnings += [replace(warning, start=0, end=0) for warning in warnings]
        return column

    def varying(self) -> list[str]:
        """Return the keys that have two values among the series: params, the name, and the keys of the context."""
        names = [param_entry(path) for path in varying_params(self.snapshot, np.unique(self.rows))]
        metrics = [self.snapshot.metric_by_id[mid] for mid in np.unique(self.mids).tolist()]
        context = sorted({key for metric in metrics for key in metric.context})
        keys = ["metric.name", *[_CONTEXT + key for key in context]]
        return names + [
            key for key in keys if len({_text(_of_metric(metric, key)) for metric in metrics}) > 1
        ]

    def column(self, key: str) -> KeyColumn:
        """Return the value of a key for each series."""
        if key.startswith("metric."):
            mids, codes = np.unique(self.mids, return_inverse=True)
            values = [_of_metric(self.snapshot.metric_by_id[mid], key) for mid in mids.tolist()]
            return KeyColumn(key, codes.reshape(-1).astype(np.int64), values)
        coded = decoded(typed(key, self._run_column(key), self.snapshot.axis))
        values = [*_plain(coded), None]
        codes = coded.codes[self.rows]
        return KeyColumn(key, np.where(codes < 0, len(values) - 1, codes), values)


def _plain(coded: Coded) -> list[Json]:
    """Return the distinct values as JSON has them."""
    once = Coded(Axis(len(coded.values)), np.arange(len(coded.values), dtype=np.int64), coded.values)
    return TypedColumn("", "mixed", once).to_list()


def _of_metric(metric: MetricKey, key: str) -> Json:
    return metric.name if key == "metric.name" else metric.context.get(key.removeprefix(_CONTEXT))


def _text(value: Json) -> str:
    return json.dumps(value)
