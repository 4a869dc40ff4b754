"""EVENTS frames: what happened to a run, one JSON object a line.

`t` is the time in seconds since the epoch; a writer clamps it to be non-decreasing within a segment. `op` says which of
the classes below a line is; a reader ignores an op or key that it does not know. NaN and ±Inf are written as
`{"$float": …}` (core/values.py).

    run       head of each segment that a Run opens; `name` and `experiment` are null where nothing new is said; `parent` is
              the segment of the process that this one was forked from, or that handed it the run
    set       the subtree of params at `path` is now `value`
    del       the subtree of params at `path` is gone
    prop      a property: name, experiment, note (str), archived, deleted (bool)
    tag       tags added and removed
    series    `sid` stands for (name, context) in this segment from here on
    artifact  a file: in the blobs, or elsewhere at `uri`; with neither it was deleted
    env       captured surroundings; a text too long for a line stands as {"blob": sha256} anywhere in `value`
    warn      something went wrong `count` more times; `message` is the newest
    end       the writer closed the segment on purpose
    alive     the writer had nothing to say for a while
    view      a saved view of the UI (only in views/)
"""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Literal, TypeAlias, cast, get_args

from ridgeline.core.errors import InputError, StorageError
from ridgeline.core.values import Json, decode_floats, encode_floats
from ridgeline.log.frame import MAX_PAYLOAD_BYTES, inflate

EndStatus: TypeAlias = Literal["finished", "failed", "stopped"]
PropName: TypeAlias = Literal["name", "experiment", "note", "archived", "deleted"]
SeriesKind: TypeAlias = Literal[
    "float", "int", "bool", "text", "image", "audio", "figure", "distribution", "table", "predictions"
]


@dataclass(frozen=True, slots=True)
class RunEvent:
    t: float
    id: str
    name: str | None
    experiment: str | None
    created: float
    host: str
    pid: int
    user: str
    sdk: str
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class SetEvent:
    t: float
    path: tuple[str, ...]
    value: Json


@dataclass(frozen=True, slots=True)
class DelEvent:
    t: float
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PropEvent:
    t: float
    name: PropName
    value: str | bool | None


@dataclass(frozen=True, slots=True)
class TagEvent:
    t: float
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SeriesEvent:
    t: float
    sid: int
    name: str
    context: dict[str, Json]
    kind: SeriesKind


@dataclass(frozen=True, slots=True)
class ArtifactEvent:
    t: float
    name: str
    blob: str | None
    uri: str | None
    size_bytes: int | None
    mime: str | None


@dataclass(frozen=True, slots=True)
class EnvEvent:
    t: float
    key: str
    value: Json


@dataclass(frozen=True, slots=True)
class WarnEvent:
    t: float
    slug: str
    message: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class EndEvent:
    t: float
    status: EndStatus
    error: str | None = None


@dataclass(frozen=True, slots=True)
class AliveEvent:
    t: float


@dataclass(frozen=True, slots=True)
class ViewEvent:
    t: float
    id: str
    name: str
    url: str
    page: str
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class ReportEvent:
    t: float
    id: str
    title: str
    text: str
    deleted: bool = False


Event: TypeAlias = (
    RunEvent
    | SetEvent
    | DelEvent
    | PropEvent
    | TagEvent
    | SeriesEvent
    | ArtifactEvent
    | EnvEvent
    | WarnEvent
    | EndEvent
    | AliveEvent
    | ViewEvent
    | ReportEvent
)

_CLASSES: dict[str, type[Event]] = {
    "run": RunEvent,
    "set": SetEvent,
    "del": DelEvent,
    "prop": PropEvent,
    "tag": TagEvent,
    "series": SeriesEvent,
    "artifact": ArtifactEvent,
    "env": EnvEvent,
    "warn": WarnEvent,
    "end": EndEvent,
    "alive": AliveEvent,
    "view": ViewEvent,
    "report": ReportEvent,
}
_OPS = {cls: op for op, cls in _CLASSES.items()}
_KEYS = {cls: tuple(field.name for field in fields(cls)) for cls in _OPS}


def encode_event(event: Event) -> bytes:
    """Return the line of an event, with its newline.

    Raises:
        InputError: the event holds something that JSON cannot, or more than a frame can.
    """
    cls = type(event)
    line: dict[str, Json] = {"op": _OPS[cls]}
    for key in _KEYS[cls]:
        line[key] = getattr(event, key)
    try:
        data = _dump(line)
    except (TypeError, ValueError, RecursionError) as error:
        raise InputError(
            f"A {_OPS[cls]!r} event cannot be written as JSON: {error}. Values are null, bool, int of up to 4300"
            " digits, float, text, and lists and dicts (with text as keys) of these.",
            "value-not-json",
        ) from error
    if len(data) > MAX_PAYLOAD_BYTES:
        raise InputError(
            f"A {_OPS[cls]!r} event of {len(data)} bytes does not fit a frame of {MAX_PAYLOAD_BYTES}."
            " Set its parts one by one, or log it as an artifact.",
            "event-too-large",
        )
    return data


def _dump(line: dict[str, Json]) -> bytes:
    """Return a line as UTF-8. Most hold no NaN and no '$float', so these are looked for in the text, not in the tree."""
    try:
        text = _dumps(line)
    except ValueError:
        text = _FLOAT_MARK
    if _FLOAT_MARK in text:
        text = _dumps({key: encode_floats(value) for key, value in line.items()})
    try:
        return text.encode() + b"\n"
    except UnicodeEncodeError:  # a lone surrogate: a file name or command line that is not UTF-8
        return json.dumps(json.loads(text), separators=(",", ":")).encode() + b"\n"


_dumps = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
_FLOAT_MARK = '$float"'


def decode_event(line: bytes | str) -> Event | None:
    """Return the event of a line, or None when it is of another version or not an event at all."""
    try:
        return parse_event(line)
    except StorageError:
        return None


def decode_events(flags: int, payload: bytes | memoryview) -> list[Event]:
    """Return the events of an EVENTS frame, in order.

    Raises:
        StorageError: the payload is not what its flags say.
    """
    events = [decode_event(line) for line in bytes(inflate(flags, payload)).split(b"\n") if line]
    return [event for event in events if event is not None]


def parse_event(line: bytes | str) -> Event | None:
    """Return the event of a line, or None when its `op` or property is not known.

    Raises:
        StorageError: the line is not JSON, or a key of a known op is missing or of the wrong type.
    """
    try:
        tree: Json = json.loads(line)
        if _FLOAT_MARK in (line if isinstance(line, str) else line.decode()):
            tree = decode_floats(tree)
        fields_of_line = _Line(tree if isinstance(tree, dict) else {})
        read = _READERS.get(fields_of_line.text("op"))
        return read(fields_of_line) if read is not None else None
    except (KeyError, TypeError, ValueError, OverflowError, RecursionError) as error:
        shown = bytes(line[:80], "utf-8") if isinstance(line, str) else line[:80]
        raise StorageError(
            f"The event {shown!r} cannot be read ({type(error).__name__}: {error}). It is left out.",
            "event-malformed",
        ) from error


class _Line(dict[str, Json]):
    """The keys of a line, each taken out as the type that it must have."""

    def text(self, key: str) -> str:
        value = self[key]
        if not isinstance(value, str):
            raise TypeError(f"{key} is not text")
        return value

    def text_or_none(self, key: str) -> str | None:
        return None if self.get(key) is None else self.text(key)

    def integer(self, key: str) -> int:
        value = self[key]
        if not isinstance(value, int) or isinstance(value, bool):
            raise TypeError(f"{key} is not an integer")
        if not -(1 << 63) <= value < 1 << 63:
            raise ValueError(f"{key} does not fit 64 bits")
        return value

    def seconds(self, key: str) -> float:
        value = self[key]
        if not isinstance(value, (int, float)) or isinstance(value, bool) or not math.isfinite(value):
            raise TypeError(f"{key} is not a finite number")
        return float(value)

    def flag(self, key: str) -> bool:
        value = self.get(key, False)
        if not isinstance(value, bool):
            raise TypeError(f"{key} is not true or false")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.get(key, [])
        if not isinstance(value, list):
            raise TypeError(f"{key} is not a list")
        items = tuple(item for item in value if isinstance(item, str))
        if len(items) != len(value):
            raise TypeError(f"{key} holds something else than text")
        return items

    def tree(self, key: str) -> dict[str, Json]:
        value = self[key]
        if not isinstance(value, dict):
            raise TypeError(f"{key} is not a dict")
        return value

    def one_of(self, key: str, allowed: frozenset[str]) -> str:
        value = self.text(key)
        if value not in allowed:
            raise ValueError(f"{key} is not one of {', '.join(sorted(allowed))}")
        return value


def _run(line: _Line) -> RunEvent:
    return RunEvent(
        t=line.seconds("t"),
        id=line.text("id"),
        name=line.text_or_none("name"),
        experiment=line.text_or_none("experiment"),
        created=line.seconds("created"),
        host=line.text("host"),
        pid=line.integer("pid"),
        user=line.text("user"),
        sdk=line.text("sdk"),
        parent=line.text_or_none("parent"),
    )


def _prop(line: _Line) -> PropEvent | None:
    name = line.text("name")
    if name in _FLAG_PROPS:
        value = line["value"]
        if not isinstance(value, bool):
            raise TypeError(f"{name} is not true or false")
        return PropEvent(line.seconds("t"), cast("PropName", name), value)
    if name in _TEXT_PROPS:
        return PropEvent(line.seconds("t"), cast("PropName", name), line.text_or_none("value"))
    return None


def _series(line: _Line) -> SeriesEvent:
    kind = cast("SeriesKind", line.one_of("kind", _SERIES_KINDS))
    sid = line.integer("sid")
    if not 0 <= sid < 1 << 32:
        raise ValueError("sid is not a 32-bit unsigned integer")
    return SeriesEvent(line.seconds("t"), sid, line.text("name"), line.tree("context"), kind)


def _artifact(line: _Line) -> ArtifactEvent:
    size_bytes = None if line.get("size_bytes") is None else line.integer("size_bytes")
    return ArtifactEvent(
        line.seconds("t"),
        line.text("name"),
        line.text_or_none("blob"),
        line.text_or_none("uri"),
        size_bytes,
        line.text_or_none("mime"),
    )


def _end(line: _Line) -> EndEvent:
    status = cast("EndStatus", line.one_of("status", _END_STATUSES))
    return EndEvent(line.seconds("t"), status, line.text_or_none("error"))


_FLAG_PROPS = frozenset({"archived", "deleted"})
_TEXT_PROPS = frozenset({"name", "experiment", "note"})
_SERIES_KINDS: frozenset[str] = frozenset(get_args(SeriesKind))
_END_STATUSES: frozenset[str] = frozenset(get_args(EndStatus))
_READERS: dict[str, Callable[[_Line], Event | None]] = {
    "run": _run,
    "set": lambda line: SetEvent(line.seconds("t"), line.texts("path"), line["value"]),
    "del": lambda line: DelEvent(line.seconds("t"), line.texts("path")),
    "prop": _prop,
    "tag": lambda line: TagEvent(line.seconds("t"), line.texts("add"), line.texts("remove")),
    "series": _series,
    "artifact": _artifact,
    "env": lambda line: EnvEvent(line.seconds("t"), line.text("key"), line["value"]),
    "warn": lambda line: WarnEvent(
        line.seconds("t"), line.text("slug"), line.text("message"), line.integer("count")
    ),
    "end": _end,
    "alive": lambda line: AliveEvent(line.seconds("t")),
    "view": lambda line: ViewEvent(
        line.seconds("t"),
        line.text("id"),
        line.text("name"),
        line.text("url"),
        line.text("page"),
        line.flag("deleted"),
    ),
    "report": lambda line: ReportEvent(
        line.seconds("t"), line.text("id"), line.text("title"), line.text("text"), line.flag("deleted")
    ),
}
