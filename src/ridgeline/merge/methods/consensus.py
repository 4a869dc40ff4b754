"""TALL masks: which entries of a merged task vector each task uses, and the consensus of tasks."""

import numpy as np

from ridgeline.core.errors import InputError
from ridgeline.merge.method import Method, Parameter, Steps, Target
from ridgeline.merge.methods.arrays import Floats, Mask, Models, changes_of
from ridgeline.merge.methods.checks import PerModel, finite, per_model
from ridgeline.merge.methods.streaming import SCALE, by_element


def tall_masks(changes: Floats, merged: Floats, strictness: PerModel = 0.4) -> Mask:
    """Mark what each task uses: |τₜ| ≥ λₜ·|τ - τₜ|, Wang et al. 2024 (arXiv:2405.07813), equation 3.

    Args:
        changes: task vectors, [models, *shape].
        merged: the multi-task vector τ, [*shape].
        strictness: λ, one a model or one for all, in [0, ∞); the paper searches 0.2 to 0.6.

    Returns:
        [models, *shape].

    Raises:
        InputError: λ is negative.
    """
    limits = per_model("lambda", strictness, len(changes))
    if (limits < 0).any():
        raise InputError(f"lambda is {limits.min():g}, and must be in [0, ∞).", "merge-parameter")
    pairs = zip(changes, limits, strict=True)
    return np.stack([np.abs(one) >= one.dtype.type(limit) * np.abs(merged - one) for one, limit in pairs])


def consensus(
    models: Models,
    base: Floats,
    strictness: PerModel = 0.4,
    *,
    tasks: int = 2,
    scale: float = 1.0,
) -> Floats:
    """Return base + α·τ where at least `tasks` models use τ = Σ τₜ: Wang et al. 2024, section 4.2.

    With `tasks` = 2, entries that no model or a single one uses go back to the base.

    Args:
        models: one tensor a model, [*shape] each.
        base: [*shape].
        strictness: λ, see `tall_masks`.
        tasks: in [0, models].
        scale: α.

    Returns:
        [*shape].

    Raises:
        InputError: shapes differ, or a parameter is outside its range.
    """
    start, changes = changes_of(models, base)
    if not 0 <= tasks <= len(changes):
        raise InputError(f"tasks is {tasks}, and must be in [0, {len(changes)}].", "merge-parameter")
    total = changes.sum(axis=0)
    used = tall_masks(changes, total, strictness).sum(axis=0)
    merged: Floats = start + total * (used >= tasks) * start.dtype.type(finite("alpha", scale))
    return merged


def _steps(target: Target) -> Steps:
    yield from ()
    strictness = target.numbers("strictness").tolist()
    tasks, scale = int(target.number("tasks")), target.number("lambda")
    return by_element(lambda models, base: consensus(models, base, strictness, tasks=tasks, scale=scale))


CONSENSUS = Method(
    "consensus",
    "Consensus of TALL masks",
    "Wang et al., Localizing task information for improved model merging and compression, ICML 2024, https://arxiv.org/abs/2405.07813",
    _steps,
    (
        Parameter(
            "strictness", 0.4, per_model=True, low=0.0, about="λ of the mask: higher, fewer entries are used"
        ),
        Parameter("tasks", 2.0, low=0.0, about="how many models must use an entry"),
        SCALE,
    ),
    base="required",
    models=(2, None),
)
