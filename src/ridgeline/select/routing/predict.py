"""Predict from an example's features what each candidate will lose on it."""

from collections.abc import Callable
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ridgeline.core.errors import InputError
from ridgeline.select.stats.result import finite

Predictor = Literal["ridge", "knn", "mean"]
Learn: TypeAlias = Callable[
    [NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]
]
"""Features and losses of known examples, and features of new ones, to losses of these: [examples, candidates]."""

PENALTIES = np.logspace(-3, 6, 28)
"""Ridge penalties that are tried, beside features of variance one."""
NEIGHBOURS = 25
"""Known examples whose losses are averaged: the standard error of an error rate is then 0.1 at most."""
ROWS = 512
"""New examples whose distances to all known ones are held at once: 20 MB for 5,000."""


def predicted_losses(
    features: ArrayLike, losses: ArrayLike, *, predictor: Predictor = "ridge", folds: int = 5, seed: int = 0
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Predict every candidate's loss on every example, by what was learned from the other folds.

    The router of Hari & Thomson 2023, "Tryage" (arXiv:2308.11601), predicts each expert's loss from the prompt.

    Departs:
        There a small language model learns to predict; here ridge regression or neighbours do, on features that are given.

    Args:
        features: [examples, dims].
        losses: lower is better, [examples, candidates]; for example 0 for right and 1 for wrong, or −ln p of the label.
        predictor: "ridge", its penalty by leaving out one at a time; "knn", the mean over the nearest known examples; "mean",
            which ignores the features and so sends all to one candidate.
        folds: how many parts the examples are dealt to; each is predicted from the others.
        seed: of the deal.

    Returns:
        Predicted losses, [examples, candidates], and the fold of each example, [examples].

    Raises:
        InputError: the arrays do not fit each other, a value is NaN or infinite, or there are fewer examples than folds.
    """
    x, y = finite(features, "The features", 2), finite(losses, "The losses", 2)
    if len(x) != len(y) or not 2 <= folds <= len(x):
        raise InputError(
            f"Features of {len(x)} examples, losses of {len(y)} and {folds} folds do not fit: both need the same examples, and"
            " folds are at least 2 and at most as many as there are examples.",
            "routing-shape",
        )
    learn = find_predictor(predictor)
    fold = np.random.default_rng(seed).permutation(np.arange(len(x)) % folds)
    predicted = np.empty(y.shape)
    for one in range(folds):
        out = fold == one
        predicted[out] = learn(x[~out], y[~out], x[out])
    return predicted, fold


def find_predictor(name: str) -> Learn:
    """Return what learns to predict, by its name.

    Raises:
        InputError: there is none of this name.
    """
    known: dict[str, Learn] = {"ridge": ridge, "knn": nearest, "mean": mean}
    if name not in known:
        raise InputError(f"There is no predictor {name!r} among {', '.join(known)}.", "routing-predictor")
    return known[name]


def ridge(x: NDArray[np.float64], y: NDArray[np.float64], new: NDArray[np.float64]) -> NDArray[np.float64]:
    """Predict losses by linear regression with a free intercept, the penalty chosen for each candidate alone.

    The penalty of `PENALTIES` with the least squared error when each known example is predicted from the others, in closed form:
    residual over 1 − h (Hastie, Tibshirani & Friedman 2009, equation 7.64). Columns are scaled to variance one.

    Args:
        x: [known examples, dims].
        y: [known examples, candidates].
        new: [new examples, dims].
    """
    centre, middle = x.mean(axis=0), y.mean(axis=0)
    scale = x.std(axis=0)
    scale = np.where(scale > 0, scale, 1)
    u, s, vt = np.linalg.svd((x - centre) / scale, full_matrices=False)
    kept = s > np.finfo(np.float64).eps * max(x.shape) * max(float(s[0]), 1.0)
    u, s, vt = u[:, kept], s[kept], vt[kept]
    known = u.T @ (y - middle)  # [rank, candidates]
    factors = s**2 / (s**2 + PENALTIES[:, None])  # [penalties, rank]
    leverage = 1 / len(x) + (u**2) @ factors.T  # [known examples, penalties]; 1/n is the intercept's
    errors = np.empty((len(PENALTIES), y.shape[1]))
    for at, factor in enumerate(factors):
        left = (y - middle) - u @ (factor[:, None] * known)
        errors[at] = ((left / np.maximum(1 - leverage[:, at, None], 1e-9)) ** 2).sum(axis=0)
    best = errors.argmin(axis=0)  # [candidates]
    weights = vt.T @ ((s / (s**2 + PENALTIES[best, None])).T * known)
    result: NDArray[np.float64] = middle + ((new - centre) / scale) @ weights
    return result


def nearest(x: NDArray[np.float64], y: NDArray[np.float64], new: NDArray[np.float64]) -> NDArray[np.float64]:
    """Predict losses by the mean over the nearest known examples, in features scaled to variance one; arguments as of `ridge`."""
    scale = x.std(axis=0)
    scale = np.where(scale > 0, scale, 1)
    known, asked = x / scale, new / scale
    k = min(NEIGHBOURS, len(x))
    length = (known**2).sum(axis=1)
    predicted = np.empty((len(new), y.shape[1]))
    for start in range(0, len(new), ROWS):
        rows = slice(start, start + ROWS)
        near = np.argpartition(length - 2 * asked[rows] @ known.T, k - 1, axis=1)[:, :k]
        predicted[rows] = y[near].mean(axis=1)
    return predicted


def mean(x: NDArray[np.float64], y: NDArray[np.float64], new: NDArray[np.float64]) -> NDArray[np.float64]:  # noqa: ARG001 - a predictor that looks at no features
    """Predict each candidate's mean loss; arguments as of `ridge`."""
    return np.tile(y.mean(axis=0), (len(new), 1))
