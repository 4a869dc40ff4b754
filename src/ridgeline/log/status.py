"""Whether a run is still being written, and how it ended.

A segment is live while its marker (marker.py) is there and
- its writer ran on this machine since it was last started: the process is alive and beat within 120 s. A process that
  is gone is dead at once; a stopped or swapped-out one gets the 120 s.
- its writer runs elsewhere: it beat within 35 s, three heartbeats and a slow network.

A run is running while one of its segments is live. Else it has the status of the session that ended, or was last written
to, latest; a session that did not say how it ended is lost. Stopped becomes failed where another rank of the same attempt
failed: launchers stop the others then.
"""

import os
from collections.abc import Collection, Sequence
from pathlib import Path
from socket import gethostname
from typing import Literal, TypeAlias

from ridgeline.core.clock import SYSTEM_CLOCK, Clock
from ridgeline.log.events import EndStatus
from ridgeline.log.layout import Layout
from ridgeline.log.marker import LiveMarker, boot_id, read_markers
from ridgeline.log.run_state import Session

RunStatus: TypeAlias = Literal["running", "lost"] | EndStatus

FRESH_ELSEWHERE_SECS = 35.0
FRESH_HERE_SECS = 120.0


def live_segments(layout: Layout, clock: Clock = SYSTEM_CLOCK) -> set[tuple[str, str]]:
    """Return (run id, segment id) of every segment that is being written now."""
    now = clock.time()
    return {(found.run_id, found.seg) for found in read_markers(layout) if is_live(found, now)}


def is_live(found: LiveMarker, now: float) -> bool:
    """Say whether the writer of a marker is alive at `now`, in seconds since the epoch."""
    age_secs = now - found.beat
    if _is_of_here(found):
        return age_secs < FRESH_HERE_SECS and not is_known_dead(found)
    return age_secs < FRESH_ELSEWHERE_SECS


def is_known_dead(found: LiveMarker) -> bool:
    """Say whether the writer of a marker ran here and does not any more, which no pause or slow network can feign."""
    return _is_of_here(found) and found.marker is not None and not process_is_alive(found.marker.pid)


def _is_of_here(found: LiveMarker) -> bool:
    """Say whether the process id of a marker means something to us.

    Another boot id of this host name is another container, or the time before a restart, which soon grows stale.
    """
    marker = found.marker
    return marker is not None and marker.host == gethostname() and marker.boot_id == boot_id() != ""


def process_is_alive(pid: int) -> bool:
    """Say whether a process of this machine runs. One that has died but was not waited for does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return True
    # "pid (name) state …", and a name may hold brackets
    return stat.rpartition(") ")[2][:1] not in {"Z", "X"}


def run_status(sessions: Sequence[Session], live: Collection[str]) -> RunStatus:
    """Return the status of a run from its sessions (RunState.sessions) and the ids of its live segments."""
    if live:
        return "running"
    last = _last(sessions)
    if last is None or last.status is None:
        return "lost"
    ranks = newest_attempt(sessions)
    return (
        "failed"
        if last.status == "stopped" and any(rank.status == "failed" for rank in ranks)
        else last.status
    )


def newest_attempt(sessions: Sequence[Session]) -> list[Session]:
    """Return the session that ended, or was last written to, latest, and those that were open together with it."""
    last = _last(sessions)
    return [session for session in sessions if last is not None and session.updated >= last.started]


def _last(sessions: Sequence[Session]) -> Session | None:
    return max(sessions, key=lambda session: (session.updated, session.seg), default=None)
