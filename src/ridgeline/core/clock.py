"""Time, passed in wherever it is needed, so that tests choose it."""

import time
from typing import Protocol


class Clock(Protocol):
    """What tells the time."""

    def time(self) -> float:
        """Return seconds since the epoch, UTC."""

    def time_ns(self) -> int:
        """Return nanoseconds since the epoch, UTC."""

    def monotonic(self) -> float:
        """Return seconds that never run backwards, from an arbitrary start."""


class SystemClock:
    """The clock of this machine."""

    def time(self) -> float:
        return time.time()

    def time_ns(self) -> int:
        return time.time_ns()

    def monotonic(self) -> float:
        return time.monotonic()


SYSTEM_CLOCK: Clock = SystemClock()
