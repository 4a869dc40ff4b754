"""Models that were trained one after another, and the periods that they were tried on."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ridgeline.core.errors import InputError


@dataclass(frozen=True, slots=True)
class Period:
    """The examples that arrived in one period.

    Attributes:
        right: score of each model on each example, higher is better, [models, examples]; NaN: not evaluated.
        features: [examples, dims], known when the examples arrive; None: not recorded.
    """

    right: NDArray[np.float64]
    features: NDArray[np.float64] | None = None

    @classmethod
    def of(cls, right: ArrayLike, features: ArrayLike | None = None) -> "Period":
        """Check and build a period.

        Raises:
            InputError: the shapes do not fit each other, or a feature is NaN or infinite.
        """
        scores = np.asarray(right, dtype=np.float64)
        z = None if features is None else np.asarray(features, dtype=np.float64)
        if (
            scores.ndim != 2
            or 0 in scores.shape
            or (z is not None and (z.ndim != 2 or len(z) != scores.shape[1]))
        ):
            raise InputError(
                f"A period has scores [models, examples] and features [examples, dims]; these have the shapes {scores.shape} and"
                f" {None if z is None else z.shape}.",
                "period-shape",
            )
        if z is not None and not np.isfinite(z).all():
            raise InputError(
                "A feature of a period is NaN or infinite; leave such examples out.", "period-features"
            )
        return cls(scores, z)


@dataclass(frozen=True, slots=True)
class History:
    """Models and periods, both in the order of time.

    Attributes:
        periods: with the scores of all models, also of those that were trained later.
        trained: the period that each model was trained on, [models], ascending. It can be used from the next one on.
        held_out: whether scores on the period that a model was trained on are of examples it was not trained on. Where not, they
            are never looked at: it has seen those labels.
    """

    periods: tuple[Period, ...]
    trained: NDArray[np.int64]
    held_out: bool = False

    @classmethod
    def of(
        cls, periods: Sequence[Period], trained: ArrayLike | None = None, *, held_out: bool = False
    ) -> "History":
        """Check and build a history; by default the model of row i was trained on the period i.

        Raises:
            InputError: periods differ in their models, or a model was trained on no period or before the one in front of it.
        """
        if not periods:
            raise InputError("A history needs at least one period.", "history-empty")
        models = len(periods[0].right)
        when = np.arange(models) if trained is None else np.asarray(trained)
        if (
            when.shape != (models,)
            or when.dtype.kind not in "iu"
            or (np.diff(when) < 0).any()
            or (when < -1).any()
        ):
            raise InputError(
                f"Each of {models} models was trained on one period, counted from 0 (−1: before the first), in the order of time;"
                f" given are {when.tolist()}.",
                "history-trained",
            )
        for at, period in enumerate(periods):
            if len(period.right) != models:
                raise InputError(
                    f"Period {at} has scores of {len(period.right)} models, and the first one of {models}; a model that was not"
                    " evaluated has a row of NaN.",
                    "history-models",
                )
        return cls(tuple(periods), when.astype(np.int64), held_out)

    @classmethod
    def of_scores(
        cls, scores: ArrayLike, trained: ArrayLike | None = None, *, held_out: bool = False
    ) -> "History":
        """Build a history of one score a model and period, [models, periods]; mechanisms that look at examples cannot use it.

        Raises:
            InputError: as in `of`.
        """
        matrix = np.asarray(scores, dtype=np.float64)
        if matrix.ndim != 2:
            raise InputError(
                f"Scores are [models, periods], not of the shape {matrix.shape}.", "period-shape"
            )
        return cls.of([Period.of(column[:, None]) for column in matrix.T], trained, held_out=held_out)


@dataclass(frozen=True, slots=True)
class Past:
    """What is known when a batch arrives.

    Attributes:
        models: rows of the models that can be used, oldest first.
        trained: the period that each of these was trained on.
        periods: those whose labels have arrived, oldest first, with the scores of the usable models alone; NaN where a model was
            trained on the period itself.
        training: features of the periods that the models were trained on, None where there are none.
        features: of the batch that arrived, [examples, dims]; None: not recorded.
    """

    models: NDArray[np.int64]
    trained: NDArray[np.int64]
    periods: tuple[Period, ...]
    training: tuple[NDArray[np.float64] | None, ...]
    features: NDArray[np.float64] | None


def past_of(history: History, now: int, delay: int) -> Past:
    """Return what is known at the start of the period `now`, when labels come `delay` periods late, 0 being at the period's end."""
    models = np.flatnonzero(history.trained < now - delay)
    trained = history.trained[models]
    known = history.periods[: max(0, now - delay)]
    seen = tuple(
        Period(
            np.where((trained == at)[:, None] & (not history.held_out), np.nan, period.right[models]),
            period.features,
        )
        for at, period in enumerate(known)
    )
    training = tuple(history.periods[at].features if at >= 0 else None for at in trained.tolist())
    return Past(models, trained, seen, training, history.periods[now].features)
