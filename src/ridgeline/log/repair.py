"""Put right what `check` finds and can be put right. No byte is lost: what is cut off or moved lies in lost+found/."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ridgeline.core.clock import SYSTEM_CLOCK, Clock
from ridgeline.core.errors import StorageError
from ridgeline.log.check import Finding, check
from ridgeline.log.layout import Layout
from ridgeline.log.marker import remove_marker
from ridgeline.log.read import scan_file

__all__ = ["Finding", "Outcome", "check", "repair"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a finding. `is_repaired` is False where nothing could be done; `message` says what or why."""

    finding: Finding
    message: str
    is_repaired: bool


def repair(
    layout: Layout, *, clock: Clock = SYSTEM_CLOCK, on_progress: Callable[[int, int], None] | None = None
) -> list[Outcome]:
    """Check a repository, put right what can be, and return what became of each finding.

    Safe while runs are being recorded: a log whose writer may be alive is left alone.

    Raises:
        NotFoundError: there is no repository.
    """
    return [_repair(layout, finding) for finding in check(layout, clock=clock, on_progress=on_progress)]


def _repair(layout: Layout, finding: Finding) -> Outcome:
    try:
        match finding.remedy:
            case "cut-tail":
                return _cut_tail(layout, finding)
            case "put-aside":
                kept = _free_name(layout, f"{finding.path.name.lstrip('.')}.{finding.slug}")
                finding.path.rename(kept)
                return Outcome(finding, f"Moved to {str(kept)!r}.", is_repaired=True)
            case "remove-marker":
                remove_marker(finding.path)
                return Outcome(finding, "Removed.", is_repaired=True)
            case None:
                return Outcome(finding, "Left as it is.", is_repaired=False)
    except OSError as error:  # StorageError is one
        return Outcome(finding, f"Could not be repaired: {error}.", is_repaired=False)


def _cut_tail(layout: Layout, finding: Finding) -> Outcome:
    """Copy the torn tail aside, make sure of the copy, then cut; unless the log has changed since it was checked."""
    path, offset = finding.path, finding.offset
    with path.open("r+b") as log:
        log.seek(offset)
        tail = log.read()
        found = scan_file(path, offset=offset)
        if found.frames or not found.torn or path.stat().st_size != offset + len(tail):
            return Outcome(finding, "Left as it is: the log has grown since.", is_repaired=False)
        kept = _free_name(layout, f"{path.parent.name}~{path.name}@{offset}")
        with kept.open("xb") as copy:
            copy.write(tail)
            copy.flush()
            os.fsync(copy.fileno())
        if kept.read_bytes() != tail:
            raise StorageError(
                f"The copy {str(kept)!r} does not hold what was written. Check the disk.", "repair-failed"
            )
        log.truncate(offset)
        os.fsync(log.fileno())
    return Outcome(finding, f"Cut off {len(tail)} bytes and kept them in {str(kept)!r}.", is_repaired=True)


def _free_name(layout: Layout, name: str) -> Path:
    """Return a path in lost+found, which is made when needed, that is not taken."""
    layout.lost_and_found.mkdir(exist_ok=True)
    number = 0
    while (path := layout.lost_and_found / (f"{name}.{number}" if number else name)).exists():
        number += 1
    return path
