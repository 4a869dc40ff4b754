"""TIES as its paper and its authors' code have it: one threshold for a whole model."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import InputError
from ridgeline.merge.kernels.families import Keep, task_vectors
from ridgeline.merge.kernels.ops import Bits
from ridgeline.merge.method import Chunk, Method, Parameter, Pass, Steps, Target
from ridgeline.merge.methods.arrays import Floats, changes_of
from ridgeline.merge.methods.checks import PerModel, finite, fractions
from ridgeline.merge.methods.elect import DISJOINT, Disjoint, Election, disjoint_merge, elected_signs
from ridgeline.merge.methods.streaming import (
    DENSITY,
    SCALE,
    Counts,
    differences,
    in_range,
    ranges,
    total_size,
)
from ridgeline.merge.methods.trim import largest

Tensors = Mapping[str, Floats]


def ties_paper(
    models: Sequence[Tensors],
    base: Tensors,
    density: PerModel = 0.2,
    *,
    scale: float = 1.0,
    election: Election = "mass",
    merge: Disjoint = "mean",
) -> dict[str, Floats]:
    """Merge whole models: Yadav et al. 2023 (arXiv:2306.01708), algorithm 1.

    Each task vector is one vector of all tensors in the order of their names, and keeps its int(density·n) + 1
    largest entries and what ties with the last, as the authors' code does. An entry without a majority takes the
    majority of all entries.

    Args:
        models: tensor name → [*shape], the same for all.
        base: the same names and shapes.
        density: K, in [0, 1], one a model or one for all; the paper's default is 0.2.
        scale: λ; the paper takes 1 where there is no dev set.
        election: how the sign of an entry is found.
        merge: what is made of the entries that agree.

    Returns:
        tensor name → [*shape].

    Raises:
        InputError: names or shapes differ, or a parameter is outside its range.
    """
    names = sorted(base)
    for number, model in enumerate(models):
        if sorted(model) != names:
            raise InputError(
                f"Model {number} has other tensors than the base: {', '.join(sorted(set(names) ^ set(model))[:5])}.",
                "merge-tensors-differ",
            )
    start, changes = changes_of([_flat(model, names) for model in models], _flat(base, names))
    merged = start + scale_of(scale, start) * ties_of_changes(changes, density, election, merge)
    cuts = np.cumsum([base[name].size for name in names])[:-1]
    return {
        name: part.reshape(base[name].shape) for name, part in zip(names, np.split(merged, cuts), strict=True)
    }


def ties_of_changes(
    changes: Floats, density: PerModel, election: Election = "mass", merge: Disjoint = "mean"
) -> Floats:
    """Trim, elect and merge task vectors, [models, entries], into one, [entries]."""
    densities = fractions("density", density, len(changes))
    trimmed = np.stack(
        [
            change * largest(change, int(share * change.size) + 1)
            for change, share in zip(changes, densities, strict=True)
        ]
    )
    return disjoint_merge(trimmed, elected_signs(trimmed, election), merge)


def scale_of(scale: float, like: Floats) -> np.floating[np.typing.NBitBase]:
    """Return λ in the precision of an array."""
    return like.dtype.type(finite("lambda", scale))


def _flat(model: Tensors, names: Sequence[str]) -> Floats:
    return np.concatenate([np.ravel(model[name]) for name in names])


def _steps(target: Target) -> Steps:
    size = yield from total_size()
    last: Counts = (target.numbers("density") * size).astype(np.int64) + 1
    kept = yield from ranges(target, np.stack([np.ones_like(last), last], axis=1), scope="checkpoint")
    votes = yield Pass((1,), np.int64, _counting_signs(kept), scope="checkpoint")
    return task_vectors(
        target,
        1.0,
        keep=Keep(*kept),
        combine=_COMBINES[target.text("merge")],
        scale=target.number("lambda"),
        zero_sign=int(np.sign(votes[0])),
    )


def _counting_signs(kept: tuple[Bits, Bits]) -> Callable[[Chunk, NDArray[Any]], None]:
    def add(chunk: Chunk, total: NDArray[Any]) -> None:
        changes = differences(chunk)
        total[0] += int(np.sign((changes * in_range(changes, kept)).sum(axis=0)).sum())

    return add


_COMBINES: dict[str, Literal["mean", "total", "max"]] = {"mean": "mean", "sum": "total", "max": "max"}
TIES_PAPER = Method(
    "ties_paper",
    "TIES, trimmed over the whole model as in the paper",
    "Yadav et al., TIES-Merging: resolving interference when merging models, NeurIPS 2023, https://arxiv.org/abs/2306.01708",
    _steps,
    (
        replace(DENSITY, default=0.2),
        SCALE,
        Parameter("merge", "mean", choices=DISJOINT, about="what is made of the entries that agree"),
    ),
    base="required",
    across_tensors=True,
)
