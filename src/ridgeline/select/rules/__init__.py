"""Rules that choose among candidates: each gives every candidate a score from what it may see.

A file has one rule: a pure function of arrays, and the `Rule` that carries its name, title and paper.
"""

from importlib import import_module

from ridgeline.core.errors import NotFoundError, did_you_mean
from ridgeline.select.rules.evidence import Evidence as Evidence
from ridgeline.select.rules.evidence import Rule as Rule
from ridgeline.select.rules.evidence import Said as Said
from ridgeline.select.rules.lms import LMS
from ridgeline.select.rules.mean_pivots import MEAN_PIVOTS
from ridgeline.select.rules.nearest_pivot import NEAREST_PIVOT
from ridgeline.select.rules.pivot import CENTRAL_PIVOT, pivot_rule
from ridgeline.select.rules.scored import scorer_rule
from ridgeline.select.rules.source_dev import SOURCE_DEV
from ridgeline.select.rules.target_dev import TARGET_DEV

RULES = {rule.name: rule for rule in (SOURCE_DEV, MEAN_PIVOTS, CENTRAL_PIVOT, NEAREST_PIVOT, LMS, TARGET_DEV)}
USUAL_RULES = (SOURCE_DEV.name, MEAN_PIVOTS.name, CENTRAL_PIVOT.name, TARGET_DEV.name)
"""Those compared when nobody says which."""
_PIVOT, _LAME = "pivot:", "lame:"


def find_rule(name: str) -> Rule:
    """Return a rule by its name; `pivot:nl` is the one that trusts the task `nl`, and each scorer is one, `lame:entropy` too.

    Raises:
        NotFoundError: there is none of this name.
        InputError: a scorer is asked for after adaptation that this does not change.
    """
    if name.startswith(_PIVOT):
        return pivot_rule(name.removeprefix(_PIVOT))
    if name in RULES:
        return RULES[name]
    # SciPy, which scorers need, takes a third of a second to load.
    registry = import_module("ridgeline.select.scorers.registry")
    if not (registry.is_scorer(name) or name.startswith(_LAME)):
        known = (*RULES, *registry.SCORERS)
        raise NotFoundError(
            f"No rule {name!r} among {', '.join(known)}, pivot:TASK and lame:SCORER.{did_you_mean(name, known)}",
            "rule-not-found",
        )
    return scorer_rule(registry.find_scorer(name))
