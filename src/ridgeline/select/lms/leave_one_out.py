"""Leave-one-pivot-out: each pivot plays the target, and says how LMS and the plain rules would have done."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from os import cpu_count
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ridgeline.select.lms.network import Array
from ridgeline.select.lms.plan import MIN_PIVOTS, Material, Plan
from ridgeline.select.lms.train import Answers, Lesson
from ridgeline.select.regret import pick

Train = Callable[[Lesson], Answers]
DECIMALS = 5
"""Of standardised scores: candidates with the same representation tie, whatever the last bits of float32 say."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What each rule would have cost on each pivot, had that been the target.

    Attributes:
        pivots: the tasks that played the target.
        settings: learning rate and epochs of each choice.
        by_setting: regret of LMS on the pivots' dev sets, [settings, pivots].
        plain: regret of the plain rules, name to [pivots].
    """

    pivots: tuple[str, ...]
    settings: tuple[tuple[float, int], ...]
    by_setting: NDArray[np.float64]
    plain: Mapping[str, NDArray[np.float64]]

    @property
    def setting(self) -> tuple[float, int]:
        """The one with the least mean regret; the gentlest of those that tie."""
        return self.settings[int(_whole(self.by_setting.sum(axis=1)).argmin())]

    @property
    def learned(self) -> NDArray[np.float64]:
        """Regret of LMS, [pivots], each with the setting that is best on the other pivots: no pivot has a say in its own."""
        others = _whole(self.by_setting.sum(axis=1, keepdims=True) - self.by_setting)
        regrets: NDArray[np.float64] = np.take_along_axis(
            self.by_setting, others.argmin(axis=0)[None], axis=0
        )[0]
        return regrets

    @property
    def best_plain(self) -> str:
        """The plain rule with the least mean regret; the first of those that tie."""
        return min(self.plain, key=lambda name: float(self.plain[name].mean()))

    def gain(self, confidence: float) -> tuple[float, float]:
        """Return what LMS saves over the best plain rule, and what it must save to be believed.

        Mean over the pivots of the plain rule's regret minus that of LMS, and the value at which a one-sided paired t-test
        has this confidence. Pivots are few and alike, so the test is a caution more than a probability.
        """
        from scipy.special import stdtrit

        saved = self.plain[self.best_plain] - self.learned
        n = len(saved)
        error = saved.std(ddof=1) / np.sqrt(n)
        return float(saved.mean()), float(stdtrit(n - 1, confidence) * error)

    def rehearsed(self, confidence: float) -> NDArray[np.float64]:
        """Return what LMS would cost on each pivot, abstaining where the other pivots say so, [pivots]."""
        return np.array([self.without(at).cost_on(self, at, confidence) for at in range(len(self.pivots))])

    def without(self, at: int) -> "Trial":
        """Return what the other pivots say."""
        plain = {name: np.delete(regrets, at) for name, regrets in self.plain.items()}
        by_setting = np.delete(self.by_setting, at, axis=1)
        return Trial(tuple(np.delete(self.pivots, at)), self.settings, by_setting, plain)

    def cost_on(self, whole: "Trial", at: int, confidence: float) -> float:
        """Return the regret on a pivot of the whole of what these ones say is best: LMS with a setting, or a plain rule."""
        if len(self.pivots) < MIN_PIVOTS:
            return float(next(iter(whole.plain.values()))[at])
        gain, needed = self.gain(confidence)
        if gain > needed:
            return float(whole.by_setting[self.settings.index(self.setting), at])
        return float(whole.plain[self.best_plain][at])


def leave_one_out(
    material: Material, plan: Plan, train: Train, plain: Mapping[str, NDArray[np.float64]]
) -> Trial:
    """Train without each pivot in turn and judge the picks by its dev set.

    Where some candidates have no dev score of any pivot, LMS is wanted for these; then each member is judged by its pick
    among the candidates that it has not learned from.

    Args:
        material: what networks are given.
        plan: the settings.
        train: of NumPy or PyTorch.
        plain: what plain rules say with each pivot as the target, name to [pivots, candidates].
    """
    rows = material.splits(plan, plan.rehearsal_members)
    pivots = range(len(material.pivots))
    groups = _groups(rows, material.dev.shape[1], apart=material.has_new)

    def regrets(asked: int) -> list[float]:
        answers = train(material.lesson(plan, rows, asked, plan.learning_rates))
        # [epochs, rates × members, 1, candidates] → [rates, epochs, members, candidates]
        said = answers.scores[:, :, 0].reshape(len(plan.epochs), len(plan.learning_rates), len(rows), -1)
        known, truth = material.known[asked], material.dev[asked]
        return [
            _regret([together(members[group.members], known) for group in groups], groups, truth)
            for by_epoch in said.swapaxes(0, 1)
            for members in by_epoch
        ]

    with ThreadPoolExecutor(cpu_count()) as pool:  # NumPy lets go of the interpreter in all that takes long
        by_setting = np.array(list(pool.map(regrets, pivots))).T
    return Trial(
        material.pivots,
        plan.settings,
        by_setting,
        {
            name: np.array([_regret([scores[at]] * len(groups), groups, material.dev[at]) for at in pivots])
            for name, scores in plain.items()
        },
    )


def _whole(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    """Take rounding off, so that settings that cost the same tie."""
    return sums.round(12)


class _Group(NamedTuple):
    """Members that choose together, and the candidates that they choose among, [candidates]."""

    members: slice
    candidates: NDArray[np.bool_]


def _groups(rows: NDArray[np.intp], candidates: int, *, apart: bool) -> list[_Group]:
    if not apart or rows.shape[1] == candidates:
        return [_Group(slice(None), np.ones(candidates, dtype=bool))]
    at = np.arange(candidates)
    return [_Group(slice(member, member + 1), ~np.isin(at, row)) for member, row in enumerate(rows)]


def _regret(
    scores: Sequence[NDArray[np.float64]], groups: Sequence[_Group], truth: NDArray[np.float64]
) -> float:
    """Return the mean over groups of what they lose against the best of their candidates; nothing where they know none."""
    picks = [
        pick(one, np.where(group.candidates, truth, np.nan)).regret
        for one, group in zip(scores, groups, strict=True)
        if not np.isnan(np.where(group.candidates, truth + one, np.nan)).all()
    ]
    return float(np.mean(picks)) if picks else 0.0


def together(members: Array, known: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the mean over members of their standardised scores, [candidates] from [members, candidates]; NaN if not known."""
    mean: NDArray[np.float64] = standard(members, known).mean(axis=0).round(DECIMALS)
    return mean


def standard(members: Array, known: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Give each member's scores mean 0 and standard deviation 1 over the candidates, [members, candidates].

    RankNet leaves both free. NaN for candidates without a representation; 0 if a member tells none apart.
    """
    scores = np.where(known, members.astype(np.float64), np.nan)
    middle = np.nanmean(scores, axis=1, keepdims=True)
    spread = np.nanstd(scores, axis=1, keepdims=True)
    even: NDArray[np.float64] = (scores - middle) / np.where(spread > 0, spread, 1)
    return even
