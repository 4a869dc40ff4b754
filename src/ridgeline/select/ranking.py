"""What rules choose, and, once the target's scores are known, what each choice cost and how sure that is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ridgeline.core.errors import InputError
from ridgeline.select.regret import Pick, pick
from ridgeline.select.rules import Evidence, Rule, find_rule
from ridgeline.select.scorers.outputs import Outputs
from ridgeline.select.scores import Scores
from ridgeline.select.stats.agreement import Agreement, rank_agreement
from ridgeline.select.stats.resample import check_resampling, interval


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a choice is worth on the target.

    Attributes:
        pick: the choice and its regret.
        low: lower end of the interval of the regret.
        high: its upper end.
        agreement: of the rule's order of the candidates with that of the target.
        wins: part of the resampled sweeps in which no rule has less regret; rules that tie share it.
    """

    pick: Pick
    low: float
    high: float
    agreement: Agreement
    wins: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule says.

    Attributes:
        rule: the rule.
        scores: what it gives each candidate, [candidates]; NaN where it cannot say.
        chosen: rows of the candidates that tie for its best score, ascending.
        outcome: None as long as the target's scores are hidden.
        behind: interval of how much more it costs than the rule with the least regret; None for that rule itself and
            while the target is hidden. An interval that has 0 in it: the two cannot be told apart.
        note: what the rule has to add, such as that it abstains and why; "" if nothing.
    """

    rule: Rule
    scores: NDArray[np.float64]
    chosen: tuple[int, ...]
    outcome: Outcome | None
    behind: tuple[float, float] | None
    note: str = ""


def rank(  # noqa: PLR0913 - what is known, what is asked, and how the resampling is done
    dev: Scores,
    target: str,
    *,
    rules: Sequence[str | Rule] = ("source-dev", "mean-pivots"),
    source: str | None = None,
    pivots: Sequence[str] | None = None,
    test: ArrayLike | None = None,
    outputs: Outputs | None = None,
    representations: Mapping[str, NDArray[np.float64]] | None = None,
    confidence: float = 0.95,
    n_resamples: int = 2000,
    seed: int = 0,
) -> tuple[Verdict, ...]:
    """Let rules choose among candidates, and judge the choices if the target's scores are given.

    Intervals and wins come from resampling candidates with replacement: another sweep of as many candidates. They say how
    much the outcome owes to which candidates happened to be trained; noise of the test set itself is not in them.

    Args:
        dev: dev scores, [candidates, tasks], higher is better.
        target: the task to choose for; it may be a column of `dev`, which only the rule target-dev reads.
        rules: names as in `ridgeline.select.rules.RULES`, `pivot:TASK`, or rules.
        source: the task that the candidates were trained on.
        pivots: tasks with labels that may be seen; None: all but source and target.
        test: the target's test scores, [candidates], higher is better; NaN: not evaluated. None: they stay hidden.
        outputs: what was recorded of the candidates on the target and the source, for rules that are scorers.
        representations: by task, mean features of each candidate over unlabeled examples, [candidates, dims].
        confidence: of the intervals, in (0, 1).
        n_resamples: how many sweeps are resampled.
        seed: of the resamples.

    Returns:
        A verdict a rule, in their order.

    Raises:
        NotFoundError: there is no such rule, source or pivot.
        InputError: no rule is given or one twice, a rule lacks what it needs, no candidate has a score by each rule (and on
            the target), or the number of test scores is another than that of the candidates.
    """
    check_resampling(confidence, n_resamples)
    evidence = Evidence.of(
        dev,
        target,
        source,
        None if pivots is None else tuple(pivots),
        outputs=outputs,
        representations=representations,
    )
    asked = [find_rule(rule) if isinstance(rule, str) else rule for rule in rules]
    if not asked or len({rule.name for rule in asked}) < len(asked):
        raise InputError(
            f"Give at least one rule, each once; these are {', '.join(rule.name for rule in asked) or 'none'}.",
            "no-rules",
        )
    said = {rule.name: rule.ask(evidence) for rule in asked}
    scores = {name: one.scores for name, one in said.items()}
    if test is None:
        return tuple(
            Verdict(rule, scores[rule.name], _best(rule, scores[rule.name]), None, None, said[rule.name].note)
            for rule in asked
        )
    truth = np.asarray(test, dtype=np.float64)
    if truth.shape != (len(dev.candidates),):
        raise InputError(
            f"There are {len(dev.candidates)} candidates, but test scores of the shape {truth.shape}.",
            "scores-shape",
        )
    # A candidate without a test score cannot be the pick of a comparison, or no regret could be told.
    known = {name: np.where(np.isnan(truth), np.nan, values) for name, values in scores.items()}
    chosen = {rule.name: _best(rule, known[rule.name]) for rule in asked}
    regrets = _resampled_regrets(known, truth, n_resamples, np.random.default_rng(seed))
    wins = dict(zip(regrets, _wins(np.stack(list(regrets.values()))), strict=True))
    picks = {name: pick(values, truth) for name, values in known.items()}
    least = min(picks, key=lambda name: picks[name].regret)
    return tuple(
        Verdict(
            rule,
            scores[rule.name],
            chosen[rule.name],
            Outcome(
                picks[rule.name],
                *interval(regrets[rule.name], confidence),
                _agreement(known[rule.name], truth),
                float(wins[rule.name]),
            ),
            None if rule.name == least else interval(regrets[rule.name] - regrets[least], confidence),
            said[rule.name].note,
        )
        for rule in asked
    )


def _agreement(scores: NDArray[np.float64], truth: NDArray[np.float64]) -> Agreement:
    known = ~np.isnan(scores)
    if known.sum() < 2:
        return Agreement(float("nan"), float("nan"))
    return rank_agreement(scores[known], truth[known])


def _best(rule: Rule, scores: NDArray[np.float64]) -> tuple[int, ...]:
    known = ~np.isnan(scores)
    if not known.any():
        raise InputError(
            f"The rule {rule.name} has no score for any of the {len(scores)} candidates.", "no-candidates"
        )
    return tuple(int(row) for row in np.flatnonzero(scores == scores[known].max()))


def _resampled_regrets(
    scores: Mapping[str, NDArray[np.float64]],
    truth: NDArray[np.float64],
    n_resamples: int,
    rng: np.random.Generator,
) -> dict[str, NDArray[np.float64]]:
    """Return the regret of each rule in resampled sweeps, [resamples]; all rules see the same sweeps."""
    # A sweep in which some rule could not choose would not compare.
    judged = np.flatnonzero(~np.isnan(np.stack([truth, *scores.values()])).any(axis=0))
    if not len(judged):
        raise InputError(
            f"No candidate of {len(truth)} has a score by all of the rules {', '.join(scores)} and on the target.",
            "no-candidates",
        )
    drawn = judged[rng.integers(len(judged), size=(n_resamples, len(judged)))]
    worth = truth[drawn]
    oracle = worth.max(axis=1)
    regrets = {}
    for name, values in scores.items():
        said = values[drawn]
        best = said == said.max(axis=1, keepdims=True)
        regrets[name] = np.maximum(0.0, oracle - (worth * best).sum(axis=1) / best.sum(axis=1))
    return regrets


def _wins(regrets: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how often each rule has the least regret, [rules], from [rules, resamples]."""
    first = np.isclose(regrets, regrets.min(axis=0), rtol=0, atol=1e-12)
    shares: NDArray[np.float64] = (first / first.sum(axis=0)).mean(axis=1)
    return shares
