"""Bootstrap resamples of means, for many candidates at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ridgeline.core.errors import InputError
from ridgeline.select.stats.result import finite

Over = Literal["examples", "seeds", "both"]
# Counts of a block of resamples take 32 MiB at most; part of what a seed gives, so it does not change.
_BLOCK_VALUES = 1 << 22


@dataclass(frozen=True, slots=True)
class PairedBootstrap:
    """How much better a candidate is than another, and how sure that is.

    Attributes:
        difference: mean score of the first minus that of the second.
        low: lower end of the percentile interval of the difference.
        high: its upper end.
        p_value: two-sided, of the null hypothesis that the difference is 0, in (0, 1].
        wins: part of the resamples in which the first is better; ties count half.
    """

    difference: float
    low: float
    high: float
    p_value: float
    wins: float


def resample_counts(n: int, n_resamples: int, rng: np.random.Generator) -> Iterator[NDArray[np.float64]]:
    """Yield how often each of n items stands in resamples of n items with replacement, in blocks [resamples, n]."""
    block = max(1, _BLOCK_VALUES // n)
    for start in range(0, n_resamples, block):
        size = min(block, n_resamples - start)
        drawn = rng.integers(n, size=(size, n)) + n * np.arange(size)[:, None]
        yield np.bincount(drawn.ravel(), minlength=size * n).reshape(size, n).astype(np.float64)


def resampled_means(
    values: NDArray[np.float64], n_resamples: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Return means over resampled items; all candidates see the same items in a resample.

    Args:
        values: [candidates, items].
        n_resamples: how many.
        rng: where the resamples come from.

    Returns:
        [resamples, candidates].
    """
    n = values.shape[1]
    return np.concatenate([counts @ values.T / n for counts in resample_counts(n, n_resamples, rng)])


def paired_bootstrap(
    a: ArrayLike,
    b: ArrayLike,
    *,
    over: Over = "examples",
    confidence: float = 0.95,
    n_resamples: int = 10_000,
    seed: int = 0,
) -> PairedBootstrap:
    """Compare two candidates on the same examples and seeds.

    Efron & Tibshirani 1993, chapter 13 for the interval and 16 for the test; Koehn, EMNLP 2004, for paired examples.

    Args:
        a: scores of the first candidate, [seeds, examples]; one seed may be given as [examples].
        b: scores of the second for the same seeds and examples.
        over: what another experiment would draw anew: examples (the seeds stay), seeds (the test set stays), or both,
            each by itself, so that an example has the same weight under all seeds.
        confidence: of the interval, in (0, 1).
        n_resamples: how many; the p-value is at least 2 / (n_resamples + 1).
        seed: of the resamples.

    Raises:
        InputError: the shapes differ, what is resampled has one item only, a score is NaN or infinite, or the
            confidence is out of range.
    """
    left, right = _matrix(a, "The first scores"), _matrix(b, "The second scores")
    if left.shape != right.shape:
        raise InputError(
            f"Paired scores need the same seeds and examples, but these have the shapes {left.shape} and {right.shape}.",
            "statistics-not-paired",
        )
    check_resampling(confidence, n_resamples)
    for items, count in (("seeds", left.shape[0]), ("examples", left.shape[1])):
        if over in (items, "both") and count == 1:
            raise InputError(
                f"Resampling over {over} needs at least two {items}, and there is one.", "statistics-too-few"
            )
    gap = left - right
    rng = np.random.default_rng(seed)
    if over == "both":
        seeds = np.concatenate(list(resample_counts(gap.shape[0], n_resamples, rng))) / gap.shape[0]
        blocks = resample_counts(gap.shape[1], n_resamples, rng)
        examples = np.concatenate([counts @ gap.T / gap.shape[1] for counts in blocks])
        means = (seeds * examples).sum(axis=1)
    else:
        means = resampled_means(gap.mean(axis=0 if over == "examples" else 1)[None], n_resamples, rng)[:, 0]
    low, high = interval(means, confidence)
    below, above = int((means <= 0).sum()), int((means >= 0).sum())
    p_value = min(1.0, 2 * (min(below, above) + 1) / (n_resamples + 1))
    wins = float((means > 0).mean() + (means == 0).mean() / 2)
    return PairedBootstrap(float(gap.mean()), low, high, p_value, wins)


def interval(resampled: NDArray[np.float64], confidence: float) -> tuple[float, float]:
    """Return the ends of the percentile interval of resampled values, [resamples]."""
    low, high = np.quantile(resampled, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low), float(high)


def check_resampling(confidence: float, n_resamples: int) -> None:
    """Check what each bootstrap is asked for.

    Raises:
        InputError: the confidence is not between 0 and 1, or there are no resamples.
    """
    if not 0 < confidence < 1:
        raise InputError(f"The confidence lies between 0 and 1, not at {confidence:g}.", "statistics-level")
    if n_resamples < 1:
        raise InputError(
            f"A bootstrap needs at least one resample, not {n_resamples}.", "statistics-resamples"
        )


def _matrix(values: ArrayLike, what: str) -> NDArray[np.float64]:
    array = np.asarray(values, dtype=np.float64)
    return finite(array[None] if array.ndim == 1 else array, what, 2)
