"""Regrets in resampled sweeps: other candidates, another test set, or both."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import InputError
from ridgeline.select.stats.resample import resample_counts

Resample = Literal["candidates", "examples", "both"]
_BLOCK_VALUES = 1 << 21
"""Of a block of resamples: 16 MiB an array."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What candidates are worth on the target.

    Attributes:
        scores: test scores, [candidates]; NaN: not evaluated.
        examples: scores of single test examples, whose mean the test score is, [candidates, examples]; None: unknown.
        groups: candidates of one group are drawn together, as the checkpoints of one run are, [candidates]; None: each
            by itself.
    """

    scores: NDArray[np.float64]
    examples: NDArray[np.float64] | None = None
    groups: NDArray[np.int64] | None = None


def resampled_regrets(
    said: Mapping[str, NDArray[np.float64]], truth: Truth, over: Resample, n_resamples: int, seed: int
) -> dict[str, NDArray[np.float64]]:
    """Return the regret of each rule in resampled sweeps, [sweeps]; all rules see the same sweeps.

    Rules choose by what they say, which is not resampled: it does not come from the test set. In resamples of examples the
    oracle is the best of each resample, so a part of the regret is its luck, as it is with one test set.

    Args:
        said: what each rule says of each candidate, [candidates]; NaN: it cannot say, and does not choose it.
        truth: what candidates are worth.
        over: what is drawn anew, with replacement: as many candidates as there are (or groups of them), as many examples,
            or both, each by itself.
        n_resamples: how many sweeps are drawn; those in which a rule cannot judge any candidate are left out.
        seed: of the draws.

    Raises:
        InputError: a rule has no candidate with a score and one on the target, or no sweep has one for each of the rules.
    """
    judged = np.flatnonzero(~np.isnan(truth.scores))
    for name, values in said.items():
        if np.isnan(values[judged]).all():
            raise InputError(
                f"No candidate of {len(truth.scores)} has both a score by the rule {name} and one on the target.",
                "no-candidates",
            )
    groups = judged if truth.groups is None else truth.groups[judged]
    order = np.argsort(groups, kind="stable")
    judged, starts = judged[order], np.flatnonzero(np.diff(groups[order], prepend=groups[order][0] - 1))
    peaks = {name: _Peaks.of(values[judged], starts) for name, values in said.items()}
    candidates, examples = np.random.default_rng(seed), np.random.default_rng([seed, 1])
    width = len(judged) if over == "candidates" else len(judged) + truth_examples(truth).shape[1]
    regrets: dict[str, list[NDArray[np.float64]]] = {name: [] for name in said}
    for size in _blocks(n_resamples, width):
        worth = truth.scores[judged][None]
        if over != "candidates":
            worth = _means(truth_examples(truth)[judged], size, examples)
        drawn = candidates.integers(len(starts), size=(size, len(starts))) if over != "examples" else None
        oracle = _drawn(np.maximum.reduceat(worth, starts, axis=1), drawn).max(axis=1)
        for name, peak in peaks.items():
            regrets[name].append(np.maximum(0.0, oracle - peak.expected(worth, drawn)))
    whole = {name: np.concatenate(parts) for name, parts in regrets.items()}
    # A sweep in which some rule could not choose would not compare.
    chose = ~np.isnan(np.stack(list(whole.values()))).any(axis=0)
    if not chose.any():
        raise InputError(
            f"In none of {n_resamples} resampled sweeps all of the rules {', '.join(said)} have a candidate that they can judge."
            " Leave out the rule that can judge the fewest.",
            "no-candidates",
        )
    return {name: values[chose] for name, values in whole.items()}


@dataclass(frozen=True, slots=True)
class _Peaks:
    """What a rule says best of each group: groups first, so that a sweep draws numbers and not candidates."""

    best: NDArray[np.float64]  # [groups]
    ties: NDArray[np.bool_]  # [candidates], whether it has the best of its group
    counts: NDArray[np.float64]  # of those that tie, [groups]
    starts: NDArray[np.int64]  # [groups]

    @classmethod
    def of(cls, said: NDArray[np.float64], starts: NDArray[np.int64]) -> "_Peaks":
        known = np.where(np.isnan(said), -np.inf, said)
        best = np.maximum.reduceat(known, starts)
        sizes = np.diff(starts, append=len(said))
        ties = (known == np.repeat(best, sizes)) & ~np.isnan(said)
        return cls(best, ties, np.add.reduceat(ties.astype(np.float64), starts), starts)

    def expected(self, worth: NDArray[np.float64], drawn: NDArray[np.int64] | None) -> NDArray[np.float64]:
        """Return the mean worth of the candidates that tie for the best of a sweep, [resamples]; NaN where none can be judged.

        Args:
            worth: of the candidates, [resamples or 1, candidates].
            drawn: which groups, [resamples, groups]; None: each once.
        """
        sums = _drawn(np.add.reduceat(worth * self.ties, self.starts, axis=1), drawn)
        best, counts = _drawn(self.best[None], drawn), _drawn(self.counts[None], drawn)
        top = best == best.max(axis=1, keepdims=True)
        tied = (counts * top).sum(axis=1)
        return np.where(tied > 0, (sums * top).sum(axis=1) / np.maximum(tied, 1), np.nan)


def truth_examples(truth: Truth) -> NDArray[np.float64]:
    """Return the scores of single examples.

    Raises:
        InputError: there are none.
    """
    if truth.examples is None:
        raise InputError(
            "To resample examples takes the scores of single test examples, and none are given. Resample candidates, or"
            " record predictions of the test set: run.log_predictions(…, labels=…).",
            "no-examples",
        )
    return truth.examples


def _means(scores: NDArray[np.float64], n_resamples: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return mean scores over resampled examples, [resamples, candidates]; all candidates see the same examples."""
    n = scores.shape[1]
    return np.concatenate([counts @ scores.T / n for counts in resample_counts(n, n_resamples, rng)])


def _drawn(values: NDArray[np.float64], drawn: NDArray[np.int64] | None) -> NDArray[np.float64]:
    """Return the values of drawn groups, [resamples, groups], from [resamples or 1, groups]."""
    if drawn is None:
        return values
    return values[0, drawn] if len(values) == 1 else np.take_along_axis(values, drawn, axis=1)


def _blocks(n_resamples: int, width: int) -> list[int]:
    block = max(1, _BLOCK_VALUES // width)
    return [min(block, n_resamples - start) for start in range(0, n_resamples, block)]
