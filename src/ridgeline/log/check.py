"""Look a repository over: what is torn, damaged, missing or left behind.

| slug              | what is the case                                        | what repair does             |
|-------------------|---------------------------------------------------------|------------------------------|
| log-torn-tail     | a log of a dead writer ends in bytes that are no frame  | puts them aside, cuts them   |
| log-gap           | frames are lost in a log; the bytes stay where they are | nothing can                  |
| log-stray-bytes   | bytes between frames that no frame is lost with         | nothing needs to             |
| log-not-readable  | a log cannot be opened                                  | nothing                      |
| frame-malformed   | the payload of a frame cannot be read                   | nothing; a writer's fault    |
| event-malformed   | a line of events cannot be read                         | nothing; a writer's fault    |
| series-undefined  | points of a series whose definition is in a gap         | nothing can                  |
| blob-missing      | a log refers to a blob that is not there                | nothing can                  |
| blob-damaged      | the bytes of a blob are not those of its name           | puts it aside                |
| blob-unfinished   | a blob that a dead process was writing                  | puts it aside                |
| marker-stale      | the live marker of a dead writer                        | removes it                   |
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from ridgeline.core.clock import SYSTEM_CLOCK, Clock
from ridgeline.core.errors import StorageError
from ridgeline.core.values import Json
from ridgeline.log.events import ArtifactEvent, EnvEvent, SeriesEvent, parse_event
from ridgeline.log.frame import EPOCH, Frame, FrameType, inflate
from ridgeline.log.layout import Layout
from ridgeline.log.marker import LiveMarker, read_markers
from ridgeline.log.objects import decode_object
from ridgeline.log.points import ROW, ROW_EPOCH, decode_points
from ridgeline.log.read import scan_file
from ridgeline.log.scan import Scan
from ridgeline.log.status import FRESH_HERE_SECS, is_known_dead

Remedy: TypeAlias = Literal["cut-tail", "put-aside", "remove-marker"]

# A writer elsewhere that has not beaten for a day is taken for dead: a laptop may sleep over lunch, a node does not.
_DEAD_ELSEWHERE_SECS = 86400.0
# The largest blob takes less than this to write.
_UNFINISHED_SECS = 3600.0
_SHA = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be. `remedy` is what repair would do, None where nothing can be done."""

    slug: str
    path: Path
    message: str
    remedy: Remedy | None = None
    offset: int = 0


def check(
    layout: Layout, *, clock: Clock = SYSTEM_CLOCK, on_progress: Callable[[int, int], None] | None = None
) -> list[Finding]:
    """Read every log and hash every blob of a repository and return what is wrong, in the order of the paths.

    Writes nothing. A log that is being written is looked at as far as it is whole. `on_progress` is called with the
    number of files done and of all.

    Raises:
        NotFoundError: there is no repository.
    """
    layout.check()
    now = clock.time()
    markers = {layout.segment(found.run_id, found.seg): found for found in read_markers(layout)}
    logs = [found.path for found in layout.segments()] + list(layout.view_segments())
    blobs = [path for path in sorted(layout.blobs.glob("[0-9a-f][0-9a-f]/*")) if _SHA.fullmatch(path.name)]
    findings: list[Finding] = []
    referrers: dict[str, Path] = {}
    for done, path in enumerate([*logs, *blobs], 1):
        if done <= len(logs):
            findings += _check_log(path, referrers, in_use=is_in_use(path, markers.get(path), now))
        else:
            findings += _check_blob(path)
        if on_progress is not None:
            on_progress(done, len(logs) + len(blobs))
    findings += _missing_blobs(layout, referrers)
    findings += _unfinished_blobs(layout, now)
    findings += [_stale(found) for found in markers.values() if _is_stale(found, now)]
    return findings


def is_in_use(path: Path, marker: LiveMarker | None, now: float) -> bool:
    """Say whether somebody may be writing a log: unless its writer is known or must be taken to be dead.

    A log without a marker was closed, or could not make one; then two minutes without a write decide.
    """
    if marker is not None:
        return not _is_stale(marker, now)
    try:
        return now - path.stat().st_mtime < FRESH_HERE_SECS
    except OSError:
        return False


def _is_stale(marker: LiveMarker, now: float) -> bool:
    return is_known_dead(marker) or now - marker.beat > _DEAD_ELSEWHERE_SECS


def _stale(marker: LiveMarker) -> Finding:
    return Finding(
        "marker-stale", marker.path, "Its writer is dead and did not close the segment.", "remove-marker"
    )


def _check_log(path: Path, referrers: dict[str, Path], *, in_use: bool) -> Iterator[Finding]:
    try:
        found = scan_file(path)
        size_bytes = path.stat().st_size
    except (StorageError, OSError) as error:
        yield Finding("log-not-readable", path, str(error))
        return
    defined: set[int] = set()
    for frame in found.frames:
        try:
            yield from _check_frame(path, frame, referrers, defined)
        except StorageError as error:
            yield Finding("frame-malformed", path, error.message, offset=frame.offset)
    for offset, gap_bytes, missing in found.gaps:
        slug = "log-gap" if missing else "log-stray-bytes"
        lost = f"{missing} frame{'s'[: missing != 1]} lost" if missing else "nothing is lost"
        yield Finding(
            slug, path, f"{gap_bytes} bytes at {offset} are no frame of this log; {lost}.", offset=offset
        )
    if found.gaps:
        yield from _undefined_series(path, found, defined)
    if found.torn and not in_use:
        tail_bytes = size_bytes - found.next_offset
        message = f"The last {tail_bytes} bytes, from {found.next_offset} on, are no frame; all before them is whole."
        yield Finding("log-torn-tail", path, message, "cut-tail", found.next_offset)


def _check_frame(
    path: Path, frame: Frame, referrers: dict[str, Path], defined: set[int]
) -> Iterator[Finding]:
    """Read a frame as a reader does, and collect the blobs that it refers to and the series that it defines."""
    if frame.type == FrameType.EVENTS:
        for line in bytes(inflate(frame.flags, frame.payload)).split(b"\n"):
            try:
                event = parse_event(line) if line else None
            except StorageError as error:
                yield Finding("event-malformed", path, error.message, offset=frame.offset)
                continue
            match event:
                case SeriesEvent(sid=sid):
                    defined.add(sid)
                case ArtifactEvent(blob=str(sha)):
                    referrers.setdefault(sha, path)
                case EnvEvent(value=value):
                    referrers.update((sha, path) for sha in _blobs_in(value))
    elif frame.type == FrameType.OBJECT:
        header, _ = decode_object(frame.flags, frame.payload)
        if header.blob is not None:
            referrers.setdefault(header.blob, path)
    elif frame.type == FrameType.POINTS:
        decode_points(frame.flags, frame.payload)


def _blobs_in(value: Json) -> Iterator[str]:
    """Yield the hashes that stand as {"blob": sha256} anywhere in a captured value."""
    if isinstance(value, dict):
        sha = value.get("blob")
        if isinstance(sha, str) and _SHA.fullmatch(sha):
            yield sha
        for item in value.values():
            yield from _blobs_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from _blobs_in(item)


def _undefined_series(path: Path, found: Scan, defined: set[int]) -> Iterator[Finding]:
    n_points = 0
    for frame in found.frames:
        if frame.type == FrameType.POINTS:
            try:
                rows = decode_points(frame.flags, frame.payload)
            except StorageError:
                continue  # reported as frame-malformed
            row = ROW_EPOCH if frame.flags & EPOCH else ROW
            n_points += sum(values[0] not in defined for values in row.iter_unpack(rows))
    if n_points:
        yield Finding(
            "series-undefined", path, f"{n_points} points are of series whose definitions are in a gap."
        )


def _check_blob(path: Path) -> Iterator[Finding]:
    try:
        with path.open("rb") as file:
            sha = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        yield Finding("blob-damaged", path, f"It cannot be read: {error.strerror or error}.")
        return
    if sha != path.name:
        yield Finding("blob-damaged", path, f"Its bytes are those of {sha}.", "put-aside")


def _missing_blobs(layout: Layout, referrers: dict[str, Path]) -> Iterator[Finding]:
    for sha, path in sorted(referrers.items()):
        if not (layout.blobs / sha[:2] / sha).is_file():
            yield Finding("blob-missing", path, f"It refers to the blob {sha}, which is not there.")


def _unfinished_blobs(layout: Layout, now: float) -> Iterator[Finding]:
    for path in sorted(layout.blobs.glob(".put-*")):
        if now - path.stat().st_mtime > _UNFINISHED_SECS:
            yield Finding("blob-unfinished", path, "The process that was writing it is gone.", "put-aside")
