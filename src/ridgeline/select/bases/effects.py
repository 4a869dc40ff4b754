"""Gains of intertraining as the sum of an effect of the base and one of the target."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

from ridgeline.core.errors import InputError
from ridgeline.select.stats.resample import check_resampling, resample_counts

ROUNDS = 200
"""Rounds of alternating least squares at most; a table without missing cells needs about 20."""
TOLERANCE = 1e-9
"""Change of the explained sum of squares, as part of it, at which these have converged."""


@dataclass(frozen=True, slots=True)
class Effects:
    """Least-squares fit of gain = mean + base + target, over the cells that are known.

    Attributes:
        mean: mean gain, such that both effects sum to 0.
        base: [bases].
        target: [targets].
        residuals: what the fit leaves, [bases, targets]; NaN where the gain is.
        r_squared: share of the gains' variance that the fit explains.
        r_squared_interval: over resampled bases, bias-corrected.
        base_share: share that the base adds to a fit of the target alone.
        base_share_interval: over resampled bases.
        target_share: share that the target adds to a fit of the base alone.
        product_share: of what targets alone leave, the share that the best product of a base's and a target's number explains:
            1 if targets differ only in how much a better base gives them. `sum_share` is never above it but for the mean.
        sum_share: of what targets alone leave, the share that the base's effect explains.
        spread: root mean square of the residuals.
    """

    mean: float
    base: NDArray[np.float64]
    target: NDArray[np.float64]
    residuals: NDArray[np.float64]
    r_squared: float
    r_squared_interval: tuple[float, float]
    base_share: float
    base_share_interval: tuple[float, float]
    target_share: float
    product_share: float
    sum_share: float
    spread: float


def gain_effects(
    gains: ArrayLike, *, confidence: float = 0.95, n_resamples: int = 500, seed: int = 0
) -> Effects:
    """Ask whether what a base is good for depends on the target.

    Choshen et al. 2022, "Where to start? Analyzing the potential value of intermediate models" (arXiv:2211.00107), find that it
    hardly does: gain(b, t) ≈ f(b) + g(t), so that a few targets suffice to rank the bases.

    Args:
        gains: score of a target fine-tuned from a base minus that from the pretrained model, [bases, targets]; NaN: not known.
        confidence: of the intervals, in (0, 1).
        n_resamples: resamples of the bases.
        seed: of these.

    Raises:
        InputError: there are fewer than two bases or targets, a gain is infinite, no base links some targets with the others, or
            the gains do not vary.
    """
    check_resampling(confidence, n_resamples)
    table, known = _check(gains)
    weights = known.astype(np.float64)
    total, both, only_target, only_base = _explained(table, weights)
    if total <= 0:
        raise InputError("The gains are all the same; there is no effect to tell.", "effects-constant")
    mean, base, target = _fit(table, weights)
    fitted = mean + base[:, None] + target
    residuals = np.where(known, table - fitted, np.nan)
    left = table - np.average(table, axis=0, weights=weights)
    rest = total - only_target
    resampled = np.array(
        [
            _explained(table, weights * counts[:, None])
            for block in resample_counts(len(table), n_resamples, np.random.default_rng(seed))
            for counts in block
            if ((weights * counts[:, None]).sum(axis=0) > 0).all()
        ]
    )
    resampled = resampled[resampled[:, 0] > 0]
    return Effects(
        mean=mean,
        base=base,
        target=target,
        residuals=residuals,
        r_squared=both / total,
        r_squared_interval=_interval(resampled[:, 1] / resampled[:, 0], both / total, confidence),
        base_share=(both - only_target) / total,
        base_share_interval=_interval(
            (resampled[:, 1] - resampled[:, 2]) / resampled[:, 0], (both - only_target) / total, confidence
        ),
        target_share=(both - only_base) / total,
        product_share=_product(left, weights) / rest if rest > 0 else float("nan"),
        sum_share=(both - only_target) / rest if rest > 0 else float("nan"),
        spread=float(np.sqrt(np.nanmean(residuals**2))),
    )


def _interval(resampled: NDArray[np.float64], estimate: float, confidence: float) -> tuple[float, float]:
    """Return the bias-corrected percentile interval: Efron & Tibshirani 1993, section 14.3, without acceleration.

    Resampled bases repeat and so vary less than bases do, which the correction takes back in part: with 60 bases intervals of
    95 % held the true share in 88 % of 200 simulated tables, those without it in 86 %.
    """
    below = float((resampled < estimate).mean() + (resampled == estimate).mean() / 2)
    off = float(ndtri(np.clip(below, 0.5 / len(resampled), 1 - 0.5 / len(resampled))))
    half = float(ndtri((1 + confidence) / 2))
    low, high = np.quantile(resampled, [ndtr(2 * off - half), ndtr(2 * off + half)])
    return float(low), float(high)


def _check(gains: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return gains with 0 where they are not known, and where they are."""
    table = np.asarray(gains, dtype=np.float64)
    if table.ndim != 2 or min(table.shape) < 2 or np.isinf(table).any():
        raise InputError(
            f"Gains are finite or NaN, of at least two bases and two targets, [bases, targets]; these have the shape"
            f" {table.shape}{', and some are infinite' if np.isinf(table).any() else ''}.",
            "effects-shape",
        )
    known = ~np.isnan(table)
    # Bases and targets that known cells link, from the first target on.
    targets = np.zeros(table.shape[1], np.bool_)
    targets[0] = True
    while True:
        bases = known[:, targets].any(axis=1)
        reached = known[bases].any(axis=0) | targets
        if (reached == targets).all():
            break
        targets = reached
    if not (bases.all() and targets.all()):
        raise InputError(
            f"Effects compare only where bases were tried on common targets: {int((~bases).sum())} bases and"
            f" {int((~targets).sum())} targets share no known gain, directly or through others, with the first target. Leave"
            " them out or fill the gaps.",
            "effects-apart",
        )
    return np.where(known, table, 0.0), known


def _fit(
    table: NDArray[np.float64], weights: NDArray[np.float64]
) -> tuple[float, NDArray[np.float64], NDArray[np.float64]]:
    """Return mean, base and target effects by weighted least squares; bases of weight 0 get an effect of 0.

    With the bases' effects solved for, the targets' are those of a system of their own number, singular only in a constant.
    """
    per_base = weights.sum(axis=1)
    share = weights / np.where(per_base > 0, per_base, 1)[:, None]
    base_mean = (share * table).sum(axis=1)
    system = np.diag(weights.sum(axis=0)) - weights.T @ share
    right = (weights * (table - base_mean[:, None])).sum(axis=0)
    target = np.linalg.lstsq(system, right, rcond=None)[0]
    target = target - target.mean()
    base = np.where(per_base > 0, base_mean - share @ target, 0.0)
    mean = float(base[per_base > 0].mean())
    return mean, np.where(per_base > 0, base - mean, 0.0), target


def _explained(table: NDArray[np.float64], weights: NDArray[np.float64]) -> tuple[float, float, float, float]:
    """Return sums of squares: of all, and explained by both effects, by targets alone and by bases alone."""
    middle = float((weights * table).sum() / weights.sum())
    total = float((weights * (table - middle) ** 2).sum())
    mean, base, target = _fit(table, weights)
    both = total - float((weights * (table - mean - base[:, None] - target) ** 2).sum())
    explained = [both]
    for axis in (0, 1):
        count = weights.sum(axis=axis)
        means = (weights * table).sum(axis=axis) / np.where(count > 0, count, 1)
        explained.append(float((count * (means - middle) ** 2).sum()))
    return total, *explained  # type: ignore[return-value]  # three of them


def _product(table: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """Return the sum of squares that the best u·vᵀ explains, by alternating least squares from the mean of each base."""
    v = np.ones(table.shape[1])
    total = float((weights * table**2).sum())
    before = -1.0
    explained = 0.0
    for _ in range(ROUNDS):
        u = _regress(table, weights, v)
        v = _regress(table.T, weights.T, u)
        explained = total - float((weights * (table - np.outer(u, v)) ** 2).sum())
        if explained - before <= TOLERANCE * max(total, 1e-300):
            break
        before = explained
    return explained


def _regress(
    table: NDArray[np.float64], weights: NDArray[np.float64], by: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the slope of each row on `by`, through the origin; 0 where it has nothing to go by."""
    squares = weights @ by**2
    slopes: NDArray[np.float64] = ((weights * table) @ by) / np.where(squares > 0, squares, np.inf)
    return slopes
