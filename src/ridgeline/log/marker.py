"""The live marker: a small file that says who is writing a segment, and by its mtime that they still are."""

import contextlib
import json
import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ridgeline.core.clock import SYSTEM_CLOCK, Clock
from ridgeline.core.errors import StorageError
from ridgeline.log.layout import Layout

# A writer touches its marker this often.
HEARTBEAT_SECS = 10.0


@dataclass(frozen=True, slots=True)
class Marker:
    """Who writes a segment. `boot_id` also tells containers of one machine apart, whose process ids mean nothing to us."""

    host: str
    pid: int
    boot_id: str
    started: float


class LiveMarker(NamedTuple):
    """A marker found in a repository. `marker` is None when it cannot be read, as while it is being written."""

    run_id: str
    seg: str
    path: Path
    beat: float
    marker: Marker | None


def marker_of_this_process(clock: Clock = SYSTEM_CLOCK) -> Marker:
    return Marker(socket.gethostname(), os.getpid(), boot_id(), clock.time())


@cache
def boot_id() -> str:
    """Return what names this boot of this machine and, on Linux, this process-id namespace; '' when unknown."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot}/{Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return ""


def write_marker(path: Path, marker: Marker) -> None:
    """Write a marker, at once whole.

    Raises:
        StorageError: the disk refuses.
    """
    aside = f"{path.parent}/.{path.name}.{os.getpid()}"
    text = json.dumps({field: getattr(marker, field) for field in Marker.__slots__}) + "\n"
    try:
        # Five system calls less than by way of a file object: each run that starts waits for these.
        fd = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_CLOEXEC", 0), 0o666)
        try:
            os.write(fd, text.encode())
        finally:
            os.close(fd)
        os.replace(aside, path)  # noqa: PTH105 - as above
    except OSError as error:
        with contextlib.suppress(OSError):
            os.unlink(aside)  # noqa: PTH108 - as above
        raise _failure(path, "written", error) from error


def touch_marker(path: Path) -> None:
    """Beat: set the mtime of a marker to now.

    Raises:
        StorageError: it is not there or the disk refuses.
    """
    try:
        os.utime(path)
    except OSError as error:
        raise _failure(path, "touched", error) from error


def remove_marker(path: Path) -> None:
    """Remove a marker; one that is gone is fine.

    Raises:
        StorageError: the disk refuses.
    """
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise _failure(path, "removed", error) from error


def read_markers(layout: Layout) -> Iterator[LiveMarker]:
    """Yield the live markers of a repository, sorted by name. Costs 2 µs where none is."""
    try:
        names = sorted(os.listdir(layout.live))  # noqa: PTH208 - polled four times a second
    except (FileNotFoundError, NotADirectoryError):
        return
    for name in names:
        run_id, tilde, seg = name.partition("~")
        if name.startswith(".") or not tilde:
            continue
        path = layout.live / name
        try:
            beat = path.stat().st_mtime
            text = path.read_text(encoding="utf-8", errors="replace")
        except OSError:  # its writer has just ended
            continue
        yield LiveMarker(run_id, seg, path, beat, _parse(text))


def _parse(text: str) -> Marker | None:
    try:
        tree = json.loads(text)
    except ValueError:
        return None
    if not isinstance(tree, dict):
        return None
    match (tree.get("host"), tree.get("pid"), tree.get("boot_id"), tree.get("started")):
        case (str(host), int(pid), str(boot), (int() | float()) as started):
            return Marker(host, pid, boot, float(started))
    return None


def _failure(path: Path, what: str, error: OSError) -> StorageError:
    return StorageError(
        f"The live marker {str(path)!r} cannot be {what} ({error.strerror or error}). Readers will take the run for"
        " lost until it can.",
        "marker-write-failed",
    )
