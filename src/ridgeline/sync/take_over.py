"""Bring a run of another tracker up to date: only what is not there yet is written.

What is there is read back from the repository, so a pass that was killed is finished by the next one, and a second pass
over the same source writes nothing. What people changed here stays: a field is written only where its source changed it
since the last pass.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from ridgeline.blobs.store import BlobStore
from ridgeline.core.clock import SYSTEM_CLOCK, Clock
from ridgeline.core.errors import RidgelineError
from ridgeline.core.ids import check_run_id, new_segment_id
from ridgeline.core.values import Json, flatten, split_path
from ridgeline.index.base import Index
from ridgeline.log.events import (
    ArtifactEvent,
    DelEvent,
    EnvEvent,
    Event,
    PropEvent,
    PropName,
    SetEvent,
    TagEvent,
)
from ridgeline.log.layout import Layout
from ridgeline.log.run_state import Artifact, RunState
from ridgeline.log.writer import SegmentWriter
from ridgeline.query.repo import Repo
from ridgeline.sync.live import LiveRuns
from ridgeline.sync.missing import missing_of
from ridgeline.sync.segment import News, RunSegment, event_frame, parts
from ridgeline.sync.source import SourceArtifact, SourceRun

# Under this key of a run's environment stands what its source said at the last pass.
SEEN_KEY = "source"


@dataclass(frozen=True, slots=True)
class Moved:
    """What a pass wrote."""

    runs: int = 0
    points: int = 0
    edits: int = 0
    objects: int = 0
    lines: int = 0  # of console output
    problems: tuple[str, ...] = ()  # with what could not be written, though the rest was

    def __add__(self, other: "Moved") -> "Moved":
        return Moved(
            self.runs + other.runs,
            self.points + other.points,
            self.edits + other.edits,
            self.objects + other.objects,
            self.lines + other.lines,
            self.problems + other.problems,
        )

    def __bool__(self) -> bool:
        return bool(self.runs or self.points or self.edits or self.objects or self.lines)


def take_over(repo: Repo, run: SourceRun, clock: Clock = SYSTEM_CLOCK, live: LiveRuns | None = None) -> Moved:
    """Write what a run of another tracker has and the repository has not.

    Args:
        repo: Where to. It is refreshed by the caller.
        run: All of its params, tags and artifacts; of points and objects, those that may be new.
        clock: Tells when something was edited.
        live: Shows a run that its source calls running as running here, until it ends or `live` is left.

    Raises:
        StorageError: The disk refuses; what was written stays, and the next pass writes the rest.
    """
    rid = _rid(repo.index, check_run_id(run.id))
    copier = _Copier(BlobStore(repo.layout.blobs))
    if rid is None:
        news = News(tuple(_first_events(copier, run)), run.series, run.objects, run.console)
        marked = _is_marked(run) and not copier.failed
        _write(repo.layout, run, news, begin=run.created, clock=clock, live=live, marked=marked)
        return Moved(1, news.n_points, 0, len(news.objects), len(news.console), tuple(copier.failed))
    state = repo.index.state(rid)
    news = missing_of(repo.index, rid, run)
    is_over = run.status != "running"
    if (
        news
        or (is_over and not _has_ended(state))
        or (live is not None and not is_over and run.id not in live)
    ):
        begin = max((session.updated for session in state.sessions), default=run.created)
        _write(repo.layout, run, news, begin=math.nextafter(begin, math.inf), clock=clock, live=live)
    # After the points: the mark says that all is there.
    now = max(clock.time(), math.nextafter(state.updated, math.inf))
    edits = _changes(copier, state, run, now)
    marked = _is_marked(run) and not copier.failed
    if edits or (marked and _mark_of(state) != run.mark):
        _append(repo.layout, run.id, [*edits, EnvEvent(now, SEEN_KEY, _seen(run, marked=marked))], clock)
    return Moved(0, news.n_points, len(edits), len(news.objects), len(news.console), tuple(copier.failed))


def held_marks(repo: Repo, run_ids: Collection[str]) -> dict[str, str]:
    """Return the marks of those of these runs that are here, and were over and whole when they were taken over."""
    runs = repo.index.runs(include_deleted=True)
    wanted = set(run_ids)
    found = ((run_id, rid) for run_id, rid in zip(runs.id, runs.rid, strict=True) if run_id in wanted)
    marks = ((run_id, _mark_of(repo.index.state(int(rid)))) for run_id, rid in found)
    return {run_id: mark for run_id, mark in marks if mark is not None}


def _mark_of(state: RunState) -> str | None:
    seen = state.env.get(SEEN_KEY)
    mark = seen.get("mark") if isinstance(seen, dict) else None
    return mark if isinstance(mark, str) else None


def _is_marked(run: SourceRun) -> bool:
    return run.mark is not None and run.status != "running"


class _Copier:
    """Copies artifacts into the blobs; one that cannot be is linked."""

    def __init__(self, blobs: BlobStore) -> None:
        self.failed: list[str] = []
        self._blobs = blobs

    def event(self, artifact: SourceArtifact, t: float) -> ArtifactEvent:
        blob = None
        if artifact.copy:
            try:
                blob = artifact.copy(self._blobs)
            except RidgelineError as error:
                self.failed.append(f"The artifact {artifact.name!r} is linked, not copied: {error.message}")
        return ArtifactEvent(t, artifact.name, blob, artifact.uri, artifact.size_bytes, artifact.mime)


def _rid(index: Index, run_id: str) -> int | None:
    """Return the number that the index has for a run; None for one that is not there."""
    runs = index.runs(include_deleted=True)
    (found,) = np.nonzero(runs.id == run_id)
    return int(runs.rid[found[0]]) if len(found) else None


def _has_ended(state: RunState) -> bool:
    return bool(state.sessions) and state.sessions[-1].status is not None


def _first_events(copier: _Copier, run: SourceRun) -> list[Event]:
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
    if run.archived:
        events.append(PropEvent(t, "archived", True))
    events += [copier.event(artifact, t) for artifact in run.artifacts]
    return events


def _is_held(artifact: SourceArtifact, held: Artifact | None) -> bool:
    return (
        held is not None
        and (held.uri, held.size_bytes) == (artifact.uri, artifact.size_bytes)
        and (artifact.copy is None or held.blob is not None)
    )


def _is_linked(event: ArtifactEvent, held: Artifact | None) -> bool:
    return held is not None and (held.uri, held.size_bytes) == (event.uri, event.size_bytes)


def _seen(run: SourceRun, *, marked: bool = False) -> dict[str, Json]:
    return {
        "from": run.source,
        "name": run.name,
        "experiment": run.experiment,
        "note": run.note,
        "deleted": run.deleted,
        "archived": run.archived,
        "tags": list(run.tags),
        "mark": run.mark if marked else None,
    }


def _changes(copier: _Copier, state: RunState, run: SourceRun, now: float) -> list[Event]:
    """Return what the source changed since the last pass, as events of now."""
    seen = state.env.get(SEEN_KEY)
    last: dict[str, Json] = {"archived": False, **(seen if isinstance(seen, dict) else {})}
    events: list[Event] = []
    props: dict[PropName, str | bool] = {
        "name": run.name,
        "experiment": run.experiment,
        "note": run.note,
        "deleted": run.deleted,
        "archived": run.archived,
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
    copies = (
        copier.event(artifact, now)
        for artifact in run.artifacts
        if not _is_held(artifact, state.artifacts.get(artifact.name))
    )
    # What cannot be copied stays linked as it is.
    events += [
        one for one in copies if one.blob is not None or not _is_linked(one, state.artifacts.get(one.name))
    ]
    events += [EnvEvent(now, key, value) for key, value in run.env.items() if state.env.get(key) != value]
    return events


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
    news: News,
    *,
    begin: float,
    clock: Clock,
    live: LiveRuns | None,
    marked: bool = False,
) -> None:
    """Write to the segment of the run that is open, or to a new one: what is given, and the end where it has one."""
    segment = live.take(run.id) if live else None
    if segment is None:
        segment = RunSegment(
            layout, run, begin, clock, shown_as_running=live is not None and run.status == "running"
        )
    try:
        segment.append(news)
        if marked:
            segment.append(News((EnvEvent(begin, SEEN_KEY, _seen(run, marked=True)),)))
        if run.status != "running":
            segment.end(run.status, max(begin, run.ended or begin), run.error)
    except BaseException:
        segment.close()
        raise
    if live is not None and run.status == "running":
        live.hold(run.id, segment)
    else:
        segment.close()


def _append(layout: Layout, run_id: str, events: Sequence[Event], clock: Clock) -> None:
    writer = SegmentWriter(layout.segment(run_id, new_segment_id(clock)))
    try:
        writer.append([event_frame(part) for part in parts(events)])
    finally:
        writer.close()
