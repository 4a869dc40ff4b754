"""All answers of an index, in plain values, so that those of two indexes can be compared.

Floats stand as their repr, for NaN equals nothing. Numbers of runs and metrics, which only mean something to one index,
are left out.
"""

from dataclasses import fields
from typing import Any

import numpy as np

from ridgeline.core.values import flatten
from ridgeline.index.base import NUMERIC_KINDS, Index, MetricKey, RunColumns, SummaryColumns
from ridgeline.log.run_state import RunState

# name, context as text, number or the kind of object
Metric = tuple[str, str, str]


def metric_of(name: str, context: dict[str, Any], kind: str) -> Metric:
    """Return what a metric is known by in every index."""
    family = "number" if kind in NUMERIC_KINDS else kind
    return name, repr(sorted(context.items())), family


def answers(index: Index) -> dict[str, Any]:
    """Return all answers of an index."""
    runs = index.runs(include_deleted=True)
    ids: dict[int, str] = dict(zip(runs.rid.tolist(), runs.id.tolist(), strict=True))
    states = {run_id: index.state(rid) for rid, run_id in ids.items()}
    of_run = {rid: index.metrics(rid) for rid in ids}
    metrics = {
        key.mid: metric_of(key.name, key.context, key.kind) for keys in of_run.values() for key in keys
    }
    return {
        "runs": {run_id: _row_of(runs, row) for row, run_id in enumerate(ids.values())},
        "shown": sorted(index.runs().id.tolist()),
        "params": _params_of(index, ids, states),
        "param_paths": {path.path: (list(path.kinds), path.n_runs) for path in index.param_paths()},
        "metrics": {
            metric_of(key.name, key.context, key.kind): (key.kind, key.n_runs) for key in index.metrics()
        },
        "declared": {ids[rid]: {metrics[key.mid]: key.kind for key in keys} for rid, keys in of_run.items()},
        "points": _points_of(index, ids, metrics),
        "summaries": _summaries_of(index.summaries(list(metrics)), ids, metrics),
        "objects": {run_id: _objects_of(index, rid, of_run[rid]) for rid, run_id in ids.items()},
        "console": {
            run_id: [(line.n, repr(line.time), line.stream, line.text) for line in index.console(rid)]
            for rid, run_id in ids.items()
        },
        "segments": {
            run_id: [
                (found.id, found.size_bytes, found.read_bytes, found.n_gaps) for found in index.segments(rid)
            ]
            for rid, run_id in ids.items()
        },
        "state": {run_id: repr(state) for run_id, state in states.items()},
    }


def _row_of(runs: RunColumns, row: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in ("name", "experiment", "status", "note", "tags"):
        found[name] = getattr(runs, name)[row]
    for name in ("created", "ended", "updated"):
        found[name] = repr(float(getattr(runs, name)[row]))
    for name in ("archived", "deleted", "n_points"):
        found[name] = getattr(runs, name)[row].item()
    return found


def _params_of(index: Index, ids: dict[int, str], states: dict[str, RunState]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {run_id: {} for run_id in ids.values()}
    for path in sorted({path for state in states.values() for path in flatten(state.params)}):
        column = index.param(path)
        for rid, value in zip(column.rid.tolist(), column.values.tolist(), strict=True):
            found[ids[rid]][path] = repr(value)
    return found


def _points_of(
    index: Index, ids: dict[int, str], metrics: dict[int, Metric]
) -> dict[str, dict[Metric, list[tuple[int, str, str, str]]]]:
    found: dict[str, dict[Metric, list[tuple[int, str, str, str]]]] = {run_id: {} for run_id in ids.values()}
    for mid, metric in metrics.items():
        points = index.points(mid)
        epoch = np.full(len(points), np.nan) if points.epoch is None else points.epoch
        columns = (epoch.tolist(), points.time.tolist(), points.value.tolist())
        rows = list(zip(points.step.tolist(), *(map(repr, column) for column in columns), strict=True))
        for i, rid in enumerate(points.rids.tolist()):
            found[ids[rid]][metric] = rows[points.offsets[i] : points.offsets[i + 1]]
    return found


def _summaries_of(
    columns: SummaryColumns, ids: dict[int, str], metrics: dict[int, Metric]
) -> dict[str, dict[Metric, dict[str, Any]]]:
    found: dict[str, dict[Metric, dict[str, Any]]] = {run_id: {} for run_id in ids.values()}
    floats = {"first", "last", "min", "max", "epoch_last", "time_first", "time_last"}
    names = [column.name for column in fields(SummaryColumns)][2:]
    for row, (mid, rid) in enumerate(zip(columns.mid.tolist(), columns.rid.tolist(), strict=True)):
        summary = {name: getattr(columns, name)[row].item() for name in names}
        summary |= {name: repr(summary[name]) for name in floats}
        found[ids[rid]][metrics[mid]] = summary | {"sum": f"{summary['sum']:.6g}"}
    return found


def _objects_of(index: Index, rid: int, keys: list[MetricKey]) -> dict[Metric, list[tuple[Any, ...]]]:
    found: dict[Metric, list[tuple[Any, ...]]] = {}
    for key in keys:
        rows = [
            (entry.step, entry.mime, repr(entry.meta), entry.blob, index.object_bytes(entry))
            for entry in index.objects([key.mid], np.array([rid]))
        ]
        if rows:
            found[metric_of(key.name, key.context, key.kind)] = rows
    return found
