"""Average models with weights."""

from ridgeline.merge.kernels.families import weighted_sum
from ridgeline.merge.method import Method, Steps, Target
from ridgeline.merge.methods.arrays import Floats, Models, along_models, stacked
from ridgeline.merge.methods.checks import PerModel, per_model, shares
from ridgeline.merge.methods.streaming import NORMALIZED, WEIGHT


def linear(models: Models, weight: PerModel = 1.0, *, normalize: bool = True) -> Floats:
    """Return the weighted mean of models: Wortsman et al. 2022 (arXiv:2203.05482).

    Args:
        models: one tensor a model, [*shape] each.
        weight: one a model, or one for all; finite, may be negative.
        normalize: divide by the sum of the weights.

    Returns:
        [*shape].

    Raises:
        InputError: shapes differ, or the weights add up to 0 and are to be normalized.
    """
    values = stacked(models)
    weights = shares("weight", weight, len(values)) if normalize else per_model("weight", weight, len(values))
    total: Floats = (values * along_models(weights, values)).sum(axis=0)
    return total


def _steps(target: Target) -> Steps:
    yield from ()
    weights = target.numbers("weight").tolist()
    return weighted_sum(
        target, shares("weight", weights, target.models) if target.flag("normalize") else weights
    )


LINEAR = Method(
    "linear",
    "Weighted mean",
    "Wortsman et al., Model soups, ICML 2022, https://arxiv.org/abs/2203.05482",
    _steps,
    (WEIGHT, NORMALIZED),
    base="none",
)
