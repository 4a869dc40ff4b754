"""The one place where failures of recording stop, so that none reaches the program that is being recorded.

Whatever may fail because of a disk, a driver or another program runs inside `Boundary.guard`. A failure there becomes a
counted warning: an event in the log of the run, and once per slug a Python warning.
"""

import sys
import warnings
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

from ridgeline.core.errors import RidgelineError


class RecordingWarning(RuntimeWarning):
    """Something could not be recorded; the program goes on."""


@dataclass(frozen=True, slots=True)
class Mishap:
    """A kind of failure, how often it happened since it was last written down, and its newest message."""

    slug: str
    message: str
    count: int


class Guard:
    """Context manager that turns an exception of its block into a counted warning.

    `failed` tells afterwards whether there was one.
    """

    def __init__(self, boundary: "Boundary", slug: str, doing: str) -> None:
        self._boundary = boundary
        self._slug = slug
        self._doing = doing
        self.failed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        # KeyboardInterrupt and SystemExit belong to the program and pass.
        if not isinstance(error, Exception):
            return False
        self.failed = True
        if isinstance(error, RidgelineError):
            self._boundary.report(error.slug, f"{self._doing}: {error.message}")
            return True
        self._boundary.report(self._slug, f"{self._doing}: {type(error).__name__}: {error}")
        return True


class Boundary:
    """Counts what went wrong while one run was recorded.

    Takes no lock, since a signal handler or the garbage collector may interrupt a report and cause another. Two threads
    that fail in the same instant may be counted as one.
    """

    def __init__(self, run_id: str) -> None:
        self._run_id = run_id
        self._reported: dict[str, Mishap] = {}
        self._written: dict[str, int] = {}

    def guard(self, slug: str, doing: str) -> Guard:
        """Return a context manager that swallows and counts failures; `doing` opens their message."""
        return Guard(self, slug, doing)

    def report(self, slug: str, message: str, count: int = 1) -> None:
        """Count a failure; warn about it in Python when it is the first of its kind in this run."""
        earlier = self._reported.get(slug)
        self._reported[slug] = Mishap(slug, message, count + (earlier.count if earlier else 0))
        if earlier is None:
            _announce(f"Run {self._run_id}: {message} [{slug}]")

    def unwritten(self) -> list[Mishap]:
        """Return what happened since the last settle, for the log."""
        news = [
            replace(mishap, count=mishap.count - self._written.get(mishap.slug, 0))
            for mishap in list(self._reported.values())
        ]
        return [mishap for mishap in news if mishap.count]

    def settle(self, written: list[Mishap]) -> None:
        """Take off what the log holds now. Only the writer does."""
        for mishap in written:
            self._written[mishap.slug] = self._written.get(mishap.slug, 0) + mishap.count

    def forked(self) -> None:
        """Leave to the parent, in a fork's child, what it is about to write."""
        self._written = {slug: mishap.count for slug, mishap in self._reported.items()}


def _announce(text: str) -> None:
    """Warn in Python; where warnings are errors, or standard error is gone, still never raise."""
    try:
        warnings.warn(text, RecordingWarning, stacklevel=4)
    except RecordingWarning:
        if sys.stderr is not None:
            try:
                sys.stderr.write(text + "\n")
            except (OSError, ValueError):  # closed: the log still has it
                return
    except (OSError, ValueError):
        return
