"""The region that the fine-tunes of one base span: its centre, points in it, paths through it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import InputError
from ridgeline.merge.kernels.families import weighted_sum
from ridgeline.merge.method import Method, Parameter, Steps, Target
from ridgeline.merge.methods.arrays import Floats, Models, stacked
from ridgeline.merge.methods.linear import linear
from ridgeline.merge.methods.uniform import uniform_soup


def centroid(models: Models) -> Floats:
    """Return the mean of models, a better start for fine-tuning than their base: Gueta et al. 2023 (arXiv:2302.04863), section 7.

    Arguments, result and errors are those of `uniform_soup`. Leave the models of the target out.
    """
    return uniform_soup(models)


def between(first: Floats, second: Floats, t: float) -> Floats:
    """Return (1 - t)·first + t·second, [*shape]: Gueta et al. 2023, section 5.

    Args:
        first: [*shape].
        second: [*shape].
        t: in [0, 1] between them; outside leaves the region, which the paper calls extrapolation.

    Returns:
        [*shape].
    """
    return linear([first, second], [1 - t, t], normalize=False)


def random_weights(count: int, seed: int, sample: int = 0) -> NDArray[np.float64]:
    """Draw weights of a random point in the region, uniformly from the simplex, [models].

    Args:
        count: models, from 1.
        seed: the same seed and sample give the same weights on every machine.
        sample: which point.

    Returns:
        [models], not negative, adding up to 1.

    Raises:
        InputError: there are no models.
    """
    if count < 1:
        raise InputError("A region needs at least one model, and none is given.", "no-models-to-merge")
    generator = np.random.Generator(np.random.Philox(key=[seed & (2**64 - 1), sample & (2**64 - 1)]))
    # Exponential draws by their inverse, from raw bits: NumPy may change how it draws others between versions.
    uniform = (generator.bit_generator.random_raw(count) >> np.uint64(11)).astype(np.float64) * 2.0**-53
    drawn = -np.log1p(-uniform)
    weights: NDArray[np.float64] = drawn / drawn.sum() if drawn.sum() > 0 else np.full(count, 1 / count)
    return weights


def random_point(models: Models, seed: int, sample: int = 0) -> Floats:
    """Return a random point between models: Gueta et al. 2023, section 5. See `random_weights`."""
    values = stacked(models)
    return linear(list(values), random_weights(len(values), seed, sample).tolist(), normalize=False)


@dataclass(frozen=True, slots=True)
class Path:
    """Losses on the way from one model to another.

    Attributes:
        t: [points]; 0 is the first model, 1 the second.
        loss: [points].
        barrier: how far the loss on [0, 1] is above the straight line between its ends, at most; NaN if there are no
            points at 0 and 1. Frankle et al. 2020 (arXiv:1912.05671), section 2.
    """

    t: NDArray[np.float64]
    loss: NDArray[np.float64]
    barrier: float


def path(losses_at: Callable[[float], float], points: Sequence[float]) -> Path:
    """Measure the loss along a path.

    Args:
        losses_at: the loss of the model at t, such as of `between(first, second, t)` for each tensor.
        points: values of t, at least one.

    Returns:
        The points in ascending order.

    Raises:
        InputError: there are no points.
    """
    if not len(points):
        raise InputError("A path needs at least one value of t, and none is given.", "merge-parameter")
    places = np.unique(np.asarray(points, np.float64))
    losses = np.array([losses_at(float(place)) for place in places])
    inside = (places >= 0) & (places <= 1)
    barrier = float("nan")
    if {0.0, 1.0} <= set(places.tolist()):
        first, last = losses[places == 0.0][0], losses[places == 1.0][0]
        line = first + (last - first) * places[inside]
        barrier = float((losses[inside] - line).max())
    return Path(places, losses, barrier)


def _steps(target: Target) -> Steps:
    yield from ()
    return weighted_sum(target, random_weights(target.models, target.seed, int(target.number("sample"))))


RANDOM_POINT = Method(
    "random_point",
    "A random point between models",
    "Gueta et al., Knowledge is a region in weight space, EMNLP 2023 Findings, https://arxiv.org/abs/2302.04863",
    _steps,
    (Parameter("sample", 0.0, low=0.0, about="which point of the seed"),),
    base="none",
)
