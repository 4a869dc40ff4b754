"""Let scores compete with the rules that choose by dev sets."""

from collections.abc import Mapping
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import InputError
from ridgeline.select.rules import Evidence, Rule
from ridgeline.select.scorers.registry import find_scorer


def as_rules(scores: Mapping[str, NDArray[np.float64]], target: str | None = None) -> tuple[Rule, ...]:
    """Make rules of what `table.score` returned, for `ridgeline.select.ranking.rank`.

    Args:
        scores: name of the scorer to scores, [candidates], the candidates in the order of the dev scores' rows.
        target: the task that they were computed for; None: nobody says, and they are given for any.

    Returns:
        A rule a scorer, in their order. It refuses dev scores of another number of candidates, and another target.
    """
    return tuple(
        Rule(name, scorer.title, scorer.paper, partial(_given, name, values, target))
        for name, values in scores.items()
        for scorer in [find_scorer(name)]
    )


def _given(
    name: str, scores: NDArray[np.float64], target: str | None, evidence: Evidence
) -> NDArray[np.float64]:
    if target not in (None, evidence.target):
        raise InputError(
            f"The scorer {name} was run on what the candidates say of {target!r}, which tells nothing of"
            f" {evidence.target!r}.",
            "outputs-missing",
        )
    if len(scores) != len(evidence.dev.candidates):
        raise InputError(
            f"The scorer {name} has scores of {len(scores)} candidates, but there are"
            f" {len(evidence.dev.candidates)} candidates with dev scores.",
            "scores-shape",
        )
    return scores
