"""Mean features of candidates on tasks, from what runs have recorded."""

from collections.abc import Iterator, Mapping
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import InputError
from ridgeline.select.tracked_outputs import TrackedOutputs
from ridgeline.select.tracked_predictions import RecordedSet


class Representations(Mapping[str, NDArray[np.float64]]):
    """The mean of each candidate's features over unlabeled examples of a task, by task, [candidates, dims]; read when asked.

    A row is NaN where nothing was recorded. Tasks of which nothing was recorded are not in it.
    """

    def __init__(self, outputs: TrackedOutputs) -> None:
        """Look at what was recorded."""
        self._outputs = outputs
        self._read: dict[str, NDArray[np.float64]] = {}

    @cached_property
    def _tasks(self) -> tuple[str, ...]:
        scores = self._outputs.scores
        tasks = dict.fromkeys((*scores.dev.tasks, *scores.test.tasks))
        return tuple(task for task in tasks if _rows(self._outputs.recorded(task)))

    def __getitem__(self, task: str) -> NDArray[np.float64]:
        if task not in self._tasks:
            raise KeyError(task)
        if task not in self._read:
            self._read[task] = _means(task, self._outputs.recorded(task))
        return self._read[task]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tasks)

    def __len__(self) -> int:
        return len(self._tasks)


def _rows(recorded: RecordedSet) -> list[int]:
    return [
        row for row in range(len(recorded.entries)) if recorded.holds(row) & {"features", "mean_features"}
    ]


def _means(task: str, recorded: RecordedSet) -> NDArray[np.float64]:
    means = {row: mean for row in _rows(recorded) if (mean := recorded.read(row).mean()) is not None}
    sizes = {len(mean) for mean in means.values()}
    if len(sizes) != 1:
        raise InputError(
            f"The features of {task!r} have {', '.join(map(str, sorted(sizes))) or 'no'} dims, so candidates do not"
            " compare. Choose among runs of one architecture.",
            "feature-dims",
        )
    found = np.full((len(recorded.entries), sizes.pop()), np.nan)
    for row, mean in means.items():
        found[row] = mean
    return found
