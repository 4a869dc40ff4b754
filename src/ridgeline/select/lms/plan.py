"""How LMS is trained, and what it is trained on."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import InputError
from ridgeline.select.lms.network import Array
from ridgeline.select.lms.train import Lesson

MIN_PIVOTS = 3
"""With fewer, leaving one out leaves one task or none to learn from, and no more than two gains to judge by."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Settings of LMS; what is a tuple is chosen from by leave-one-pivot-out.

    Attributes:
        learning_rates: of Adam, ascending.
        epochs: ascending; an epoch is one step over all pairs of candidates in all pivots.
        hidden: width of the hidden layers. The paper has 512 for 768 dims and 512-d language vectors.
        dims: how many principal axes of the representations the networks see.
        dropout: of the hidden layer of each tower.
        part: of the candidates that one member of the ensemble learns from.
        members: of the ensemble, each with a split of the candidates of its own.
        rehearsal_members: of the ensembles that leave a pivot out.
        confidence: of the one-sided test that LMS beats the plain rules; below it, LMS abstains.
        seed: of splits, initial weights and dropout.
        backend: `numpy`, or `torch` for the extra of that name, on `device`.
        device: a device of PyTorch's, `cpu` or `cuda`.
    """

    learning_rates: tuple[float, ...] = (0.005, 0.02)
    epochs: tuple[int, ...] = (20, 40, 80)
    hidden: int = 16
    dims: int = 32
    dropout: float = 0.1
    part: float = 0.5
    members: int = 5
    rehearsal_members: int = 2
    confidence: float = 0.95
    seed: int = 0
    backend: Literal["numpy", "torch"] = "numpy"
    device: str = "cpu"

    def __post_init__(self) -> None:
        wrong = [
            f"{name} = {value}"
            for name, value, fine in (
                ("learning_rates", self.learning_rates, _ascends(self.learning_rates)),
                ("epochs", self.epochs, _ascends(self.epochs)),
                ("hidden", self.hidden, self.hidden > 0),
                ("dims", self.dims, self.dims > 0),
                ("dropout", self.dropout, 0 <= self.dropout < 1),
                ("part", self.part, 0 < self.part <= 1),
                ("members", self.members, self.members > 0),
                ("rehearsal_members", self.rehearsal_members, self.rehearsal_members > 0),
                ("confidence", self.confidence, 0.5 <= self.confidence < 1),
            )
            if not fine
        ]
        if wrong:
            raise InputError(
                f"LMS cannot be trained with {', '.join(wrong)}: learning rates and epochs are positive and ascend, counts"
                " are positive, dropout is in [0, 1), part in (0, 1], confidence in [0.5, 1).",
                "lms-plan",
            )

    @property
    def settings(self) -> tuple[tuple[float, int], ...]:
        """Learning rate and epochs of each choice, the gentlest first."""
        return tuple((rate, epochs) for rate in self.learning_rates for epochs in self.epochs)


@dataclass(frozen=True, slots=True)
class Material:
    """What networks are given: tasks are the pivots that can be learned from, and last the target.

    Attributes:
        pivots: their names.
        inputs: representations, [tasks, candidates, dims]; 0 where none is recorded.
        known: where one is recorded, [tasks, candidates].
        languages: [tasks, language dims].
        dev: dev scores of the pivots, [pivots, candidates]; NaN: not evaluated, or no representation is recorded.
    """

    pivots: tuple[str, ...]
    inputs: Array
    known: NDArray[np.bool_]
    languages: Array
    dev: NDArray[np.float64]

    @property
    def has_new(self) -> bool:
        """Whether there are candidates to score that have no dev score of any pivot."""
        return bool((self.known[-1] & np.isnan(self.dev).all(axis=0)).any())

    def splits(self, plan: Plan, members: int) -> NDArray[np.intp]:
        """Draw the candidates that each member learns from, [members, n], ascending: at least two."""
        able = np.flatnonzero((~np.isnan(self.dev)).any(axis=0))
        n = min(len(able), max(2, round(plan.part * len(able))))
        rng = np.random.default_rng([plan.seed, 2])
        return np.stack([np.sort(rng.permutation(able)[:n]) for _ in range(members)])

    def lesson(self, plan: Plan, rows: NDArray[np.intp], asked: int, settings: tuple[float, ...]) -> Lesson:
        """Return what networks learn that are asked about one task, whose dev scores they do not see.

        Args:
            plan: the settings.
            rows: candidates to learn from, [members, n].
            asked: the task; a pivot is left out of what is learned.
            settings: learning rates; there is a network a learning rate and member, in this order.
        """
        seen = [task for task in range(len(self.pivots)) if task != asked]
        k = len(settings) * len(rows)
        cells = np.ix_(seen, range(self.dev.shape[1]))
        inputs, dev = self.inputs[cells], self.dev[seen]
        per_member = np.stack([inputs[:, row] for row in rows])
        return Lesson(
            representations=np.tile(per_member, (len(settings), 1, 1, 1)),
            languages=np.repeat(self.languages[None, seen], k, axis=0),
            dev=np.tile(np.stack([dev[:, row] for row in rows]), (len(settings), 1, 1)),
            asked=self.inputs[None, [asked]],
            asked_languages=self.languages[None, [asked]],
            learning_rates=np.repeat(settings, len(rows)),
            epochs=plan.epochs,
            hidden=plan.hidden,
            dropout=plan.dropout,
            seed=plan.seed,
        )


def _ascends(values: tuple[float, ...]) -> bool:
    return bool(values) and values[0] > 0 and all(a < b for a, b in pairwise(values))
