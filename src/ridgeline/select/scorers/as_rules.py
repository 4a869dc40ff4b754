"""Let scores compete with the rules that choose by dev sets."""

from collections.abc import Mapping
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import InputError
from ridgeline.select.rules import Evidence, Rule
from ridgeline.select.scorers.registry import SCORERS


def as_rules(scores: Mapping[str, NDArray[np.float64]]) -> tuple[Rule, ...]:
    """Make rules of what `table.score` returned, for `ridgeline.select.ranking.rank`.

    Args:
        scores: name of the scorer to scores, [candidates], the candidates in the order of the dev scores' rows.

    Returns:
        A rule a scorer, in their order. It refuses dev scores of another number of candidates.
    """
    return tuple(
        Rule(name, SCORERS[name].title, SCORERS[name].paper, partial(_given, name, values))
        for name, values in scores.items()
    )


def _given(name: str, scores: NDArray[np.float64], evidence: Evidence) -> NDArray[np.float64]:
    if len(scores) != len(evidence.dev.candidates):
        raise InputError(
            f"The scorer {name} has scores of {len(scores)} candidates, but there are"
            f" {len(evidence.dev.candidates)} candidates with dev scores.",
            "scores-shape",
        )
    return scores
