"""Which rule to trust, before any test set is opened: each pivot plays the target once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import InputError
from ridgeline.select.regret import pick
from ridgeline.select.rules import Evidence, Rule, find_rule
from ridgeline.select.rules.target_dev import TARGET_DEV
from ridgeline.select.stats.ranks import Ranking, rank_candidates


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """How rules do on tasks whose labels may be seen.

    Attributes:
        rules: those that could choose for every task.
        tasks: the pivots that played the target.
        regrets: on their dev sets, [tasks, rules].
        ranking: the rules ranked by these regrets; None with fewer than two rules or tasks.
    """

    rules: tuple[Rule, ...]
    tasks: tuple[str, ...]
    regrets: NDArray[np.float64]
    ranking: Ranking | None


def rehearse(evidence: Evidence, rules: Sequence[str | Rule], *, alpha: float = 0.05) -> Rehearsal:
    """Let each pivot play the target: the other pivots are seen, its dev set judges the picks. No test score is read.

    Leave-one-task-out validation, of rules instead of models.

    Args:
        evidence: what the rules may see when they choose for the real target.
        rules: names or rules. Left out are target-dev, which would judge itself, and those that cannot choose for some task.
        alpha: level of the critical difference.

    Raises:
        NotFoundError: there is no such rule.
        InputError: there is no pivot, or none of the rules can choose.
    """
    if not evidence.pivots:
        raise InputError("A rehearsal needs pivots: tasks with labels beside source and target.", "no-pivots")
    asked = [find_rule(rule) if isinstance(rule, str) else rule for rule in rules]
    columns: dict[str, list[float]] = {}
    for rule in asked:
        if rule.name == TARGET_DEV.name:
            continue
        try:
            columns[rule.name] = (
                rule.rehearse(evidence).tolist()
                if rule.rehearse
                else [_regret(evidence, rule, task) for task in evidence.pivots]
            )
        except InputError:  # it lacks what it needs, such as a pivot other than the one that plays the target
            continue
    if not columns:
        raise InputError(
            f"None of the rules {', '.join(rule.name for rule in asked)} can choose for each of the pivots.",
            "no-rules",
        )
    regrets = np.array(list(columns.values())).T
    ranking = rank_candidates(-regrets, alpha) if min(regrets.shape) > 1 else None
    used = tuple(rule for rule in asked if rule.name in columns)
    return Rehearsal(used, evidence.pivots, regrets, ranking)


def _regret(evidence: Evidence, rule: Rule, task: str) -> float:
    others = tuple(pivot for pivot in evidence.pivots if pivot != task)
    # What was recorded of the candidates is about the real target; their representations are of all tasks.
    seen = Evidence(evidence.dev, task, evidence.source, others, representations=evidence.representations)
    return pick(rule.ask(seen).scores, evidence.dev.column(task)).regret
