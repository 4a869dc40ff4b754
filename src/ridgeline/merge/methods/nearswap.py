"""Swap in the entries of another model that are near those of the base."""

import numpy as np

from ridgeline.core.errors import InputError
from ridgeline.merge.method import Method, Parameter, Steps, Target
from ridgeline.merge.methods.arrays import Floats, stacked
from ridgeline.merge.methods.streaming import by_element


def nearswap(base: Floats, model: Floats, t: float) -> Floats:
    """Go from the base to a model by min(1, t / |difference|) in each entry, as mergekit's `nearswap` does.

    So an entry moves by at most t: base + clip(model - base, -t, t).

    Args:
        base: [*shape].
        model: [*shape].
        t: in [0, ∞).

    Returns:
        [*shape].

    Raises:
        InputError: shapes differ, or t is negative.
    """
    if not t >= 0:
        raise InputError(f"t is {t:g}, and must be in [0, ∞).", "merge-parameter")
    start, other = stacked([base, model])
    merged: Floats = start + np.clip(other - start, -start.dtype.type(t), start.dtype.type(t))
    return merged


def _steps(target: Target) -> Steps:
    yield from ()
    most = target.number("t")
    return by_element(lambda models, base: nearswap(base, models[0], most))


NEARSWAP = Method(
    "nearswap",
    "Move each entry of the base towards a model, by at most t",
    "",
    _steps,
    (Parameter("t", low=0.0, about="how far an entry moves at most"),),
    base="required",
    models=(1, 1),
)
