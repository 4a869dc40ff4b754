"""Add what models changed in their base."""

from ridgeline.merge.kernels.families import task_vectors
from ridgeline.merge.method import Method, Steps, Target
from ridgeline.merge.methods.arrays import Floats, Models, changes_of
from ridgeline.merge.methods.checks import PerModel, per_model
from ridgeline.merge.methods.combine import divisor, scaled_sum
from ridgeline.merge.methods.streaming import NORMALIZE, SCALE, WEIGHT


def task_arithmetic(
    models: Models,
    base: Floats,
    weight: PerModel = 1.0,
    *,
    scale: float = 1.0,
    normalize: bool = False,
) -> Floats:
    """Return base + λ·Σ wᵢ·(modelᵢ - base): Ilharco et al. 2023 (arXiv:2212.04089), section 2.

    Args:
        models: one tensor a model, [*shape] each.
        base: the model that all were trained from, [*shape].
        weight: one a model, or one for all; negative forgets.
        scale: λ.
        normalize: divide the sum by that of the weights, unless they add up to 0.

    Returns:
        [*shape].

    Raises:
        InputError: shapes differ, or a weight is not finite.
    """
    start, changes = changes_of(models, base)
    weights = per_model("weight", weight, len(changes))
    merged: Floats = start + scaled_sum(changes, weights, scale, normalize=normalize)
    return merged


def _steps(target: Target) -> Steps:
    yield from ()
    weights = target.numbers("weight")
    return task_vectors(
        target,
        weights,
        scale=target.number("lambda"),
        divisor=divisor(weights, normalize=target.flag("normalize")),
    )


TASK_ARITHMETIC = Method(
    "task_arithmetic",
    "Task arithmetic",
    "Ilharco et al., Editing models with task arithmetic, ICLR 2023, https://arxiv.org/abs/2212.04089",
    _steps,
    (WEIGHT, SCALE, NORMALIZE),
    base="required",
)
