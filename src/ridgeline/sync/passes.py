"""Passes over another tracker: each takes over what changed since the last one."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from ridgeline.core.errors import RidgelineError, StorageError
from ridgeline.query.repo import Repo
from ridgeline.sync.live import LiveRuns
from ridgeline.sync.source import SourceRun
from ridgeline.sync.take_over import Moved, held_marks, take_over

# So many runs in a row that a source does not answer for, and the others are left for the next pass.
_MOST_UNANSWERED = 3


class UnreachableError(StorageError):
    """A source does not answer any more."""


class Source(Protocol):
    """Another tracker, or a folder of it."""

    def listed(self) -> dict[str, str]:
        """Return the ids of runs with their marks: a text that changes when the run does, the same in every process.

        Raises:
            InputError: The source is not what was asked for, or refuses.
            StorageError: It cannot be read.
        """

    def read(self, run_id: str) -> Iterator[SourceRun]:
        """Yield a run, whole or in parts of its points and objects; what was yielded is there when the next is asked for.

        What could not be read may be told of by an error after the last part.

        Raises:
            InputError: It is not there any more.
            StorageError: It cannot be read.
        """

    def close(self) -> None:
        """Let go of the source."""


def mark_of(*parts: object) -> str:
    """Return a mark of values whose repr is the same in every process."""
    return hashlib.blake2b(repr(parts).encode(), digest_size=12).hexdigest()


@dataclass(slots=True)
class Passes:
    """Takes over a source pass by pass; a run that did not change since the last pass is not read again.

    Attributes:
        repo: Where to.
        source: Where from.
        live: Shows runs that go on as running; None: they are lost until the source says how they ended.
        on_run: Is called with how many runs of how many are done.
        on_failure: Is called with the id of a run and what went wrong with it.
    """

    repo: Repo
    source: Source
    live: LiveRuns | None = None
    on_run: Callable[[int, int], object] = lambda _done, _of: None
    on_failure: Callable[[str, str], object] = lambda _run, _why: None
    _marks: dict[str, str] | None = None
    _told: set[tuple[str, str]] = field(default_factory=set)

    def once(self) -> Moved:
        """Take over what changed and return what was written. A run that fails is told of, tried again next time, and the rest goes on.

        Raises:
            InputError: The source is not what was asked for, or refuses.
            StorageError: The source cannot be read at all.
        """
        listed = self.source.listed()
        self.repo.refresh()
        if self._marks is None:
            self._marks = held_marks(self.repo, listed)
        changed = [run_id for run_id, mark in listed.items() if self._marks.get(run_id) != mark]
        moved: list[Moved] = []
        n_unanswered = 0
        for n_done, run_id in enumerate(changed, 1):
            try:
                problems = self._take(run_id, moved)
                n_unanswered = 0
            except RidgelineError as error:
                problems = [error.message]
                n_unanswered = n_unanswered + 1 if isinstance(error, UnreachableError) else 0
            if not problems:
                self._marks[run_id] = listed[run_id]
            self._tell(run_id, problems)
            self.on_run(n_done, len(changed))
            if n_unanswered == _MOST_UNANSWERED and n_done < len(changed):
                left = len(changed) - n_done
                self.on_failure(f"{left:,} more", "They are left for the next pass, as nothing answers.")
                break
        return sum(moved, Moved())

    def _take(self, run_id: str, moved: list[Moved]) -> list[str]:
        """Take over a run, add what was written to `moved` and return what could not be."""
        problems: list[str] = []
        for n_parts, part in enumerate(self.source.read(run_id)):
            if n_parts:
                self.repo.refresh()
            moved.append(take_over(self.repo, part, live=self.live))
            problems += moved[-1].problems
        return problems

    def _tell(self, run_id: str, problems: list[str]) -> None:
        """Tell of what went wrong, once as long as it stays the same."""
        for problem in problems:
            if (run_id, problem) not in self._told:
                self._told.add((run_id, problem))
                self.on_failure(run_id, problem)
