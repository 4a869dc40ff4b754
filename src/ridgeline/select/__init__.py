"""Choose among candidates, and say what the choice costs against the oracle.

    from ridgeline import select
    select.rank(scores, "de", source="en", rules=["source-dev", "mean-pivots"], test=test_scores)

What needs SciPy is loaded on first use (PEP 562), since that takes half a second.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ridgeline.select.checks import Finding as Finding
    from ridgeline.select.checks import check_scores as check_scores
    from ridgeline.select.ranking import Outcome as Outcome
    from ridgeline.select.ranking import Verdict as Verdict
    from ridgeline.select.ranking import rank as rank
    from ridgeline.select.rehearsal import Rehearsal as Rehearsal
    from ridgeline.select.rehearsal import rehearse as rehearse
    from ridgeline.select.scores import Scores as Scores
    from ridgeline.select.tracked import read_scores as read_scores
    from ridgeline.select.tracked_choice import TrackedChoice as TrackedChoice

_HOMES = {
    "Finding": "ridgeline.select.checks",
    "check_scores": "ridgeline.select.checks",
    "Outcome": "ridgeline.select.ranking",
    "Rehearsal": "ridgeline.select.rehearsal",
    "Scores": "ridgeline.select.scores",
    "TrackedChoice": "ridgeline.select.tracked_choice",
    "Verdict": "ridgeline.select.ranking",
    "rank": "ridgeline.select.ranking",
    "read_scores": "ridgeline.select.tracked",
    "rehearse": "ridgeline.select.rehearsal",
}

__all__ = [
    "Finding",
    "Outcome",
    "Rehearsal",
    "Scores",
    "TrackedChoice",
    "Verdict",
    "check_scores",
    "rank",
    "read_scores",
    "rehearse",
]


def __getattr__(name: str) -> object:
    """Load a public name on first use."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'ridgeline.select' has no attribute {name!r}")
    return getattr(import_module(home), name)


def __dir__() -> list[str]:
    return sorted(__all__)
