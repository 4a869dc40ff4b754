"""The records of a `.wandb` file that say something about a run, by the numbers that wandb_internal.proto gives their fields."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from ridgeline.core.values import Json
from ridgeline.log.console import Stream
from ridgeline.record.capture.secrets import mask_arguments
from ridgeline.sync.protobuf import FieldValue, double, fields, message, signed, text, zigzag

Items: TypeAlias = list[tuple[tuple[str, ...], Json]]


@dataclass(frozen=True, slots=True)
class RunHead:
    """Who the run is; empty where nothing is said."""

    id: str = ""
    entity: str = ""
    project: str = ""
    group: str = ""
    job_type: str = ""
    name: str = ""
    notes: str = ""
    tags: tuple[str, ...] = ()
    sweep: str = ""
    host: str = ""
    started: float | None = None
    git: tuple[str, str] = ("", "")  # remote, commit
    config: tuple[tuple[tuple[str, ...], Json], ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """Values of the config or the summary that are set, and those that are gone."""

    of: str  # "config" or "summary"
    update: Items
    remove: list[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """All that was logged at a step."""

    step: int | None
    items: Items


@dataclass(frozen=True, slots=True)
class SystemStats:
    """What the machine did at a time."""

    time: float
    items: Items


@dataclass(frozen=True, slots=True)
class Printed:
    """A piece of what was printed, which need not be a line."""

    time: float
    stream: Stream
    text: str


@dataclass(frozen=True, slots=True)
class Exit:
    """The end of the run."""

    code: int
    runtime_secs: int


@dataclass(frozen=True, slots=True)
class Environment:
    """Where the run ran; keys as in the environment of a run here."""

    values: dict[str, Json]


Record: TypeAlias = RunHead | Changes | HistoryRow | SystemStats | Printed | Exit | Environment


def decode(record: bytes) -> Record | None:
    """Return what a record says; None for one that says nothing here.

    Raises:
        WireError: It is no record.
    """
    for number, value in fields(record):
        reader = _READERS.get(number)
        if reader is not None:
            return reader(message(value))
    return None


def _history(parts: Iterable[tuple[int, FieldValue]]) -> HistoryRow:
    items: Items = []
    step: int | None = None
    for number, value in parts:
        if number == 1:
            items.append(_item(message(value)))
        elif number == 2:
            step = next((signed(inner) for key, inner in message(value) if key == 1), 0)
    return HistoryRow(step, items)


def _item(parts: Iterable[tuple[int, FieldValue]]) -> tuple[tuple[str, ...], Json]:
    """Read a key with a value, which is JSON or, in newer files, of a type of its own."""
    key: tuple[str, ...] = ()
    found: Json = None
    for number, value in parts:
        if number in (1, 2):
            key = (*key, text(value))
        elif number in (8, 16):
            found = _json(text(value))
        elif number == 4:
            found = bool(value)
        elif number == 5:
            found = zigzag(value)
        elif number == 6:
            found = double(value)
        elif number == 7:
            found = text(value)
    return key, found


def _json(written: str) -> Json:
    try:
        found: Json = json.loads(written)
    except (ValueError, RecursionError):
        return written
    return found


def _changes(of: str, parts: Iterable[tuple[int, FieldValue]]) -> Changes:
    update: Items = []
    remove: list[tuple[str, ...]] = []
    for number, value in parts:
        if number == 1:
            update.append(_item(message(value)))
        elif number == 2:
            remove.append(_item(message(value))[0])
    return Changes(of, update, remove)


def _run(parts: Iterable[tuple[int, FieldValue]]) -> RunHead:
    texts: dict[int, str] = {}
    tags: list[str] = []
    started: float | None = None
    git = ("", "")
    config: Items = []
    for number, value in parts:
        if number in _RUN_TEXTS:
            texts[number] = text(value)
        elif number == 4:
            config = _changes("config", message(value)).update
        elif number == 10:
            tags.append(text(value))
        elif number == 17:
            started = _seconds(message(value))
        elif number == 21:
            git = _git(message(value))
    named = {name: texts.get(number, "") for number, name in _RUN_TEXTS.items()}
    return RunHead(**named, tags=tuple(tags), started=started, git=git, config=tuple(config))


_RUN_TEXTS = {
    1: "id", 2: "entity", 3: "project", 6: "group", 7: "job_type", 8: "name", 9: "notes", 12: "sweep", 13: "host",
}  # fmt: skip


def _git(parts: Iterable[tuple[int, FieldValue]]) -> tuple[str, str]:
    found = {number: text(value) for number, value in parts}
    return found.get(1, ""), found.get(2, "")


def _seconds(parts: Iterable[tuple[int, FieldValue]]) -> float:
    found = {number: signed(value) for number, value in parts}
    return found.get(1, 0) + found.get(2, 0) / 1e9


def _stats(parts: Iterable[tuple[int, FieldValue]]) -> SystemStats:
    items: Items = []
    time = 0.0
    for number, value in parts:
        if number == 2:
            time = _seconds(message(value))
        elif number == 3:
            items.append(_item(message(value)))
    return SystemStats(time, items)


def _printed(parts: Iterable[tuple[int, FieldValue]]) -> Printed:
    time, stream, words = 0.0, 0, ""
    for number, value in parts:
        if number == 1:
            stream = signed(value)
        elif number == 2:
            time = _seconds(message(value))
        elif number == 3:
            words = text(value)
    return Printed(time, "stdout" if stream == 1 else "stderr", words)


def _exit(parts: Iterable[tuple[int, FieldValue]]) -> Exit:
    found = {number: value for number, value in parts if number in (1, 2)}
    return Exit(signed(found.get(1, 0)), signed(found.get(2, 0)))


def _environment(parts: Iterable[tuple[int, FieldValue]]) -> Environment:
    values: dict[str, Json] = {}
    command: list[str] = []
    executable = ""
    host: dict[str, Json] = {}
    for number, value in parts:
        if number == 2:
            implementation, _, version = text(value).rpartition(" ")
            values["python"] = {"implementation": implementation, "version": version}
        elif number == 5:
            command.append(text(value))
        elif number == 6:
            command.insert(0, text(value))
        elif number == 9:
            values["git"] = git_values(*_git(message(value)))
        elif number == 11:
            values["cwd"] = text(value)
        elif number in _HOST_TEXTS:
            host[_HOST_TEXTS[number]] = text(value)
        elif number in _HOST_COUNTS:
            host[_HOST_COUNTS[number]] = signed(value)
        elif number == 14:
            executable = text(value)
    if command:
        values["command"] = list(mask_arguments([*([executable] if executable else []), *command]))
    if host:
        values["host"] = host
    return Environment(values)


_HOST_TEXTS = {1: "system", 12: "name", 13: "user", 18: "gpu", 25: "cuda"}
_HOST_COUNTS = {16: "cpus", 19: "gpus"}


def git_values(remote: str, commit: str) -> dict[str, Json]:
    """Return a commit as the environment of a run has it."""
    return {key: value for key, value in (("remote", remote), ("commit", commit)) if value}


def decode_all(records: Iterable[bytes]) -> Iterator[Record]:
    """Yield what records say, without those that say nothing here."""
    for record in records:
        decoded = decode(record)
        if decoded is not None:
            yield decoded


_READERS: dict[int, Callable[[Iterable[tuple[int, FieldValue]]], Record]] = {
    2: _history,
    3: lambda parts: _changes("summary", parts),
    4: _printed,
    5: lambda parts: _changes("config", parts),
    7: _stats,
    13: _printed,
    17: _run,
    18: _exit,
    26: _environment,
}
