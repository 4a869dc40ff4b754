"""Go from one model to another along the arc between them."""

import numpy as np

from ridgeline.merge.kernels.families import weighted_sum
from ridgeline.merge.method import Method, Parameter, Steps, Target
from ridgeline.merge.methods.arrays import Floats, stacked
from ridgeline.merge.methods.checks import finite
from ridgeline.merge.passes.products import products

ALMOST_PARALLEL = 0.9995


def slerp(first: Floats, second: Floats, t: float) -> Floats:
    """Return the spherical interpolation of two tensors: Shoemake 1985, "Animating rotation with quaternion curves".

    The angle is that between the tensors as vectors; their lengths are left as they are. Where the cosine is above
    0.9995 in magnitude, or one is 0, the interpolation is linear, as mergekit's is.

    Args:
        first: [*shape]; t = 0.
        second: [*shape]; t = 1.
        t: usually in [0, 1]; outside goes on along the arc.

    Returns:
        [*shape].

    Raises:
        InputError: shapes differ, or t is not finite.
    """
    a, b = stacked([first, second])
    at = finite("t", t)
    lengths = [float(np.sqrt(np.square(side, dtype=np.float64).sum())) for side in (a, b)]
    product = float((a.astype(np.float64) * b).sum())
    one, other = slerp_coefficients(product, lengths[0], lengths[1], at)
    merged: Floats = a * a.dtype.type(one) + b * b.dtype.type(other)
    return merged


def slerp_coefficients(
    product: float, first_length: float, second_length: float, t: float
) -> tuple[float, float]:
    """Return what the two tensors are multiplied by, from their inner product and lengths."""
    parallel = min(first_length, second_length) < 1e-8
    cosine = 0.0 if parallel else product / (first_length * second_length)
    if parallel or abs(cosine) > ALMOST_PARALLEL:
        return 1.0 - t, t
    angle = np.arccos(cosine)
    return float(np.sin((1 - t) * angle) / np.sin(angle)), float(np.sin(t * angle) / np.sin(angle))


def _steps(target: Target) -> Steps:
    gram = yield from products(target)
    first, second = np.sqrt(gram[1, 1]), np.sqrt(gram[0, 0])
    one, other = slerp_coefficients(float(gram[0, 1]), float(first), float(second), target.number("t"))
    return weighted_sum(target, [other], base_weight=one)


SLERP = Method(
    "slerp",
    "Spherical interpolation from the base to a model",
    "Shoemake, Animating rotation with quaternion curves, SIGGRAPH 1985, https://doi.org/10.1145/325165.325242",
    _steps,
    (Parameter("t", about="0: the base, 1: the model"),),
    base="required",
    models=(1, 1),
)
