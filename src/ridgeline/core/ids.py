"""Names that the program gives: run ids, segment ids and default run names."""

import os
import re

from ridgeline.core.clock import SYSTEM_CLOCK, Clock
from ridgeline.core.errors import InputError

# A run id is a folder name on every file system and stands unescaped in a URL and before the '~' of a live marker.
_RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")


def new_run_id() -> str:
    """Return 16 random lowercase hex digits: 64 bits, so a million runs collide once in 37 million repositories."""
    return os.urandom(8).hex()


def check_run_id(run_id: str) -> str:
    """Return `run_id` unchanged, or raise InputError when it cannot be one."""
    if not isinstance(run_id, str) or _RUN_ID.fullmatch(run_id) is None:
        raise InputError(
            f"A run cannot have the id {run_id!r}: an id is 1 to 128 of the characters A-Z a-z 0-9 . _ - and begins"
            " with a letter or digit. Leave run_id out to get one, or use name= for free text.",
            "run-id-invalid",
        )
    return run_id


def new_segment_id(clock: Clock = SYSTEM_CLOCK) -> str:
    """Return a segment id: the time in nanoseconds as 16 hex digits, '-', 8 random hex digits. Sorts by time."""
    return f"{clock.time_ns():016x}-{os.urandom(4).hex()}"


def default_run_name(run_id: str) -> str:
    """Return the name of a run that was given none."""
    return f"run-{run_id[:6]}"
