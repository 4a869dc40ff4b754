"""Ways to choose among old models for the batch that arrives now."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import InputError, NotFoundError, did_you_mean
from ridgeline.select.reuse.history import Past, Period

WINDOW = 3
"""Labelled periods that count as recent."""
NEIGHBOURS = 7
"""Nearest labelled examples by which a model is judged for one example; Ko, Sabourin & Britto 2008 use 7 or so."""
AIOPS = "Lyu, Li, Li & Hassan 2025, arXiv:2505.02961"


@dataclass(frozen=True, slots=True)
class Mechanism:
    """A way to choose a model, by name.

    Attributes:
        name: how it is asked for.
        title: what it does, in a few words.
        paper: where it comes from.
        score: what it says of each model that can be used, higher is better: [models] for the whole batch, or [models, examples]
            of each example; NaN: it cannot say. Of those that tie, and where it can say nothing, the newest is taken.
            Raises InputError if it needs features that were not recorded.
    """

    name: str
    title: str
    paper: str
    score: Callable[[Past], NDArray[np.float64]]


def _newest(past: Past) -> NDArray[np.float64]:
    return np.zeros(len(past.models))


def _first(past: Past) -> NDArray[np.float64]:
    return -np.arange(len(past.models), dtype=np.float64)


def mean_score(periods: tuple[Period, ...], models: int) -> NDArray[np.float64]:
    """Return each model's mean over periods of its mean over examples, [models]; NaN where it has none."""
    if not periods:
        return np.full(models, np.nan)
    return _nanmean(np.stack([_nanmean(period.right) for period in periods], axis=1))


def _best_last(past: Past) -> NDArray[np.float64]:
    return mean_score(past.periods[-1:], len(past.models))


def _best_recent(past: Past) -> NDArray[np.float64]:
    return mean_score(past.periods[-WINDOW:], len(past.models))


def _best_ever(past: Past) -> NDArray[np.float64]:
    return mean_score(past.periods, len(past.models))


def distance(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Return how far two samples of features lie apart: the mean over dims of the Kolmogorov-Smirnov statistic, 0 to 1.

    Args:
        a: [examples, dims].
        b: [other examples, dims].
    """
    gaps = []
    for one, other in zip(np.sort(a, axis=0).T, np.sort(b, axis=0).T, strict=True):
        both = np.concatenate([one, other])
        below = [np.searchsorted(part, both, side="right") / len(part) for part in (one, other)]
        gaps.append(np.abs(below[0] - below[1]).max())
    return float(np.mean(gaps))


def _similar_training(past: Past) -> NDArray[np.float64]:
    now = _batch(past, "similar-training")
    return np.array([np.nan if then is None else -distance(then, now) for then in past.training])


def _similar_period(past: Past) -> NDArray[np.float64]:
    now = _batch(past, "similar-period")
    known = [period for period in past.periods if period.features is not None]
    if not known:
        return np.full(len(past.models), np.nan)
    # Of equally similar periods the latest.
    nearest = min(
        reversed(known), key=lambda period: 1.0 if period.features is None else distance(period.features, now)
    )
    return mean_score((nearest,), len(past.models))


def _local_accuracy(past: Past) -> NDArray[np.float64]:
    return _nanmean(_neighbours(past, "local-accuracy"), axis=2)


def _knora(past: Past) -> NDArray[np.float64]:
    """Return how many nearest neighbours in a row, from the nearest on, each model gets right, [models, examples]."""
    right = _neighbours(past, "knora") >= 0.5
    in_a_row: NDArray[np.float64] = np.cumprod(right, axis=2).sum(axis=2).astype(np.float64)
    return in_a_row


def _neighbours(past: Past, asker: str) -> NDArray[np.float64]:
    """Return scores on the labelled examples of recent periods that are nearest to each new example, nearest first.

    Returns:
        [models, new examples, neighbours]; features are scaled to variance one over the labelled examples.
    """
    now = _batch(past, asker)
    recent = [(p.features, p.right) for p in past.periods[-WINDOW:] if p.features is not None]
    if not recent:
        return np.full((len(past.models), len(now), 1), np.nan)
    z, right = np.concatenate([f for f, _ in recent]), np.concatenate([r for _, r in recent], axis=1)
    scale = z.std(axis=0)
    scale = np.where(scale > 0, scale, 1)
    z, now = z / scale, now / scale
    gaps = (z**2).sum(axis=1) - 2 * now @ z.T
    nearest = np.argsort(gaps, axis=1, kind="stable")[:, :NEIGHBOURS]
    return right[:, nearest]


def _batch(past: Past, asker: str) -> NDArray[np.float64]:
    if past.features is None:
        raise InputError(
            f"The mechanism {asker} compares features of the batch with those of the past, and none were recorded. Record them or"
            " leave the mechanism out.",
            "reuse-features",
        )
    return past.features


def _nanmean(values: NDArray[np.float64], axis: int = 1) -> NDArray[np.float64]:
    """Return the mean of what is known along an axis; NaN where nothing is."""
    known = (~np.isnan(values)).sum(axis=axis)
    mean: NDArray[np.float64] = np.nansum(values, axis=axis) / np.where(known > 0, known, np.nan)
    return mean


MECHANISMS = {
    mechanism.name: mechanism
    for mechanism in (
        Mechanism("newest", "the newest model: retrain each period", AIOPS, _newest),
        Mechanism("first", "the first model: never retrain", AIOPS, _first),
        Mechanism("best-last", "best on the last labelled period", AIOPS, _best_last),
        Mechanism("best-recent", f"best on the last {WINDOW} labelled periods", AIOPS, _best_recent),
        Mechanism("best-ever", "best on average over all labelled periods", AIOPS, _best_ever),
        Mechanism("similar-training", "trained on the period most like the batch", AIOPS, _similar_training),
        Mechanism(
            "similar-period", "best on the labelled period most like the batch", "Ridgeline", _similar_period
        ),
        Mechanism(
            "local-accuracy",
            "per example: best on its nearest labelled examples",
            "Woods, Kegelmeyer & Bowyer 1997, IEEE TPAMI 19",
            _local_accuracy,
        ),
        Mechanism(
            "knora",
            "per example: right on the most nearest labelled examples in a row",
            "Ko, Sabourin & Britto 2008, Pattern Recognition 41; the newest of those that tie instead of their vote",
            _knora,
        ),
    )
}


def find_mechanism(name: str) -> Mechanism:
    """Return a mechanism by its name.

    Raises:
        NotFoundError: there is none of this name.
    """
    if name not in MECHANISMS:
        raise NotFoundError(
            f"No mechanism {name!r} among {', '.join(MECHANISMS)}.{did_you_mean(name, MECHANISMS)}",
            "mechanism-not-found",
        )
    return MECHANISMS[name]
