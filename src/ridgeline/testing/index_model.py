"""What an index must answer, the slow and obvious way: read all logs, keep everything, sort, count.

In the plain values of index_answers, which asks an index the same.
"""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ridgeline.core.clock import SYSTEM_CLOCK, Clock
from ridgeline.core.errors import StorageError
from ridgeline.core.values import flatten
from ridgeline.index.base import NUMERIC_KINDS, PARAM_KINDS
from ridgeline.log.console import decode_console
from ridgeline.log.events import SeriesEvent, decode_events
from ridgeline.log.frame import EPOCH, FrameType
from ridgeline.log.layout import Layout
from ridgeline.log.objects import decode_object
from ridgeline.log.points import ROW, ROW_EPOCH, decode_points
from ridgeline.log.read import positioned_events, scan_file
from ridgeline.log.run_state import RunState, fold
from ridgeline.log.status import live_segments, run_ended, run_status
from ridgeline.testing.index_answers import Metric, metric_of

# step, time, place of the segment, position in it, epoch, value
_Point = tuple[int, float, int, int, float, float]
_UNKNOWN = ("", "", ""), ""  # what an undefined series id stands for


@dataclass
class _Run:
    state: RunState
    signs: dict[str, float] = field(default_factory=dict)  # the newest time in each segment
    declared: dict[Metric, str] = field(default_factory=dict)  # kind
    points: dict[Metric, list[_Point]] = field(default_factory=lambda: defaultdict(list))
    objects: dict[Metric, list[tuple[Any, ...]]] = field(default_factory=lambda: defaultdict(list))
    console: list[tuple[Any, ...]] = field(default_factory=list)
    segments: list[tuple[str, int, int, int]] = field(default_factory=list)  # id, size, read, gaps


def expected(root: Path, clock: Clock = SYSTEM_CLOCK) -> dict[str, Any]:
    """Return all answers about the repo at `root`, from its logs."""
    layout = Layout(root)
    live = live_segments(layout, clock)
    runs = {found.run_id: _read_run(layout, found.run_id) for found in layout.segments()}
    shown = {run_id: run for run_id, run in runs.items() if not run.state.deleted}
    return {
        "runs": {
            run_id: _run_row(run, {seg for of, seg in live if of == run_id}) for run_id, run in runs.items()
        },
        "shown": sorted(shown),
        "params": {
            run_id: {path: repr(value) for path, value in flatten(run.state.params).items()}
            for run_id, run in runs.items()
        },
        "param_paths": _param_paths(shown.values()),
        "metrics": _metrics(shown.values()),
        "declared": {run_id: dict(run.declared) for run_id, run in runs.items()},
        "points": {run_id: _points(run) for run_id, run in runs.items()},
        "summaries": {run_id: _summaries(run) for run_id, run in runs.items()},
        "objects": {
            run_id: {metric: [row[4:] for row in sorted(rows)] for metric, rows in run.objects.items()}
            for run_id, run in runs.items()
        },
        "console": {run_id: _console(run) for run_id, run in runs.items()},
        "segments": {run_id: run.segments for run_id, run in runs.items()},
        "state": {run_id: repr(run.state) for run_id, run in runs.items()},
    }


def _read_run(layout: Layout, run_id: str) -> _Run:
    segments = list(layout.segments_of(run_id))
    events = [
        pair for found in segments for pair in positioned_events(found.seg, scan_file(found.path).frames)
    ]
    run = _Run(fold([], run_id=run_id))
    for place, found in enumerate(segments):
        seen = _read_segment(run, place, found.path)
        if math.isfinite(seen):
            run.signs[found.seg] = seen
    run.state = fold(events, run.signs, run_id=run_id)
    return run


def _read_segment(run: _Run, place: int, path: Path) -> float:
    """Take in a segment, and return the newest time in it."""
    found = scan_file(path)
    n_gaps = len(found.gaps)
    times: list[float] = []
    series: dict[int, tuple[Metric, str]] = {}
    position = 0
    for frame in found.frames:
        try:
            if frame.type == FrameType.EVENTS:
                for event in decode_events(frame.flags, frame.payload):
                    times.append(event.t)
                    if isinstance(event, SeriesEvent):
                        metric = metric_of(event.name, event.context, event.kind)
                        series[event.sid] = metric, event.kind
                        known = run.declared.get(metric, event.kind)
                        run.declared[metric] = _wider(known, event.kind)
            elif frame.type == FrameType.POINTS:
                row = ROW_EPOCH if frame.flags & EPOCH else ROW
                for sid, step, value, time, *epoch in row.iter_unpack(
                    decode_points(frame.flags, frame.payload)
                ):
                    metric, kind = series.get(sid, _UNKNOWN)
                    if kind in NUMERIC_KINDS:
                        at_epoch = epoch[0] if epoch else math.nan
                        run.points[metric].append((step, time, place, position, at_epoch, value))
                        times.append(time)
                        position += 1
            elif frame.type == FrameType.OBJECT:
                header, data = decode_object(frame.flags, frame.payload)
                metric, kind = series.get(header.sid, _UNKNOWN)
                if kind and kind not in NUMERIC_KINDS:
                    times.append(header.time)
                    key = header.step, header.time, place, frame.offset
                    run.objects[metric].append(
                        (*key, header.step, header.mime, repr(header.meta), header.blob, data)
                    )
            elif frame.type == FrameType.CONSOLE:
                printed = decode_console(frame.flags, frame.payload)
                times.append(printed.time)
                run.console.append((printed.time, place, frame.offset, printed.stream, printed.text))
        except StorageError:
            n_gaps += 1
    run.segments.append((path.stem, path.stat().st_size, found.next_offset, n_gaps))
    return max(filter(math.isfinite, times), default=-math.inf)


def _wider(a: str, b: str) -> str:
    return max(a, b, key=NUMERIC_KINDS.index) if a in NUMERIC_KINDS else a


def _run_row(run: _Run, live: set[str]) -> dict[str, Any]:
    state = run.state
    ended = None if live else run_ended(state.sessions)
    return {
        "name": state.name,
        "experiment": state.experiment,
        "status": run_status(state.sessions, live),
        "note": state.note,
        "created": repr(state.created),
        "ended": repr(math.nan if ended is None else ended),
        "updated": repr(max(run.signs.values(), default=math.nan)),
        "archived": state.archived,
        "deleted": state.deleted,
        "tags": tuple(sorted(state.tags)),
        "n_points": sum(map(len, run.points.values())),
    }


def _kind(value: object) -> str:
    types = {type(None): "null", bool: "bool", int: "int", float: "float", str: "str", list: "list"}
    return types.get(type(value), "dict")


def _param_paths(runs: Iterable[_Run]) -> dict[str, tuple[list[str], int]]:
    kinds: dict[str, list[str]] = defaultdict(list)
    for run in runs:
        for path, value in flatten(run.state.params).items():
            kinds[path].append(_kind(value))
    return {path: (sorted(set(found), key=PARAM_KINDS.index), len(found)) for path, found in kinds.items()}


def _metrics(runs: Iterable[_Run]) -> dict[Metric, tuple[str, int]]:
    kinds: dict[Metric, list[str]] = defaultdict(list)
    for run in runs:
        for metric, kind in run.declared.items():
            kinds[metric].append(kind)
    found: dict[Metric, tuple[str, int]] = {}
    for metric, every in kinds.items():
        widest = every[0]
        for kind in every:
            widest = _wider(widest, kind)
        found[metric] = widest, len(every)
    return found


def _points(run: _Run) -> dict[Metric, list[tuple[int, str, str, str]]]:
    return {
        metric: [
            (step, repr(epoch), repr(time), repr(value)) for step, time, _, _, epoch, value in sorted(points)
        ]
        for metric, points in run.points.items()
    }


def _summaries(run: _Run) -> dict[Metric, dict[str, Any]]:
    return {metric: _summary(sorted(points)) for metric, points in run.points.items()}


def _summary(points: list[_Point]) -> dict[str, Any]:
    numbers = [(value, step) for step, _, _, _, _, value in points if not math.isnan(value)]
    lowest = min(numbers, default=(math.nan, points[0][0]))
    highest = min(((-value, step) for value, step in numbers), default=(math.nan, points[0][0]))
    first, last = points[0], points[-1]
    return {
        "n": len(points),
        "n_nan": len(points) - len(numbers),
        "n_inf": sum(math.isinf(value) for value, _ in numbers),
        "first": repr(first[5]),
        "last": repr(last[5]),
        "min": repr(lowest[0]),
        "max": repr(-highest[0]),
        "sum": f"{math.fsum(value for value, _ in numbers if math.isfinite(value)):.6g}",
        "step_first": first[0],
        "step_last": last[0],
        "step_min": lowest[1],
        "step_max": highest[1],
        "epoch_last": repr(last[4]),
        "time_first": repr(first[1]),
        "time_last": repr(last[1]),
    }


def _console(run: _Run) -> list[tuple[int, str, str, str]]:
    lines: list[tuple[int, str, str, str]] = []
    for time, _, _, stream, text in sorted(run.console):
        for line in text.removesuffix("\n").split("\n") if text else []:
            lines.append((len(lines), repr(time), stream, line))
    return lines
