"""RAM: average entries that several models changed, keep whole those that one model changed."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import InputError
from ridgeline.merge.method import Chunk, Kernel, Method, Parameter, Pass, Steps, Target
from ridgeline.merge.methods.arrays import Floats, Mask, Models, along_models, changes_of, divided
from ridgeline.merge.methods.checks import finite
from ridgeline.merge.methods.streaming import by_element, differences, moved


def ram(models: Models, base: Floats, *, epsilon: float = 1e-5) -> Floats:
    """Merge one tensor as mergekit's `ram` does (Reinforced Agent Merging).

    Args:
        models: one tensor a model, [*shape] each.
        base: [*shape].
        epsilon: an entry is changed if it differs from the base by more, in [0, ∞).

    Returns:
        [*shape]: base + the mean of what those changed that changed the entry.

    Raises:
        InputError: shapes differ, or epsilon is negative.
    """
    start, changes = changes_of(models, base)
    changed = np.abs(changes) > _not_negative("epsilon", epsilon)
    merged: Floats = start + divided((changes * changed).sum(axis=0), changed.sum(axis=0).astype(start.dtype))
    return merged


def ramplus_tl(
    models: Models, base: Floats, *, epsilon: float = 1e-5, r: float = 0.1, alpha: float = 0.2
) -> Floats:
    """Merge as `ram` does, and let entries that one model changed count more, the more it shares with others.

    They are multiplied by 1 + r·min(shared / own, alpha), with the counts of the model's shared and own entries in the
    tensor, as mergekit's `ramplus_tl` does.

    Args:
        models: one tensor a model, [*shape] each.
        base: [*shape].
        epsilon: see `ram`.
        r: in [0, ∞).
        alpha: in [0, ∞).

    Returns:
        [*shape].

    Raises:
        InputError: shapes differ, or a parameter is negative.
    """
    start, changes = changes_of(models, base)
    changed = np.abs(changes) > _not_negative("epsilon", epsilon)
    count = changed.sum(axis=0)
    axes = tuple(range(1, changes.ndim))
    own = (changed & (count == 1)).sum(axis=axes)
    shared = (changed & (count > 1)).sum(axis=axes)
    factors = own_factors(shared, own, _not_negative("r", r), _not_negative("alpha", alpha))
    merged: Floats = start + by_count(changes, changed, factors)
    return merged


def by_count(changes: Floats, changed: Mask, factors: Floats) -> Floats:
    """Return the entry of the one model that changed it, times its factor, or the mean of those that did, [*shape]."""
    count = changed.sum(axis=0)
    own = (changes * changed * along_models(factors, changes)).sum(axis=0)
    mean = divided((changes * changed).sum(axis=0), count.astype(changes.dtype))
    return np.where(count == 1, own, mean)


def own_factors(shared: Floats, own: Floats, r: float, alpha: float) -> Floats:
    """Return what each model's own entries are multiplied by, [models]."""
    return 1 + r * np.minimum(shared / np.maximum(own, 1), alpha)


def _not_negative(name: str, value: float) -> float:
    if not finite(name, value) >= 0:
        raise InputError(f"{name} is {value:g}, and must be in [0, ∞).", "merge-parameter")
    return value


def _steps(target: Target) -> Steps:
    yield from ()
    epsilon = target.number("epsilon")
    return by_element(lambda models, base: ram(models, base, epsilon=epsilon))


def _steps_plus(target: Target) -> Steps:
    epsilon = target.number("epsilon")

    def count(chunk: Chunk, total: NDArray[Any]) -> None:
        changed = np.abs(differences(chunk)) > epsilon
        several = changed.sum(axis=0) > 1
        total[0] += (changed & several).sum(axis=1)
        total[1] += (changed & ~several).sum(axis=1)

    shared, own = yield Pass((2, target.models), np.int64, count)
    factors = own_factors(shared, own, target.number("r"), target.number("alpha"))

    def run(chunk: Chunk) -> Floats:
        changes = differences(chunk)
        return moved(chunk, by_count(changes, np.abs(changes) > epsilon, factors))

    return Kernel(run)


_EPSILON = Parameter(
    "epsilon", 1e-5, low=0.0, about="an entry is changed if it differs from the base by more"
)
_PAPER = ""
RAM = Method("ram", "Reinforced agent merging", _PAPER, _steps, (_EPSILON,), base="required")
RAMPLUS_TL = Method(
    "ramplus_tl",
    "Reinforced agent merging, own entries scaled up",
    _PAPER,
    _steps_plus,
    (
        _EPSILON,
        Parameter("r", 0.1, low=0.0, about="how much what is shared counts"),
        Parameter("alpha", 0.2, low=0.0, about="up to which share"),
    ),
    base="required",
)
