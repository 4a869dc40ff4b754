"""What Aim has of a run, as a run of ours."""

import mimetypes
import re
import struct
from dataclasses import dataclass, field

import numpy as np

from ridgeline.core.errors import InputError
from ridgeline.core.values import Json
from ridgeline.log.events import SeriesKind
from ridgeline.record.capture.environment import harmless_variables
from ridgeline.record.capture.secrets import mask_arguments
from ridgeline.record.objects import Distribution
from ridgeline.record.tracked import Encoded
from ridgeline.sync.aim.process import Message
from ridgeline.sync.aim.properties import Properties
from ridgeline.sync.context_patterns import ContextPatterns
from ridgeline.sync.source import (
    SourceArtifact,
    SourceLine,
    SourceObject,
    SourceRun,
    SourceSeries,
    SourceStatus,
)

_SYSTEM = "__system__"
_SYSTEM_PARAMS = "__system_params"
_LOG_LINE, _LOG_RECORD = "aim.log_line", "aim.log_record"
_MESSAGES = "messages"
_AUDIO = {"mp3": "audio/mpeg", "wav": "audio/wav", "flac": "audio/flac", "ogg": "audio/ogg"}
_IMAGE = {"jpg": "image/jpeg", "svg": "image/svg+xml"}
_COLOURLESS_END = re.compile(r"\s+$")


@dataclass(slots=True)
class Parts:
    """The messages of a run, put together."""

    patterns: ContextPatterns
    params: dict[str, Json] = field(default_factory=dict)
    artifacts: dict[str, str] = field(default_factory=dict)
    ended: float | None = None
    series: list[SourceSeries] = field(default_factory=list)
    objects: list[SourceObject] = field(default_factory=list)
    lines: list[tuple[int, SourceLine]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def add(self, message: Message) -> None:
        """Take in a message."""
        head = message.head
        if message.kind == "run":
            params, artifacts, ended = head.get("params"), head.get("artifacts"), head.get("ended")
            self.params = params if isinstance(params, dict) else {}
            self.artifacts = {k: str(v) for k, v in artifacts.items()} if isinstance(artifacts, dict) else {}
            self.ended = float(ended) if isinstance(ended, int | float) else None
        elif message.kind == "series":
            self.series.append(self._series(message))
        elif message.kind == "object":
            self._object(message)
        elif message.kind == "problem":
            self.problems.append(str(head.get("why")))

    def _series(self, message: Message) -> SourceSeries:
        n = _whole(message.head.get("n"))
        columns = [message.data[8 * n * i : 8 * n * (i + 1)] for i in range(4)]
        step = np.frombuffer(columns[0], "<i8")
        time, value, epoch = (np.frombuffer(column, "<f8") for column in columns[1:])
        name, context = self._place(message.head)
        return SourceSeries(name, context, step, time, value, None if bool(np.isnan(epoch).all()) else epoch)

    def _place(self, head: dict[str, Json]) -> tuple[str, dict[str, Json]]:
        """Return name and context; what Aim measures of the machine is called as what we measure."""
        name, given = str(head.get("name")), head.get("context")
        context = given if isinstance(given, dict) else {}
        if name.startswith(_SYSTEM):
            return f"system.{name.removeprefix(_SYSTEM)}", context
        split, more = self.patterns.split(name)
        return split, context | more

    def _object(self, message: Message) -> None:
        head = message.head
        kind, meta = str(head.get("type")), head.get("meta")
        about = meta if isinstance(meta, dict) else {}
        step, time, epoch = (
            _whole(head.get("step")),
            _number(head.get("time")) or 0.0,
            _number(head.get("epoch")),
        )
        if kind == _LOG_LINE:
            text = _COLOURLESS_END.sub("", message.data.decode(errors="replace"))
            self.lines.append((step, SourceLine(time, "stdout", text)))
            return
        try:
            found = _content(kind, about, message.data)
        except (InputError, ValueError, TypeError, KeyError, struct.error) as error:
            self.problems.append(f"{head.get('name')!r} at step {step} is no {kind}: {error}")
            return
        name, context = self._place(head)
        if kind == _LOG_RECORD:
            name = _MESSAGES
        shown, encoded = found
        caption, index = about.get("caption"), about.get("index")
        told: dict[str, Json] = {"caption": caption} if caption else {}
        if index is not None:
            told["index"] = index
        self.objects.append(
            SourceObject(
                name, context, shown, step, time, encoded.mime, encoded.data, {**told, **encoded.meta}, epoch
            )
        )


def _content(kind: str, about: dict[str, Json], data: bytes) -> tuple[SeriesKind, Encoded]:
    """Return an object of Aim's as the log holds it.

    Raises:
        InputError: It is of a type that has no counterpart here.
    """
    written = str(about.get("format", "")).lower()
    match kind:
        case "aim.image":
            size: dict[str, Json] = {key: about[key] for key in ("width", "height") if key in about}
            return "image", Encoded(_IMAGE.get(written, f"image/{written or 'png'}"), data, size)
        case "aim.audio":
            return "audio", Encoded(_AUDIO.get(written, f"audio/{written or 'wav'}"), data, {})
        case "aim.text":
            return "text", Encoded("text/plain; charset=utf-8", data, {})
        case "aim.figure":
            return "figure", Encoded("application/vnd.plotly.v1+json", data, {})
        case "aim.distribution":
            counts = np.frombuffer(data, np.dtype(str(about["dtype"])))
            bounds = about["range"]
            low, high = (float(str(bound)) for bound in (bounds if isinstance(bounds, list) else (0, 1)))
            edges = np.linspace(low, high if high > low else low + 1, len(counts) + 1)
            return "distribution", Distribution(histogram=(counts.tolist(), edges.tolist())).encode()
        case "aim.log_record":
            message = str(about.get("message", ""))
            level: dict[str, Json] = {"level": about.get("log_level", about.get("level"))}
            return "text", Encoded("text/plain; charset=utf-8", message.encode(errors="replace"), level)
    raise InputError("it has no counterpart here", "aim-object")


def describe(
    run_id: str, properties: Properties, parts: Parts, source: str, *, progresses: bool
) -> SourceRun:
    """Return a run of Aim as a run of ours. Aim knows no failures: a run has ended, or goes on, or was left."""
    ended = parts.ended if parts.ended is not None else properties.finalized
    status: SourceStatus = "running" if ended is None or progresses else "finished"
    params = {key: value for key, value in parts.params.items() if key != _SYSTEM_PARAMS}
    return SourceRun(
        id=run_id,
        source=source,
        name=properties.name or f"run-{run_id[:6]}",
        experiment=properties.experiment,
        created=properties.created,
        ended=ended if status == "finished" else None,
        status=status,
        user="",
        note=properties.note,
        archived=properties.archived,
        tags=properties.tags,
        params=params,
        env=_env(parts.params.get(_SYSTEM_PARAMS)),
        artifacts=tuple(
            SourceArtifact(name, uri, None, mimetypes.guess_type(name)[0])
            for name, uri in sorted(parts.artifacts.items())
        ),
        series=tuple(parts.series),
        objects=tuple(parts.objects),
        console=_printed(parts.lines),
    )


def _printed(numbered: list[tuple[int, SourceLine]]) -> tuple[SourceLine, ...]:
    """Return the lines in order, without the empty one that Aim keeps behind the last line end."""
    lines = [line for _, line in sorted(numbered, key=lambda one: one[0])]
    return tuple(lines[:-1] if lines and not lines[-1].text else lines)


def _env(found: Json) -> dict[str, Json]:
    """Return what Aim captured of the surroundings, without what may be secret."""
    if not isinstance(found, dict):
        return {}
    env: dict[str, Json] = {}
    arguments, executable = found.get("arguments"), found.get("executable")
    if isinstance(arguments, list):
        typed = [*([str(executable)] if executable else []), *map(str, arguments)]
        env["command"] = list(mask_arguments(typed))
    packages, variables, git = found.get("packages"), found.get("env_variables"), found.get("git_info")
    if isinstance(packages, dict):
        env["packages"] = packages
    if isinstance(variables, dict):
        env["variables"] = dict(harmless_variables({key: str(value) for key, value in variables.items()}))
    if isinstance(git, dict):
        commit = git.get("commit")
        facts = {
            "branch": git.get("branch"),
            "remote": git.get("remote_origin_url"),
            "commit": commit.get("hash") if isinstance(commit, dict) else None,
        }
        env["git"] = {key: value for key, value in facts.items() if value}
    return env


def _number(value: Json) -> float | None:
    return float(value) if isinstance(value, bool | int | float) else None


def _whole(value: Json) -> int:
    return int(value) if isinstance(value, int | float) else 0
