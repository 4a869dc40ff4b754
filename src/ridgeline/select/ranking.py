"""What rules choose, and, once the target's scores are known, what each choice cost and how sure that is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ridgeline.core.errors import InputError
from ridgeline.select.regret import Pick, pick
from ridgeline.select.rules import Evidence, Rule, Said, find_rule
from ridgeline.select.scorers.outputs import Outputs
from ridgeline.select.scores import Scores
from ridgeline.select.stats.agreement import Agreement, rank_agreement
from ridgeline.select.stats.resample import check_resampling, interval
from ridgeline.select.sweeps import Resample, Truth, resampled_regrets

_SAME = 1e-5
"""How far the mean over examples may be from the test score: what tracking it as a 32-bit float can do."""


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
    examples: ArrayLike | None = None,
    resample: Resample = "candidates",
    groups: ArrayLike | None = None,
) -> tuple[Verdict, ...]:
    """Let rules choose among candidates, and judge the choices if the target's scores are given.

    Intervals and wins come from resampling with replacement. Of candidates, another sweep of as many: how much the outcome
    owes to which candidates happened to be trained. Of test examples, another test set of as many: how much it owes to which
    examples happened to be in it. Or of both, as another sweep judged by another test set.

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
        examples: scores of single test examples, such as 1 where a candidate is right and 0 where it is wrong,
            [candidates, examples]; their mean is the test score. NaN throughout: not recorded of this candidate.
        resample: what is drawn anew; "examples" and "both" need `examples`.
        groups: numbers of groups of candidates that are drawn together, such as the checkpoints of one run, [candidates].

    Returns:
        A verdict a rule, in their order.

    Raises:
        NotFoundError: there is no such rule, source or pivot.
        InputError: no rule is given or one twice, a rule lacks what it needs, or has a score for no candidate (that has one
            on the target), the number of test scores is another than that of the candidates, or examples are missing or say
            something else than the test scores.
    """
    check_resampling(confidence, n_resamples)
    if resample not in ("candidates", "examples", "both"):
        raise InputError(
            f"What is resampled are candidates, examples or both, not {resample!r}.", "statistics-resamples"
        )
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
    if test is None:
        return tuple(
            Verdict(rule, one.scores, _best(rule, one.scores), None, None, one.note)
            for rule, one in ((rule, said[rule.name]) for rule in asked)
        )
    truth = _truth(len(dev.candidates), test, examples if resample != "candidates" else None, groups)
    return _judged(asked, said, truth, _Resampling(resample, n_resamples, seed, confidence))


@dataclass(frozen=True, slots=True)
class _Resampling:
    over: Resample
    n_resamples: int
    seed: int
    confidence: float


def _judged(
    asked: Sequence[Rule], said: Mapping[str, Said], truth: Truth, how: _Resampling
) -> tuple[Verdict, ...]:
    # A candidate without a test score cannot be the pick of a comparison, or no regret could be told.
    unknown = np.isnan(truth.scores)
    known = {name: np.where(unknown, np.nan, one.scores) for name, one in said.items()}
    chosen = {rule.name: _best(rule, known[rule.name]) for rule in asked}
    regrets = resampled_regrets(known, truth, how.over, how.n_resamples, how.seed)
    wins = dict(zip(regrets, _wins(np.stack(list(regrets.values()))), strict=True))
    picks = {name: pick(values, truth.scores) for name, values in known.items()}
    least = min(picks, key=lambda name: picks[name].regret)
    return tuple(
        Verdict(
            rule,
            said[rule.name].scores,
            chosen[rule.name],
            Outcome(
                picks[rule.name],
                *interval(regrets[rule.name], how.confidence),
                _agreement(known[rule.name], truth.scores),
                float(wins[rule.name]),
            ),
            None if rule.name == least else interval(regrets[rule.name] - regrets[least], how.confidence),
            said[rule.name].note,
        )
        for rule in asked
    )


def _truth(candidates: int, test: ArrayLike, examples: ArrayLike | None, groups: ArrayLike | None) -> Truth:
    scores = np.asarray(test, dtype=np.float64)
    if scores.shape != (candidates,):
        raise InputError(
            f"There are {candidates} candidates, but test scores of the shape {scores.shape}.", "scores-shape"
        )
    together = None if groups is None else np.asarray(groups)
    if together is not None and (together.shape != scores.shape or together.dtype.kind not in "iu"):
        raise InputError(
            f"Groups are whole numbers, one a candidate ({candidates}), not {together.dtype} of the shape"
            f" {together.shape}.",
            "scores-shape",
        )
    if examples is None:
        return Truth(scores, None, together)
    single = np.asarray(examples, dtype=np.float64)
    if single.ndim != 2 or len(single) != candidates or not single.shape[1]:
        raise InputError(
            f"Scores of single examples are [candidates, examples] for {candidates} candidates and at least one example, not"
            f" of the shape {single.shape}.",
            "scores-shape",
        )
    off = np.abs(single.mean(axis=1) - scores)
    if (off > _SAME).any():
        worst = int(np.nanargmax(off))
        raise InputError(
            f"The scores of the examples of candidate {worst} have the mean {single[worst].mean():.6g}, but its test score is"
            f" {scores[worst]:.6g}: they are not about the same test set, or the metric is no mean over examples.",
            "examples-differ",
        )
    return Truth(np.where(np.isnan(off), np.nan, scores), single, together)


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


def _wins(regrets: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how often each rule has the least regret, [rules], from [rules, resamples]."""
    first = np.isclose(regrets, regrets.min(axis=0), rtol=0, atol=1e-12)
    shares: NDArray[np.float64] = (first / first.sum(axis=0)).mean(axis=1)
    return shares
