"""Passes over an MLflow store: each takes over what changed since the last one."""

import fnmatch
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from ridgeline.core.errors import InputError, RidgelineError
from ridgeline.query.repo import Repo
from ridgeline.sync.context_patterns import ContextPatterns
from ridgeline.sync.mlflow.describe import MlflowRun, describe
from ridgeline.sync.mlflow.files import FileStore
from ridgeline.sync.mlflow.sql import SqliteStore
from ridgeline.sync.take_over import Moved, take_over


class Store(Protocol):
    """Where MLflow keeps its runs."""

    source: str

    def run_marks(self) -> dict[str, int]:
        """Return of each run a number that changes when the run does."""

    def runs(self, wanted: Sequence[str]) -> Iterator[MlflowRun]:
        """Return runs by their ids."""

    def close(self) -> None:
        """Let go of the store."""


def open_store(tracking_uri: str) -> Store:
    """Return the store behind a tracking URI: `sqlite:///mlflow.db`, `file:///…/mlruns` or a path of either.

    Raises:
        InputError: It is of a kind that cannot be read yet, or is not there.
    """
    scheme = urlsplit(tracking_uri).scheme
    if scheme == "sqlite":
        return SqliteStore(Path(unquote(tracking_uri.removeprefix("sqlite:///"))))
    path = Path(unquote(urlsplit(tracking_uri).path)) if scheme == "file" else Path(tracking_uri)
    if scheme in ("", "file"):
        return SqliteStore(path) if path.is_file() else FileStore(path)
    message = f"The tracking URI {tracking_uri!r} is of a kind that cannot be read yet. Give sqlite:///mlflow.db, or the folder mlruns."
    raise InputError(message, "mlflow-kind")


@dataclass(frozen=True, slots=True)
class Selection:
    """Which runs and artifacts to take over."""

    experiment: str = ""  # a name, or a regular expression that matches a whole one
    exclude_artifacts: tuple[str, ...] = ()  # globs

    def takes(self, run: MlflowRun) -> bool:
        """Say whether a run is to be taken over."""
        if not self.experiment or run.experiment == self.experiment:
            return True
        try:
            return re.fullmatch(self.experiment, run.experiment) is not None
        except re.error as error:
            message = f"{self.experiment!r} is no name of an experiment and no regular expression ({error})."
            raise InputError(message, "bad-experiment") from error

    def without_artifacts(self, run: MlflowRun) -> MlflowRun:
        """Return a run without the artifacts that are left out."""
        kept = [
            one
            for one in run.artifacts
            if not any(fnmatch.fnmatch(one.name, glob) for glob in self.exclude_artifacts)
        ]
        return replace(run, artifacts=kept)


@dataclass(slots=True)
class Passes:
    """Takes over a store pass by pass; a run that did not change since the last pass is not looked at again."""

    repo: Repo
    store: Store
    patterns: ContextPatterns
    selection: Selection
    on_run: Callable[[int, int], object] = lambda _done, _of: None
    on_failure: Callable[[str, str], object] = lambda _run, _why: None
    _marks: dict[str, int] = field(default_factory=dict)

    def once(self) -> Moved:
        """Take over what changed and return what was written. A run that fails is told of, tried again next time, and the rest goes on.

        Raises:
            StorageError: The store itself cannot be read.
        """
        marks = self.store.run_marks()
        changed = [run_id for run_id, mark in marks.items() if self._marks.get(run_id) != mark]
        self.repo.refresh()
        moved = Moved()
        done = 0
        for run in self._readable(changed):
            if self.selection.takes(run):
                try:
                    source_run = describe(
                        self.selection.without_artifacts(run), self.store.source, self.patterns
                    )
                    moved += take_over(self.repo, source_run)
                except RidgelineError as error:
                    self.on_failure(run.run_id, error.message)
                    continue
            self._marks[run.run_id] = marks[run.run_id]
            done += 1
            self.on_run(done, len(changed))
        return moved

    def _readable(self, run_ids: Sequence[str]) -> Iterator[MlflowRun]:
        """Read runs one after another; one that cannot be read does not end the others."""
        try:
            read = []
            for run in self.store.runs(run_ids):
                read.append(run.run_id)
                yield run
        except RidgelineError as error:
            left = [run_id for run_id in run_ids if run_id not in set(read)]
            if not left:
                raise
            self.on_failure(left[0], error.message)
            if left[1:]:
                yield from self._readable(left[1:])
