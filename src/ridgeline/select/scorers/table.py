"""Run several scorers over many candidates, a block of them at a time."""

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import InputError
from ridgeline.select.scorers.outputs import Outputs
from ridgeline.select.scorers.registry import find_scorer, usable
from ridgeline.select.scorers.scorer import Scorer


def score(
    outputs: Outputs | Iterable[Outputs], names: Sequence[str] | None = None
) -> dict[str, NDArray[np.float64]]:
    """Score candidates by several scorers, on all cores; higher is better.

    Args:
        outputs: of all candidates, or an iterable of blocks of them: then as many blocks as there are cores are
            in memory at once, and of all candidates only their predicted classes. The candidates come in the order
            of the blocks.
        names: of scorers, `lame:NAME` for one after test-time adaptation; None: all those for which the first block has
            enough, as they are.

    Returns:
        Name of the scorer to scores, [candidates]; NaN where a scorer says that it cannot tell.

    Raises:
        NotFoundError: there is no such scorer.
        InputError: there are no outputs, not enough for a scorer, they hold what cannot be, or a scorer judges nothing that
            adaptation changes.
    """
    arriving = iter([outputs] if isinstance(outputs, Outputs) else outputs)
    cores = os.cpu_count() or 1
    batch = list(islice(arriving, cores))
    if not batch:
        raise InputError("There is no block of candidates to score.", "no-candidates")
    scorers, examples = _chosen(names, batch[0]), batch[0].examples
    alone = [scorer for scorer in scorers if not scorer.across]
    parts: list[list[NDArray[np.float64]]] = []
    predicted: list[Outputs] = []
    with ThreadPoolExecutor(cores) as pool:
        while batch:
            for given in batch:
                _check_examples(given, examples)
            if len(alone) < len(scorers):
                predicted += [given.classes_alone() for given in batch]
            blocks = (block for given in batch for block in given.blocks())
            parts += pool.map(lambda block: [scorer.score(block) for scorer in alone], blocks)
            batch = list(islice(arriving, cores))
    by_name = {scorer.name: np.concatenate([part[i] for part in parts]) for i, scorer in enumerate(alone)}
    by_name |= {scorer.name: scorer.score(_joined(predicted)) for scorer in scorers if scorer.across}
    return {scorer.name: by_name[scorer.name] for scorer in scorers}


def _check_examples(outputs: Outputs, expected: tuple[int | None, int | None]) -> None:
    if outputs.examples != expected:
        raise InputError(
            f"Blocks of candidates differ in their target and source examples: {expected} and {outputs.examples};"
            " scores on different examples do not compare.",
            "example-count",
        )


def _chosen(names: Sequence[str] | None, outputs: Outputs) -> list[Scorer]:
    wanted = usable(outputs) if names is None else names
    return [find_scorer(name) for name in dict.fromkeys(wanted)]


def _joined(blocks: list[Outputs]) -> Outputs:
    """Return the predicted classes of all blocks as one."""
    target = [block.target_predictions for block in blocks if block.target_predictions is not None]
    source = [block.source_predictions for block in blocks if block.source_predictions is not None]
    return Outputs(
        target_predictions=np.concatenate(target) if target else None,
        source_predictions=np.concatenate(source) if source else None,
        source_labels=blocks[0].source_labels,
    )
