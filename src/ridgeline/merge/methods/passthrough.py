"""Take a tensor as it is."""

from ridgeline.merge.kernels.families import weighted_sum
from ridgeline.merge.method import Method, Parameter, Steps, Target
from ridgeline.merge.methods.arrays import Floats, stacked
from ridgeline.merge.methods.checks import finite


def passthrough(model: Floats, *, scale: float = 1.0) -> Floats:
    """Return a tensor, [*shape], times a number: for stacks of layers of several models.

    Args:
        model: [*shape].
        scale: 0 switches a layer's output projection off.

    Returns:
        [*shape].

    Raises:
        InputError: the scale is not finite.
    """
    value: Floats = stacked([model])[0]
    return value * value.dtype.type(finite("scale", scale))


def _steps(target: Target) -> Steps:
    yield from ()
    return weighted_sum(target, target.numbers("scale"))


PASSTHROUGH = Method(
    "passthrough",
    "A model's tensor as it is",
    "",
    _steps,
    (Parameter("scale", 1.0, per_model=True, about="factor"),),
    base="none",
    models=(1, 1),
)
