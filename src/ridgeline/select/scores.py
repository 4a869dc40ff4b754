"""A matrix of scores: candidates × tasks."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ridgeline.core.errors import InputError, NotFoundError, did_you_mean

_DIGITS = 13


@dataclass(frozen=True, slots=True)
class Scores:
    """How well each candidate does each task; higher is better.

    Attributes:
        candidates: one name a row, unique.
        tasks: one name a column, unique; for example languages.
        values: [candidates, tasks]; NaN where a candidate was not evaluated.
    """

    candidates: tuple[str, ...]
    tasks: tuple[str, ...]
    values: NDArray[np.float64]

    @classmethod
    def of(cls, candidates: Sequence[str], tasks: Sequence[str], values: ArrayLike) -> "Scores":
        """Check and build a matrix.

        Raises:
            InputError: the shape does not fit the names, or a name stands twice.
        """
        matrix = np.asarray(values, dtype=np.float64)
        if matrix.shape != (len(candidates), len(tasks)):
            raise InputError(
                f"A score matrix for {len(candidates)} candidates and {len(tasks)} tasks has the shape"
                f" ({len(candidates)}, {len(tasks)}), but the values have {matrix.shape}.",
                "scores-shape",
            )
        for what, names in (("candidate", candidates), ("task", tasks)):
            name, times = max(Counter(names).items(), key=lambda item: item[1], default=("", 0))
            if times > 1:
                raise InputError(
                    f"Each {what} has one name of its own, but {name!r} stands {times} times.", "scores-names"
                )
        return cls(tuple(candidates), tuple(tasks), matrix)

    def column(self, task: str) -> NDArray[np.float64]:
        """Return one task's scores, [candidates].

        Raises:
            NotFoundError: there is no such task.
        """
        if task not in self.tasks:
            raise NotFoundError(
                f"No task {task!r} among {', '.join(self.tasks)}.{did_you_mean(task, self.tasks)}",
                "task-not-found",
            )
        return self.values[:, self.tasks.index(task)]

    def columns(self, tasks: Sequence[str]) -> NDArray[np.float64]:
        """Return several tasks' scores, [candidates, len(tasks)]."""
        return np.stack([self.column(task) for task in tasks], axis=1)

    def mean(self, tasks: Sequence[str]) -> NDArray[np.float64]:
        """Return the mean over several tasks, at least one, [candidates]; NaN where a candidate lacks one of the scores.

        Rounded to 13 digits of the largest: accuracies on 250 items have means that tie, and the last bits of a sum, which
        depend on the order of the tasks, would choose among them.
        """
        mean = self.columns(tasks).mean(axis=1)
        largest = np.abs(mean[np.isfinite(mean)]).max(initial=0.0)
        if not largest:
            return np.asarray(mean)
        return np.asarray(mean.round(_DIGITS - 1 - int(np.floor(np.log10(largest)))))
