"""Whether a run is still being written, and how it ended.

A segment is live while its marker (marker.py) is there and
- its writer ran on this machine since it was last started: the process is alive and beat within 120 s. A process that
  is gone is dead at once; a stopped or swapped-out one gets the 120 s.
- its writer runs elsewhere: it beat within 35 s, three heartbeats and a slow network.

A run is running while one of its segments is live. Else its sessions tell, one for each segment that a Run opened, from
its head to its last sign of life in the log (files that are copied lose their mtimes):
- Sessions that overlap in time, by a chain of others too, are one attempt: the ranks of a training. The last attempt
  counts: a run that was resumed is as the resumption left it.
- A session that did not say how it ended is lost. The attempt is the worst of its sessions: failed, lost, stopped,
  finished. Lost is worse than stopped, because launchers stop the other ranks when one is gone.
- The workers of a process that ended in its own words are left out when it outlived them, and when they were stopped: it
  knew of them, and stopping its workers is how a pool ends.
"""

import math
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
_WORST_FIRST: tuple[RunStatus, ...] = ("failed", "lost", "stopped", "finished")


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
    attempt = newest_attempt(sessions)
    said = {session.status or "lost" for session in attempt if not _is_spoken_for(session, attempt)}
    return next((status for status in _WORST_FIRST if status in said), "lost")


def run_ended(sessions: Sequence[Session]) -> float | None:
    """Return when a run that is not running ended; None for one that is lost."""
    if run_status(sessions, ()) == "lost":
        return None
    return max(
        (session.ended for session in newest_attempt(sessions) if session.ended is not None), default=None
    )


def newest_attempt(sessions: Sequence[Session]) -> list[Session]:
    """Return the sessions of the last attempt, in the order in which they began."""
    attempt: list[Session] = []
    reach = -math.inf
    for session in sorted(sessions, key=lambda session: (session.started, session.seg)):
        if session.started > reach:
            attempt = []
        attempt.append(session)
        reach = max(reach, session.updated)
    return attempt


def _is_spoken_for(worker: Session, attempt: Sequence[Session]) -> bool:
    """Say whether the process that a worker belongs to ended in its own words, and knew how the worker ended."""
    parent = next((session for session in attempt if session.seg == worker.parent), None)
    if parent is None or parent.ended is None:
        return False
    return worker.status == "stopped" or worker.updated <= parent.ended
