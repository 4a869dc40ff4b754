"""Choose among candidates, and say what the choice costs against the oracle.

    from ridgeline import select
    select.rank(scores, "de", source="en", rules=["source-dev", "mean-pivots"], test=test_scores)

What needs SciPy is loaded on first use (PEP 562), since that takes half a second.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ridgeline.select.adapt.lame import lame as lame
    from ridgeline.select.bases.effects import gain_effects as gain_effects
    from ridgeline.select.checks import Finding as Finding
    from ridgeline.select.checks import check_scores as check_scores
    from ridgeline.select.checks_columns import columns_out_of_order as columns_out_of_order
    from ridgeline.select.conformal.certified import examples_right as examples_right
    from ridgeline.select.conformal.optimized import optimized_selection as optimized_selection
    from ridgeline.select.conformal.selection import conformal_selection as conformal_selection
    from ridgeline.select.ranking import Outcome as Outcome
    from ridgeline.select.ranking import Verdict as Verdict
    from ridgeline.select.ranking import rank as rank
    from ridgeline.select.rehearsal import Rehearsal as Rehearsal
    from ridgeline.select.rehearsal import rehearse as rehearse
    from ridgeline.select.reuse.history import History as History
    from ridgeline.select.reuse.history import Period as Period
    from ridgeline.select.reuse.replay import replay as replay
    from ridgeline.select.routing.front import pareto_front as pareto_front
    from ridgeline.select.routing.route import route as route
    from ridgeline.select.scores import Scores as Scores
    from ridgeline.select.tracked import read_scores as read_scores
    from ridgeline.select.tracked_choice import TrackedChoice as TrackedChoice

_HOMES = {
    "Finding": "ridgeline.select.checks",
    "History": "ridgeline.select.reuse.history",
    "Outcome": "ridgeline.select.ranking",
    "Period": "ridgeline.select.reuse.history",
    "Rehearsal": "ridgeline.select.rehearsal",
    "Scores": "ridgeline.select.scores",
    "TrackedChoice": "ridgeline.select.tracked_choice",
    "Verdict": "ridgeline.select.ranking",
    "check_scores": "ridgeline.select.checks",
    "columns_out_of_order": "ridgeline.select.checks_columns",
    "conformal_selection": "ridgeline.select.conformal.selection",
    "examples_right": "ridgeline.select.conformal.certified",
    "gain_effects": "ridgeline.select.bases.effects",
    "lame": "ridgeline.select.adapt.lame",
    "optimized_selection": "ridgeline.select.conformal.optimized",
    "pareto_front": "ridgeline.select.routing.front",
    "rank": "ridgeline.select.ranking",
    "read_scores": "ridgeline.select.tracked",
    "rehearse": "ridgeline.select.rehearsal",
    "replay": "ridgeline.select.reuse.replay",
    "route": "ridgeline.select.routing.route",
}

__all__ = [
    "Finding",
    "History",
    "Outcome",
    "Period",
    "Rehearsal",
    "Scores",
    "TrackedChoice",
    "Verdict",
    "check_scores",
    "columns_out_of_order",
    "conformal_selection",
    "examples_right",
    "gain_effects",
    "lame",
    "optimized_selection",
    "pareto_front",
    "rank",
    "read_scores",
    "rehearse",
    "replay",
    "route",
]


def __getattr__(name: str) -> object:
    """Load a public name on first use."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'ridgeline.select' has no attribute {name!r}")
    return getattr(import_module(home), name)


def __dir__() -> list[str]:
    return sorted(__all__)
