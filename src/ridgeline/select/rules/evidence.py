"""What a rule may see, and what a rule is."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import InputError
from ridgeline.select.scores import Scores


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of the candidates before the target's test set is opened.

    Attributes:
        dev: dev scores, [candidates, tasks]; higher is better.
        target: the task to choose for. It need not be among the columns: its labels may not exist.
        source: the task that the candidates were trained on; None: nobody says.
        pivots: tasks with labels that are neither source nor target.
    """

    dev: Scores
    target: str
    source: str | None
    pivots: tuple[str, ...]

    @classmethod
    def of(
        cls, dev: Scores, target: str, source: str | None, pivots: tuple[str, ...] | None = None
    ) -> "Evidence":
        """Check what is given; no pivots: all tasks but source and target.

        Raises:
            NotFoundError: the source or a pivot is no column.
            InputError: the target is among the pivots, which would give its labels away.
        """
        if source is not None:
            dev.column(source)
        if pivots is None:
            pivots = tuple(task for task in dev.tasks if task not in (source, target))
        for pivot in pivots:
            dev.column(pivot)
        if target in pivots:
            raise InputError(
                f"The target {target!r} is among the pivots {', '.join(pivots)}. A pivot is a task with labels other"
                " than the target; leave it out.",
                "target-as-pivot",
            )
        return cls(dev, target, source, pivots)


@dataclass(frozen=True, slots=True)
class Rule:
    """A way to choose.

    Attributes:
        name: how it is asked for.
        title: what it goes by, in a few words.
        paper: where it comes from.
        score: what it says of each candidate, [candidates], higher is better; NaN: it cannot say.
            Raises InputError if it needs something that the evidence has not.
    """

    name: str
    title: str
    paper: str
    score: Callable[[Evidence], NDArray[np.float64]]
