"""Run several scorers over many candidates, a block of them at a time."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import InputError, NotFoundError, did_you_mean
from ridgeline.select.scorers.evidence import Evidence
from ridgeline.select.scorers.registry import SCORERS, usable
from ridgeline.select.scorers.scorer import Scorer


def score(
    evidence: Evidence | Iterable[Evidence], names: Sequence[str] | None = None
) -> dict[str, NDArray[np.float64]]:
    """Score candidates by several scorers; higher is better.

    Args:
        evidence: of all candidates, or an iterable of blocks of them: then one block at a time is in memory, and of
            all candidates only their predicted classes. The order of the blocks is that of the candidates.
        names: of scorers; None: all those for which the first block has enough.

    Returns:
        Name of the scorer to scores, [candidates]; NaN where a scorer says that it cannot tell.

    Raises:
        NotFoundError: there is no such scorer.
        InputError: there is no evidence, not enough of it for a scorer, or it holds what cannot be.
    """
    blocks = [evidence] if isinstance(evidence, Evidence) else evidence
    scorers: list[Scorer] | None = None
    examples = None
    parts: dict[str, list[NDArray[np.float64]]] = {}
    predicted: list[Evidence] = []
    for given in blocks:
        if scorers is None:
            scorers, examples = _chosen(names, given), given.examples
            parts = {scorer.name: [] for scorer in scorers if not scorer.across}
        if given.examples != examples:
            raise InputError(
                f"Blocks of candidates differ in their target and source examples: {examples} and {given.examples};"
                " scores on different examples do not compare.",
                "example-count",
            )
        if any(scorer.across for scorer in scorers):
            predicted.append(given.classes_alone())
        for block in given.blocks():
            for name, scores in parts.items():
                scores.append(SCORERS[name].score(block))
    if scorers is None:
        raise InputError("There is no block of candidates to score.", "no-candidates")
    return {
        scorer.name: scorer.score(_joined(predicted)) if scorer.across else np.concatenate(parts[scorer.name])
        for scorer in scorers
    }


def _chosen(names: Sequence[str] | None, evidence: Evidence) -> list[Scorer]:
    wanted = usable(evidence) if names is None else names
    for name in wanted:
        if name not in SCORERS:
            raise NotFoundError(
                f"No scorer {name!r} among {', '.join(SCORERS)}.{did_you_mean(name, SCORERS)}",
                "scorer-not-found",
            )
    return [SCORERS[name] for name in dict.fromkeys(wanted)]


def _joined(blocks: list[Evidence]) -> Evidence:
    """Return the predicted classes of all blocks as one."""
    target = [block.target_predictions for block in blocks if block.target_predictions is not None]
    source = [block.source_predictions for block in blocks if block.source_predictions is not None]
    return Evidence(
        target_predictions=np.concatenate(target) if target else None,
        source_predictions=np.concatenate(source) if source else None,
        source_labels=blocks[0].source_labels,
    )
