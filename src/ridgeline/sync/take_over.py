"""Bring a run of another tracker up to date: only what is not there yet is written.

What is there is read back from the repository, so a pass that was killed is finished by the next one, and a second pass
over the same source writes nothing. What people changed here stays: a field is written only where its source changed it
since the last pass.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.clock import SYSTEM_CLOCK, Clock
from ridgeline.core.ids import new_segment_id
from ridgeline.core.values import Json, flatten, split_path
from ridgeline.core.version import __version__
from ridgeline.index.base import Index
from ridgeline.log.events import (
    ArtifactEvent,
    DelEvent,
    EndEvent,
    EnvEvent,
    Event,
    PropEvent,
    PropName,
    RunEvent,
    SeriesEvent,
    SetEvent,
    TagEvent,
    encode_event,
)
from ridgeline.log.frame import FrameType
from ridgeline.log.layout import Layout
from ridgeline.log.points import MAX_ROWS, ROW, encode_points, round_times
from ridgeline.log.run_state import RunState
from ridgeline.log.writer import SegmentWriter
from ridgeline.query.repo import Repo
from ridgeline.sync.source import SourceRun, SourceSeries

# Under this key of a run's environment stands what its source said at the last pass.
SEEN_KEY = "source"
_ROW = np.dtype([("sid", "<u4"), ("step", "<i8"), ("value", "<f8"), ("time", "<f8")])
_MAX_EVENT_BYTES = 1 << 19


@dataclass(frozen=True, slots=True)
class Moved:
    """What a pass wrote."""

    runs: int = 0
    points: int = 0
    edits: int = 0

    def __add__(self, other: "Moved") -> "Moved":
        return Moved(self.runs + other.runs, self.points + other.points, self.edits + other.edits)

    def __bool__(self) -> bool:
        return bool(self.runs or self.points or self.edits)


def take_over(repo: Repo, run: SourceRun, clock: Clock = SYSTEM_CLOCK) -> Moved:
    """Write what a run of another tracker has and the repository has not.

    Raises:
        StorageError: The disk refuses; what was written stays, and the next pass writes the rest.
    """
    rid = _rid(repo.index, run.id)
    if rid is None:
        points = sum(len(series.step) for series in run.series)
        _write(repo.layout, run, _first_events(run), run.series, begin=run.created, clock=clock)
        return Moved(runs=1, points=points)
    state = repo.index.state(rid)
    held = {(key.name, repr(key.context)): key.mid for key in repo.index.metrics(rid) if key.numeric}
    found = (_missing(repo.index, rid, held.get((one.name, repr(one.context))), one) for one in run.series)
    new = [series for series in found if len(series.step)]
    points = sum(len(series.step) for series in new)
    edits = _changes(state, run, clock.time())
    if edits:
        _append(repo.layout, run.id, [_event_frame(edits)], clock)
    if new or (run.status != "running" and not _has_ended(state)):
        begin = max((session.updated for session in state.sessions), default=run.created)
        _write(repo.layout, run, [], new, begin=math.nextafter(begin, math.inf), clock=clock)
    return Moved(points=points, edits=len(edits))


def _rid(index: Index, run_id: str) -> int | None:
    """Return the number that the index has for a run; None for one that is not there."""
    runs = index.runs(include_deleted=True)
    (found,) = np.nonzero(runs.id == run_id)
    return int(runs.rid[found[0]]) if len(found) else None


def _has_ended(state: RunState) -> bool:
    return bool(state.sessions) and state.sessions[-1].status is not None


def _missing(index: Index, rid: int, mid: int | None, series: SourceSeries) -> SourceSeries:
    """Return the points of a series that the repository does not hold, each as often as it is missing."""
    if mid is None:
        return series
    points = index.points(mid, np.array([rid]))
    held = np.zeros(len(points.step), _ROW)
    held["step"], held["value"], held["time"] = points.step, points.value, points.time
    return _take(series, ~_is_in(_rows(0, series), held))


def _is_in(rows: NDArray[np.void], held: NDArray[np.void]) -> NDArray[np.bool_]:
    """Say of each row whether `held` has it; a row that stands three times here and once there is in once."""
    both = np.concatenate([held, rows]).view(np.dtype((np.void, _ROW.itemsize)))
    _, code = np.unique(both, return_inverse=True)
    code = code.ravel()
    counts = np.bincount(code[: len(held)], minlength=int(code.max(initial=-1)) + 1)
    mine = code[len(held) :]
    order = np.argsort(mine, kind="stable")
    ranked = mine[order]
    nth = np.arange(len(mine)) - np.searchsorted(ranked, ranked)
    inside = np.empty(len(mine), bool)
    inside[order] = nth < counts[ranked]
    return inside


def _take(series: SourceSeries, chosen: NDArray[np.bool_]) -> SourceSeries:
    return replace(series, step=series.step[chosen], time=series.time[chosen], value=series.value[chosen])


def _rows(sid: int, series: SourceSeries) -> NDArray[np.void]:
    """Return points as rows of the log, their times rounded as a log's are."""
    rows = np.zeros(len(series.step), _ROW)
    rows["sid"], rows["step"], rows["value"], rows["time"] = sid, series.step, series.value, series.time
    packed = bytearray(rows.tobytes())
    round_times(packed, with_epoch=False)
    return np.frombuffer(packed, _ROW)


def _first_events(run: SourceRun) -> list[Event]:
    """Return all about a new run, as of its start: whatever is edited here later counts for more."""
    t = run.created
    events: list[Event] = [SetEvent(t, (key,), value) for key, value in run.params.items()]
    events += [EnvEvent(t, key, value) for key, value in run.env.items()]
    events.append(EnvEvent(t, SEEN_KEY, _seen(run)))
    if run.tags:
        events.append(TagEvent(t, run.tags, ()))
    if run.note:
        events.append(PropEvent(t, "note", run.note))
    if run.deleted:
        events.append(PropEvent(t, "deleted", True))
    events += [
        ArtifactEvent(t, artifact.name, None, artifact.uri, artifact.size_bytes, artifact.mime)
        for artifact in run.artifacts
    ]
    return events


def _seen(run: SourceRun) -> dict[str, Json]:
    return {
        "from": run.source,
        "name": run.name,
        "experiment": run.experiment,
        "note": run.note,
        "deleted": run.deleted,
        "tags": list(run.tags),
    }


def _changes(state: RunState, run: SourceRun, now: float) -> list[Event]:
    """Return what the source changed since the last pass, as events of now."""
    seen = state.env.get(SEEN_KEY)
    last = seen if isinstance(seen, dict) else {}
    now = max(now, math.nextafter(state.updated, math.inf))
    events: list[Event] = []
    props: dict[PropName, str | bool] = {
        "name": run.name,
        "experiment": run.experiment,
        "note": run.note,
        "deleted": run.deleted,
    }
    events += [PropEvent(now, name, value) for name, value in props.items() if last.get(name) != value]
    had = last.get("tags")
    old = {tag for tag in had if isinstance(tag, str)} if isinstance(had, list) else set()
    if old != set(run.tags):
        events.append(
            TagEvent(
                now, tuple(tag for tag in run.tags if tag not in old), tuple(sorted(old - set(run.tags)))
            )
        )
    events += _param_changes(state.params, run.params, now)
    events += [
        ArtifactEvent(now, artifact.name, None, artifact.uri, artifact.size_bytes, artifact.mime)
        for artifact in run.artifacts
        if artifact.name not in state.artifacts or state.artifacts[artifact.name].uri != artifact.uri
    ]
    events += [EnvEvent(now, key, value) for key, value in run.env.items() if state.env.get(key) != value]
    return [*events, EnvEvent(now, SEEN_KEY, _seen(run))] if events else []


def _param_changes(held: dict[str, Json], wanted: dict[str, Json], now: float) -> list[Event]:
    before, after = flatten(held), flatten(wanted)
    changed: list[Event] = [
        SetEvent(now, tuple(split_path(path)), value)
        for path, value in after.items()
        if path not in before or repr(before[path]) != repr(value)
    ]
    return [*(DelEvent(now, tuple(split_path(path))) for path in before if path not in after), *changed]


def _write(
    layout: Layout,
    run: SourceRun,
    events: Sequence[Event],
    series: Sequence[SourceSeries],
    *,
    begin: float,
    clock: Clock,
) -> None:
    """Write a session of the run: its head, what is given, the points, and its end where it has one."""
    head = RunEvent(
        begin, run.id, run.name, run.experiment, run.created, "", 0, run.user, f"ridgeline {__version__} sync"
    )
    declared = [SeriesEvent(begin, sid, one.name, one.context, "float") for sid, one in enumerate(series)]
    frames = [_event_frame(part) for part in _parts([head, *events, *declared])]
    for sid, one in enumerate(series):
        rows = _rows(sid, one)[np.lexsort((one.time, one.step))]
        for start in range(0, len(rows), MAX_ROWS):
            packed = rows[start : start + MAX_ROWS].tobytes()
            frames.append((FrameType.POINTS, *encode_points(packed, with_epoch=False)))
    if run.status != "running":
        end = EndEvent(max(begin, run.ended or begin), run.status, None)
        frames.append(_event_frame([end]))
    _append(layout, run.id, frames, clock)


def _parts(events: Iterable[Event]) -> list[list[Event]]:
    """Cut events so that each part fits a frame."""
    parts: list[list[Event]] = [[]]
    size = 0
    for event in events:
        length = len(encode_event(event))
        if parts[-1] and size + length > _MAX_EVENT_BYTES:
            parts.append([])
            size = 0
        parts[-1].append(event)
        size += length
    return parts


def _event_frame(events: Iterable[Event]) -> tuple[int, int, bytes]:
    return FrameType.EVENTS, 0, b"".join(map(encode_event, events))


def _append(layout: Layout, run_id: str, frames: Sequence[tuple[int, int, bytes]], clock: Clock) -> None:
    writer = SegmentWriter(layout.segment(run_id, new_segment_id(clock)))
    try:
        writer.append(frames)
        writer.sync()
    finally:
        writer.close()


assert ROW.size == _ROW.itemsize
