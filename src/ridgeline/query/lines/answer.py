"""Lines as they are drawn, and as an Arrow batch."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ridgeline.core.values import Json, strict_json
from ridgeline.query.language.scope import Notice
from ridgeline.query.lines.curves import Floats, Ints
from ridgeline.query.lines.group import Group
from ridgeline.query.lines.precision import finite, shows_in_float32, to_float32


@dataclass(frozen=True, slots=True, eq=False)
class LineRows:
    """Lines of one kind, one a row; the points of line i stand at `offsets[i]:offsets[i + 1]` of x, y, lo, hi and n."""

    is_fold: bool
    run: Sequence[str | None]  # run id; None for a fold
    status: Sequence[str | None]  # of the run; None for a fold
    name: Sequence[str]
    context: Sequence[str]  # JSON with sorted keys; of a fold: what its series have in common
    chart: Ints
    color: Ints
    stroke: Ints
    n_runs: Ints
    offsets: Ints
    x: Floats
    y: Floats
    raw: Floats | None  # y before it was smoothed; None: was not asked for, or is y itself
    lo: Floats | None
    hi: Floats | None
    n: Ints | None  # series that have a value at this x
    n_nan: Ints
    n_inf: Ints
    nonfinite_offsets: Ints
    nonfinite_x: Floats
    nonfinite_y: Floats  # NaN, inf or -inf
    n_points: Ints  # in the range of x that was asked for, before thinning

    def __len__(self) -> int:
        return len(self.offsets) - 1


@dataclass(frozen=True, slots=True)
class LinesMeta:
    """What is true of all lines together."""

    charts: tuple[Group, ...]
    colors: tuple[Group, ...]
    strokes: tuple[Group, ...]
    color_scale: str
    color_log: bool
    color_key: str | None
    x_kind: str
    x_label: str
    x_missing: int  # runs of which no point has a place on x: they lack the metric to align by, or epochs
    series: int
    runs: int
    points_total: int  # tracked, of all series
    unplaced: int  # points that have no place on this x
    exact: bool  # every point in the range is there
    generation: int
    warnings: tuple[Notice, ...]
    ms: float


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Folds, then traces."""

    parts: tuple[LineRows, ...]
    meta: LinesMeta

    def __len__(self) -> int:
        return sum(len(part) for part in self.parts)

    def to_arrow(self) -> pa.RecordBatch:
        """Return one row a line; the metadata stands in the schema under `ridgeline`, as JSON.

        Values are float32 where that cannot be seen, else float64: all columns of them alike.
        """
        kind = pa.float32() if all(map(_is_fit_for_float32, self.parts)) else pa.float64()
        rows = [_arrays(part, kind) for part in self.parts]
        columns = [pa.concat_arrays(parts) for parts in zip(*rows, strict=True)]
        batch = pa.RecordBatch.from_arrays(columns, schema=_schema(kind))
        text = json.dumps(self._metadata(), ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")
        return batch.replace_schema_metadata({"ridgeline": text})

    def _metadata(self) -> dict[str, Json]:
        meta = self.meta
        return {
            "charts": [_group(group) for group in meta.charts],
            "colors": [_group(group) for group in meta.colors],
            "strokes": [_group(group) for group in meta.strokes],
            "color_scale": meta.color_scale,
            "color_log": meta.color_log,
            "color_key": meta.color_key,
            "x": {"kind": meta.x_kind, "label": meta.x_label, "missing": meta.x_missing},
            "lines": len(self),
            "series": meta.series,
            "runs": meta.runs,
            "points_total": meta.points_total,
            "points_sent": sum(len(part.x) for part in self.parts),
            "unplaced": meta.unplaced,
            "exact": meta.exact,
            "generation": meta.generation,
            "warnings": [
                {"slug": w.slug, "message": w.message, "start": w.start, "end": w.end} for w in meta.warnings
            ],
            "ms": round(meta.ms, 2),
        }


def _group(group: Group) -> Json:
    return {
        "label": group.label,
        "key": {key: strict_json(value) for key, value in group.key.items()},
        "value": group.value,
    }


_TEXT, _INT = pa.string(), pa.int32()


def _schema(of_values: pa.DataType) -> pa.Schema:
    fields: list[tuple[str, pa.DataType]] = [
        ("kind", _TEXT),
        ("run", _TEXT),
        ("name", _TEXT),
        ("context", _TEXT),
        ("chart", _INT),
        ("color", _INT),
        ("stroke", _INT),
        ("n_runs", _INT),
        ("x", pa.list_(pa.float64())),
        ("y", pa.list_(of_values)),
        ("raw", pa.list_(of_values)),
        ("lo", pa.list_(of_values)),
        ("hi", pa.list_(of_values)),
        ("n", pa.list_(pa.int32())),
        ("n_nan", _INT),
        ("n_inf", _INT),
        ("nonfinite_x", pa.list_(pa.float64())),
        ("nonfinite_y", pa.list_(pa.float32())),
        ("n_points", _INT),
        ("status", _TEXT),
    ]
    return pa.schema(fields)


def _is_fit_for_float32(rows: LineRows) -> bool:
    return all(
        values is None or shows_in_float32(values, rows.offsets)
        for values in (rows.y, rows.raw, rows.lo, rows.hi)
    )


def _arrays(rows: LineRows, of_values: pa.DataType) -> "list[pa.Array[Any]]":
    def ints(values: Ints) -> "pa.Array[Any]":
        return pa.array(values.astype(np.int32))

    def drawn(values: Floats | None) -> "pa.Array[Any]":
        if values is None:
            return _lists(offsets, None, of_values)
        return _lists(offsets, to_float32(values) if of_values == pa.float32() else finite(values))

    offsets = rows.offsets
    return [
        pa.array(["fold" if rows.is_fold else "trace"] * len(rows), _TEXT),
        pa.array(rows.run, _TEXT),
        pa.array(rows.name, _TEXT),
        pa.array(rows.context, _TEXT),
        ints(rows.chart),
        ints(rows.color),
        ints(rows.stroke),
        ints(rows.n_runs),
        _lists(offsets, rows.x),
        drawn(rows.y),
        drawn(rows.raw),
        drawn(rows.lo),
        drawn(rows.hi),
        _lists(offsets, None if rows.n is None else rows.n.astype(np.int32), pa.int32()),
        ints(rows.n_nan),
        ints(rows.n_inf),
        _lists(rows.nonfinite_offsets, rows.nonfinite_x),
        _lists(rows.nonfinite_offsets, rows.nonfinite_y.astype(np.float32)),
        ints(rows.n_points),
        pa.array(rows.status, _TEXT),
    ]


def _lists(
    offsets: Ints, values: "NDArray[Any] | None", kind: "pa.DataType | None" = None
) -> "pa.Array[Any]":
    if values is None:
        assert kind is not None
        return pa.nulls(len(offsets) - 1, pa.list_(kind))
    starts: pa.Int32Array = pa.array(offsets.astype(np.int32), pa.int32())
    flat: pa.Array[Any] = pa.array(values)
    return pa.ListArray.from_arrays(starts, flat)
