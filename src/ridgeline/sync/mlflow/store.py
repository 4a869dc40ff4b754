"""What all of MLflow's stores answer, and the source that they are together with what the user chose."""

import fnmatch
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from ridgeline.core.errors import InputError, RidgelineError
from ridgeline.sync.context_patterns import ContextPatterns
from ridgeline.sync.mlflow.describe import MlflowRun, describe
from ridgeline.sync.passes import UnreachableError, mark_of
from ridgeline.sync.source import SourceArtifact, SourceRun


class Store(Protocol):
    """Where MLflow keeps its runs. `source` says where that is, without any password."""

    source: str

    def listed(self, takes: Callable[[str], bool]) -> dict[str, str]:
        """Return of each run in the experiments that `takes` takes a mark that changes when the run does."""

    def run(self, run_id: str) -> MlflowRun:
        """Return a run that was listed, without its artifacts."""

    def artifacts(self, run_id: str) -> Sequence[SourceArtifact]:
        """Return the files of a run that was listed, each with a way to copy it."""

    def taken(self, run_id: str) -> None:
        """Be told that what was last read of a run stands in the repository."""

    def close(self) -> None:
        """Let go of the store."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which runs and artifacts to take over, and whether files are copied or linked."""

    experiment: str = ""  # a name, or a regular expression that matches a whole one
    exclude_artifacts: tuple[str, ...] = ()  # globs
    copy_artifacts: bool = False

    def __post_init__(self) -> None:
        try:
            re.compile(self.experiment)
        except re.error as error:
            message = f"{self.experiment!r} is no name of an experiment and no regular expression ({error})."
            raise InputError(message, "bad-experiment") from error

    def takes(self, experiment: str) -> bool:
        """Say whether the runs of an experiment are to be taken over."""
        return self.experiment in ("", experiment) or re.fullmatch(self.experiment, experiment) is not None

    def takes_artifacts(self) -> bool:
        """Say whether any artifact may be taken over."""
        return "*" not in self.exclude_artifacts

    def artifacts(self, found: Sequence[SourceArtifact]) -> list[SourceArtifact]:
        """Return the artifacts that are not left out, without a way to copy those that are to be linked."""
        kept = (
            one
            for one in found
            if not any(fnmatch.fnmatch(one.name, glob) for glob in self.exclude_artifacts)
        )
        return [one if self.copy_artifacts else replace(one, copy=None) for one in kept]


class MlflowSource:
    """The runs of a store that a selection takes, with contexts made of their metrics' keys."""

    def __init__(self, store: Store, patterns: ContextPatterns, selection: Selection) -> None:
        self._store = store
        self._marks: dict[str, str] = {}
        self._patterns = patterns
        self._selection = selection

    def listed(self) -> dict[str, str]:
        """Return the ids of runs with their marks, which tell of what the user chose, too."""
        chosen = (self._patterns.patterns, self._selection.exclude_artifacts, self._selection.copy_artifacts)
        self._marks = {
            run_id: mark_of(mark, chosen)
            for run_id, mark in self._store.listed(self._selection.takes).items()
        }
        return self._marks

    def read(self, run_id: str) -> Iterator[SourceRun]:
        """Return a run in one part; where its artifacts cannot be listed, all else comes first."""
        run = describe(self._store.run(run_id), self._store.source, self._patterns)
        problem: RidgelineError | None = None
        artifacts: Sequence[SourceArtifact] = ()
        if self._selection.takes_artifacts():
            try:
                artifacts = self._selection.artifacts(self._store.artifacts(run_id))
            except UnreachableError:
                raise
            except RidgelineError as error:
                problem = error
        mark = None if problem else self._marks[run_id]
        yield replace(run, artifacts=tuple(artifacts), mark=mark)
        self._store.taken(run_id)
        if problem is not None:
            raise problem

    def close(self) -> None:
        self._store.close()
