"""What a rule may see, and what a rule is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import InputError
from ridgeline.select.scorers.outputs import Outputs
from ridgeline.select.scores import Scores


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of the candidates before the target's test set is opened.

    Attributes:
        dev: dev scores, [candidates, tasks]; higher is better.
        target: the task to choose for. It need not be among the columns: its labels may not exist.
        source: the task that the candidates were trained on; None: nobody says.
        pivots: tasks with labels that are neither source nor target.
        outputs: what was recorded of the candidates on the target and on held-out examples of the source, in their
            order; None: nothing.
        representations: by task, the mean of each candidate's features over unlabeled examples of it,
            [candidates, dims]; a row of NaN where none were recorded. None: of no task.
    """

    dev: Scores
    target: str
    source: str | None
    pivots: tuple[str, ...]
    outputs: Outputs | None = None
    representations: Mapping[str, NDArray[np.float64]] | None = None

    @classmethod
    def of(
        cls,
        dev: Scores,
        target: str,
        source: str | None,
        pivots: tuple[str, ...] | None = None,
        *,
        outputs: Outputs | None = None,
        representations: Mapping[str, NDArray[np.float64]] | None = None,
    ) -> "Evidence":
        """Check what is given; no pivots: all tasks but source and target.

        Raises:
            NotFoundError: the source or a pivot is no column.
            InputError: the target is among the pivots, which would give its labels away; or outputs or representations
                are of another number of candidates.
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
        if outputs is not None:
            _same_candidates("outputs", outputs.candidates, dev)
        # Those that are read when a rule asks are of these candidates, and not asked for here.
        for task, means in representations.items() if isinstance(representations, dict) else ():
            if means.ndim != 2:
                raise InputError(
                    f"The representations of {task!r} have the shape {means.shape}; [candidates, dims] is needed.",
                    "scores-shape",
                )
            _same_candidates(f"representations of {task!r}", len(means), dev)
        return cls(dev, target, source, pivots, outputs, representations)


def _same_candidates(what: str, found: int, dev: Scores) -> None:
    if found != len(dev.candidates):
        raise InputError(
            f"There are {what} of {found} candidates, but {len(dev.candidates)} candidates with dev scores. Give those of"
            " the same candidates in the same order.",
            "scores-shape",
        )


@dataclass(frozen=True, slots=True)
class Said:
    """What a rule says of the candidates, where it has something to add.

    Attributes:
        scores: [candidates], higher is better; NaN: it cannot say.
        note: for people, such as that it abstains and why; "" if there is nothing.
    """

    scores: NDArray[np.float64]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A way to choose.

    Attributes:
        name: how it is asked for.
        title: what it goes by, in a few words.
        paper: where it comes from.
        score: what it says of each candidate, [candidates], higher is better; NaN: it cannot say.
            `Said` if it has something to add. Raises InputError if it needs something that the evidence has not.
        rehearse: its regret on the dev set of each pivot as the target, [pivots], where it knows that by itself; raises as
            `score` does. None: it is asked once for each pivot.
    """

    name: str
    title: str
    paper: str
    score: Callable[[Evidence], NDArray[np.float64] | Said]
    rehearse: Callable[[Evidence], NDArray[np.float64]] | None = None

    def ask(self, evidence: Evidence) -> Said:
        """Return what it says, with a note or without.

        Raises:
            InputError: it needs something that the evidence has not.
        """
        answer = self.score(evidence)
        return answer if isinstance(answer, Said) else Said(answer)
