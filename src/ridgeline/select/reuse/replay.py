"""Let mechanisms choose through time, and see what each would have cost."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import InputError
from ridgeline.select.reuse.history import History, Past, Period, past_of
from ridgeline.select.reuse.mechanisms import Mechanism, find_mechanism
from ridgeline.select.stats.ranks import Ranking, rank_candidates


@dataclass(frozen=True, slots=True)
class Replay:
    """What mechanisms would have reached.

    Attributes:
        mechanisms: in the order in which they were asked for.
        periods: those in which there was something to choose from, [periods].
        scores: mean score of the chosen models, [mechanisms, periods].
        chosen: model that got most of the batch's examples, [mechanisms, periods]; the newest of those that tie.
        oracle: score of the usable model that turned out best in the period, [periods].
        random: mean score over the usable models, [periods].
        ranking: the mechanisms ranked over periods; None with fewer than two mechanisms or periods. Periods that follow each other
            are alike, so its p-values are too small.
    """

    mechanisms: tuple[Mechanism, ...]
    periods: NDArray[np.int64]
    scores: NDArray[np.float64]
    chosen: NDArray[np.int64]
    oracle: NDArray[np.float64]
    random: NDArray[np.float64]
    ranking: Ranking | None

    @property
    def regret(self) -> NDArray[np.float64]:
        """Oracle minus score, [mechanisms, periods]; below 0 where choosing for each example beats the best model for all."""
        return self.oracle - self.scores


def replay(
    history: History,
    mechanisms: Sequence[str | Mechanism] = ("newest", "first", "best-last", "best-recent", "best-ever"),
    *,
    delay: int = 0,
) -> Replay:
    """Let each mechanism choose a model for each period from what was known when the period began.

    The protocol of Lyu, Li, Li & Hassan 2025, "Can we recycle our old models?" (arXiv:2505.02961): a model a period, all of
    them kept, and one of them chosen for the next period. Labels of a period are known at its end, or `delay` periods later;
    so late are its model too and its scores.

    Args:
        history: models and periods.
        mechanisms: names as in `ridgeline.select.reuse.mechanisms.MECHANISMS`, or mechanisms.
        delay: periods that labels are late, 0 or more.

    Raises:
        NotFoundError: there is no such mechanism.
        InputError: none is given or one twice, one needs features that were not recorded, the delay is negative, a usable model
            has no score on a period that it might be chosen for, or in no period there is a model to choose.
    """
    asked = tuple(find_mechanism(one) if isinstance(one, str) else one for one in mechanisms)
    if not asked or len({one.name for one in asked}) < len(asked) or delay < 0:
        raise InputError(
            f"Give at least one mechanism, each once, and a delay of 0 or more; these are"
            f" {', '.join(one.name for one in asked) or 'none'}, and the delay is {delay}.",
            "no-mechanisms",
        )
    judged = [now for now in range(len(history.periods)) if (history.trained < now - delay).any()]
    if not judged:
        raise InputError(
            f"In none of the {len(history.periods)} periods was there a model from an earlier one to choose; it takes at least"
            f" {2 + delay} periods.",
            "history-short",
        )
    scores, chosen = np.empty((len(asked), len(judged))), np.empty((len(asked), len(judged)), np.int64)
    oracle, random = np.empty(len(judged)), np.empty(len(judged))
    for at, now in enumerate(judged):
        past = past_of(history, now, delay)
        worth = _worth(history.periods[now], past, now)
        means = worth.mean(axis=1)
        oracle[at], random[at] = means.max(), means.mean()
        for row, mechanism in enumerate(asked):
            choice = _choose(mechanism, past, worth.shape[1])
            scores[row, at] = worth[choice, np.arange(worth.shape[1])].mean()
            counts = np.bincount(choice, minlength=len(past.models))
            chosen[row, at] = past.models[len(counts) - 1 - counts[::-1].argmax()]
    ranking = rank_candidates(scores.T) if min(scores.shape) > 1 else None
    return Replay(asked, np.array(judged, np.int64), scores, chosen, oracle, random, ranking)


def _worth(period: Period, past: Past, now: int) -> NDArray[np.float64]:
    worth = period.right[past.models]
    if np.isnan(worth).any():
        missing = int(past.models[np.isnan(worth).any(axis=1)][0])
        raise InputError(
            f"Model {missing} could be chosen in period {now}, but has no score on all of its examples; evaluate it there.",
            "history-missing",
        )
    return worth


def _choose(mechanism: Mechanism, past: Past, examples: int) -> NDArray[np.intp]:
    """Return the place of the chosen model for each example, [examples]: the best, the newest of those that tie."""
    said = mechanism.score(past)
    known = np.where(np.isnan(said), -np.inf, said)[::-1]
    best = len(past.models) - 1 - known.argmax(axis=0)
    return np.broadcast_to(best, examples) if said.ndim == 1 else best
