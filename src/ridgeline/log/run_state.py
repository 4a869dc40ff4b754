"""What a run is: the fold of its events, whatever order they arrive in."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ridgeline.core.ids import default_run_name
from ridgeline.core.values import Json, copy_tree, delete_path, set_path
from ridgeline.log.events import (
    ArtifactEvent,
    DelEvent,
    EndEvent,
    EndStatus,
    EnvEvent,
    Event,
    PropEvent,
    RunEvent,
    SetEvent,
    TagEvent,
    WarnEvent,
)


class SegmentPosition(NamedTuple):
    """Where an event stands: its segment, and which event of the segment it is, from 0."""

    seg: str
    ordinal: int


@dataclass(frozen=True, slots=True)
class Artifact:
    """A file that the run logged. `blob` is its sha256 when it was copied, `uri` where it lies when it was not."""

    name: str
    blob: str | None
    uri: str | None
    size_bytes: int | None
    mime: str | None
    time: float


@dataclass(frozen=True, slots=True)
class RunWarning:
    """Something that went wrong while recording: how often, the newest message and its time."""

    slug: str
    message: str
    count: int
    time: float


@dataclass(slots=True)
class Session:
    """One writer of the run: what its segment says about it.

    `updated` is its last sign of life. `ended` and `status` are None until it says so itself. `parent` is the segment of the
    process that this one was forked from, or that handed it the run.
    """

    seg: str
    host: str
    pid: int
    user: str
    sdk: str
    started: float
    updated: float
    ended: float | None = None
    status: EndStatus | None = None
    error: str | None = None
    parent: str | None = None


@dataclass(slots=True)
class RunState:
    """Everything about a run except its points, objects and console.

    `created` is NaN for a run whose head is lost. `sessions` are in the order in which they began; segments of edits are
    not sessions.
    """

    id: str
    name: str
    experiment: str = "default"
    created: float = float("nan")
    updated: float = float("nan")
    note: str = ""
    archived: bool = False
    deleted: bool = False
    tags: set[str] = field(default_factory=set)
    params: dict[str, Json] = field(default_factory=dict)
    env: dict[str, Json] = field(default_factory=dict)
    artifacts: dict[str, Artifact] = field(default_factory=dict)
    warnings: dict[str, RunWarning] = field(default_factory=dict)
    sessions: list[Session] = field(default_factory=list)


def fold(
    events: Iterable[tuple[SegmentPosition, Event]],
    signs: Mapping[str, float] | None = None,
    *,
    run_id: str = "",
) -> RunState:
    """Return the state that the events of a run come to, in the order of (time, segment, ordinal).

    Args:
        events: The order in which they are passed does not matter.
        signs: The time of the newest event, point, object or printed line of each segment. Left out, events are all the
            signs of life that are known.
        run_id: Names the run when no head does.
    """
    ordered = sorted(events, key=_order)
    state = RunState(id=run_id, name="")
    sessions: dict[str, Session] = {}
    for position, event in ordered:
        apply = _RULES.get(type(event))
        if apply is not None:
            apply(state, event)
        elif type(event) is RunEvent:
            _begin(state, sessions, position.seg, event)
        session = sessions.get(position.seg)
        if session is not None:
            session.updated = event.t
            if type(event) is EndEvent:
                session.ended, session.status, session.error = event.t, event.status, event.error
    for seg, sign in (signs or {}).items():
        if seg in sessions:
            sessions[seg].updated = max(sessions[seg].updated, sign)
    times = [*(signs or {}).values(), *(event.t for _, event in ordered[-1:])]
    state.updated = max(times, default=state.updated)
    state.sessions = list(sessions.values())
    state.name = state.name or default_run_name(state.id)
    return state


def _order(item: tuple[SegmentPosition, Event]) -> tuple[float, SegmentPosition]:
    return item[1].t, item[0]


def _begin(state: RunState, sessions: dict[str, Session], seg: str, event: RunEvent) -> None:
    if not state.id:
        state.id = event.id
    if event.name is not None:
        state.name = event.name
    if event.experiment is not None:
        state.experiment = event.experiment
    # Written so that NaN, the value before the first head, gives way.
    if not state.created <= event.created:
        state.created = event.created
    sessions[seg] = Session(
        seg, event.host, event.pid, event.user, event.sdk, event.t, event.t, parent=event.parent
    )


def _set(state: RunState, event: SetEvent) -> None:
    value = copy_tree(event.value)
    if event.path:
        set_path(state.params, event.path, value)
    elif isinstance(value, dict):
        state.params = value


def _del(state: RunState, event: DelEvent) -> None:
    if event.path:
        delete_path(state.params, event.path)
    else:
        state.params = {}


def _prop(state: RunState, event: PropEvent) -> None:
    value = event.value
    if isinstance(value, bool) or value is not None:
        setattr(state, event.name, value)
    # null takes a text back to what a run has that was given none
    elif event.name == "experiment":
        state.experiment = "default"
    else:
        setattr(state, event.name, "")


def _tag(state: RunState, event: TagEvent) -> None:
    state.tags.update(event.add)
    state.tags.difference_update(event.remove)


def _artifact(state: RunState, event: ArtifactEvent) -> None:
    if event.blob is None and event.uri is None:
        state.artifacts.pop(event.name, None)
        return
    state.artifacts[event.name] = Artifact(
        event.name, event.blob, event.uri, event.size_bytes, event.mime, event.t
    )


def _env(state: RunState, event: EnvEvent) -> None:
    state.env[event.key] = event.value


def _warn(state: RunState, event: WarnEvent) -> None:
    known = state.warnings.get(event.slug)
    count = event.count + (known.count if known else 0)
    state.warnings[event.slug] = RunWarning(event.slug, event.message, count, event.t)


_RULES: dict[type, Callable[[RunState, Any], None]] = {
    SetEvent: _set,
    DelEvent: _del,
    PropEvent: _prop,
    TagEvent: _tag,
    ArtifactEvent: _artifact,
    EnvEvent: _env,
    WarnEvent: _warn,
}
