"""ColD Fusion: contributors fine-tune a shared base on their own data, and their mean is the next base."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ridgeline.core.errors import InputError
from ridgeline.merge.methods.arrays import Floats
from ridgeline.merge.methods.checks import PerModel, per_model
from ridgeline.merge.methods.linear import linear

Tensors = Mapping[str, Floats]


@dataclass(frozen=True, slots=True)
class Round:
    """What a round made.

    Attributes:
        base: the next base.
        fused: which contributions are in it, by place from 0.
        refused: place → why a contribution is not in it.
    """

    base: dict[str, Floats]
    fused: tuple[int, ...]
    refused: dict[int, str]


def cold_fusion_round(
    base: Tensors,
    contributions: Sequence[Tensors],
    weight: PerModel = 1.0,
    *,
    heads: Sequence[str] = (),
) -> Round:
    """Fuse contributions into the next base: Don-Yehiya et al. 2022 (arXiv:2212.01378), section 2.

    Args:
        base: tensor name → [*shape].
        contributions: fine-tuned from this base; tensors that the base has not, such as heads, are left out.
        weight: one a contribution, or one for all; those that are fused add up to 1.
        heads: names that keep the base's values though contributions have them; a name counts for all that start with it.

    Returns:
        The mean of the contributions that are whole and finite.

    Raises:
        InputError: none is left.
    """
    weights = per_model("weight", weight, len(contributions))
    body = [name for name in base if not name.startswith(tuple(heads))]
    problems = [_problem(base, one, body) for one in contributions]
    refused = {place: problem for place, problem in enumerate(problems) if problem}
    fused = tuple(place for place in range(len(contributions)) if place not in refused)
    if not fused:
        said = "; ".join(f"{place}: {problem}" for place, problem in refused.items())
        raise InputError(
            f"None of {len(contributions)} contributions can be fused. {said}", "no-contributions"
        )
    shares = [float(weights[place]) for place in fused]
    merged = {name: linear([contributions[place][name] for place in fused], shares) for name in body}
    return Round({name: merged.get(name, base[name]) for name in base}, fused, refused)


def _problem(base: Tensors, contribution: Tensors, body: Sequence[str]) -> str:
    for name in body:
        if name not in contribution:
            return f"the tensor {name!r} is missing"
        if contribution[name].shape != base[name].shape:
            return f"the tensor {name!r} has shape {contribution[name].shape}, not {base[name].shape}"
        if not np.isfinite(contribution[name]).all():
            return f"the tensor {name!r} has NaN or infinity"
    return ""
