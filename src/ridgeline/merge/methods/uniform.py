"""Average models."""

import numpy as np

from ridgeline.merge.kernels.families import weighted_sum
from ridgeline.merge.method import Method, Steps, Target
from ridgeline.merge.methods.arrays import Floats, Models, stacked


def uniform_soup(models: Models) -> Floats:
    """Return the mean of models: Wortsman et al. 2022 (arXiv:2203.05482), section 2.

    The mean is a running sum of values divided by their count, in the order given.

    Args:
        models: one tensor a model, [*shape] each.

    Returns:
        [*shape].

    Raises:
        InputError: there is no model, or shapes differ.
    """
    values = stacked(models)
    total: Floats = np.zeros_like(values[0])
    for value in values:
        total += value * values.dtype.type(1 / len(values))
    return total


def _steps(target: Target) -> Steps:
    yield from ()
    return weighted_sum(target, [1 / target.models] * target.models)


UNIFORM = Method(
    "uniform",
    "Uniform soup",
    "Wortsman et al., Model soups, ICML 2022, https://arxiv.org/abs/2203.05482",
    _steps,
    base="none",
)
CENTROID = Method(
    "centroid",
    "Centre of a region",
    "Gueta et al., Knowledge is a region in weight space, EMNLP 2023 Findings, https://arxiv.org/abs/2302.04863",
    _steps,
    base="none",
)
