"""Rules that choose among candidates: each gives every candidate a score from what it may see.

A file has one rule: a pure function of arrays, and the `Rule` that carries its name, title and paper.
"""

from ridgeline.core.errors import NotFoundError, did_you_mean
from ridgeline.select.rules.evidence import Evidence as Evidence
from ridgeline.select.rules.evidence import Rule as Rule
from ridgeline.select.rules.evidence import Said as Said
from ridgeline.select.rules.mean_pivots import MEAN_PIVOTS
from ridgeline.select.rules.pivot import CENTRAL_PIVOT, pivot_rule
from ridgeline.select.rules.source_dev import SOURCE_DEV
from ridgeline.select.rules.target_dev import TARGET_DEV

RULES = {rule.name: rule for rule in (SOURCE_DEV, MEAN_PIVOTS, CENTRAL_PIVOT, TARGET_DEV)}
_PIVOT = "pivot:"


def find_rule(name: str) -> Rule:
    """Return a rule by its name; `pivot:nl` is the one that trusts the task `nl`.

    Raises:
        NotFoundError: there is none of this name.
    """
    if name.startswith(_PIVOT):
        return pivot_rule(name.removeprefix(_PIVOT))
    if name not in RULES:
        raise NotFoundError(
            f"No rule {name!r} among {', '.join(RULES)} and pivot:TASK.{did_you_mean(name, RULES)}",
            "rule-not-found",
        )
    return RULES[name]
