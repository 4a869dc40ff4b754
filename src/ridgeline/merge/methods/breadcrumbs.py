"""Model Breadcrumbs: leave out both the largest and the smallest entries of task vectors."""

from dataclasses import replace
from typing import Literal

import numpy as np

from ridgeline.core.errors import InputError
from ridgeline.merge.kernels.families import Keep, task_vectors
from ridgeline.merge.method import Method, Parameter, Steps, Target
from ridgeline.merge.methods.arrays import Floats, Mask, Models, changes_of
from ridgeline.merge.methods.checks import PerModel, finite, fraction, fractions, per_model
from ridgeline.merge.methods.combine import agreeing_sum, divisor, scaled_sum
from ridgeline.merge.methods.streaming import DENSITY, GAMMA, NORMALIZE, SCALE, WEIGHT, by_row, ranges
from ridgeline.merge.methods.trim import between, largest, middle_counts

Order = Literal["remove-first", "keep-first"]


def breadcrumbs(
    models: Models,
    base: Floats,
    weight: PerModel = 1.0,
    density: PerModel = 0.9,
    gamma: PerModel = 0.01,
    *,
    scale: float = 1.0,
    normalize: bool = False,
) -> Floats:
    """Add what is left of task vectors, masked tensor by tensor as mergekit does: Davari & Belilovsky 2023 (arXiv:2312.06795).

    Departs: the authors' code masks each row (`breadcrumbs_rows`). Unlike mergekit, entries that tie at a threshold
    stay.

    Args:
        models: one tensor a model, [*shape] each.
        base: [*shape].
        weight: one a model, or one for all.
        density: the share of entries that stay, in [0, 1].
        gamma: the share of the largest entries that go, in [0, 1]; less where density + gamma is above 1.
        scale: λ.
        normalize: divide by the sum of the weights.

    Returns:
        [*shape].

    Raises:
        InputError: shapes differ, or a parameter is outside its range.
    """
    start, changes = _left(models, base, density, gamma)
    merged: Floats = start + scaled_sum(
        changes, per_model("weight", weight, len(changes)), scale, normalize=normalize
    )
    return merged


def breadcrumbs_ties(
    models: Models,
    base: Floats,
    weight: PerModel = 1.0,
    density: PerModel = 0.9,
    gamma: PerModel = 0.01,
    *,
    scale: float = 1.0,
    normalize: bool = False,
) -> Floats:
    """Mask as `breadcrumbs` does, then elect signs and add what agrees; arguments, result and errors are the same."""
    start, changes = _left(models, base, density, gamma)
    weights = per_model("weight", weight, len(changes))
    merged: Floats = start + agreeing_sum(changes, weights, scale, normalize=normalize)
    return merged


def breadcrumbs_rows(
    models: Models,
    base: Floats,
    beta: float = 0.85,
    gamma: float = 0.01,
    *,
    scale: float = 0.3,
    order: Order = "remove-first",
) -> Floats:
    """Add what is left of task vectors, masked row by row as the authors' code does.

    Args:
        models: one tensor a model, [*shape] each.
        base: [*shape].
        beta: the share of a row that stays, in [0, 1].
        gamma: the share of the largest of a row that go, in [0, 1].
        scale: α, what the sum of the task vectors is multiplied by; the authors take 0.3 to 0.4.
        order: take the largest away first and keep the largest of what is left, or keep the largest first and take the
            largest of these away.

    Returns:
        [*shape].

    Raises:
        InputError: shapes differ, or a parameter is outside its range.
    """
    start, changes = changes_of(models, base)
    kept = [change * rows_between(change, beta, gamma, order) for change in changes]
    merged: Floats = start + np.sum(kept, axis=0) * start.dtype.type(finite("alpha", scale))
    return merged


def rows_between(change: Floats, beta: float, gamma: float, order: Order = "remove-first") -> Mask:
    """Mark what stays of each row, the last axis, of one task vector; a single number stays."""
    fraction("beta", beta)
    fraction("gamma", gamma)
    if order not in {"remove-first", "keep-first"}:
        raise InputError(f"order is {order!r}, and must be remove-first or keep-first.", "merge-parameter")
    if change.ndim == 0:
        return np.ones((), bool)
    rows = change.reshape(-1, change.shape[-1])
    return np.stack([_row(row, beta, gamma, order) for row in rows]).reshape(change.shape)


def _row(row: Floats, beta: float, gamma: float, order: Order) -> Mask:
    keep, remove = int(row.size * beta), int(row.size * gamma)
    if order == "remove-first":
        return largest(row, keep + remove) & ~largest(row, remove)
    return largest(row, keep) & ~largest(row, remove)


def _left(models: Models, base: Floats, density: PerModel, gamma: PerModel) -> tuple[Floats, Floats]:
    start, changes = changes_of(models, base)
    shares, cuts = fractions("density", density, len(changes)), fractions("gamma", gamma, len(changes))
    kept = [
        change * between(change, *middle_counts(change.size, float(share), float(cut)))
        for change, share, cut in zip(changes, shares, cuts, strict=True)
    ]
    return start, np.stack(kept)


def _steps(target: Target, *, elect: bool) -> Steps:
    weights, normalize = target.numbers("weight"), target.flag("normalize")
    pairs = zip(target.numbers("density"), target.numbers("gamma"), strict=True)
    cuts = [middle_counts(target.size, float(density), float(gamma)) for density, gamma in pairs]
    kept = yield from ranges(target, np.array([[above + 1, target.size - below] for below, above in cuts]))
    return task_vectors(
        target,
        weights,
        keep=Keep(*kept),
        combine=("mean" if normalize else "total") if elect else "sum",
        scale=target.number("lambda"),
        divisor=1.0 if elect else divisor(weights, normalize=normalize),
    )


def _steps_of_rows(target: Target) -> Steps:
    yield from ()
    beta, gamma, alpha = target.number("beta"), target.number("gamma"), target.number("lambda")
    order: Order = "keep-first" if target.text("order") == "keep-first" else "remove-first"
    return by_row(lambda models, base: breadcrumbs_rows(models, base, beta, gamma, scale=alpha, order=order))


_PAPER = "Davari & Belilovsky, Model Breadcrumbs, ECCV 2024, https://arxiv.org/abs/2312.06795"
_PARAMETERS = (WEIGHT, replace(DENSITY, default=0.9), GAMMA, SCALE, NORMALIZE)
BREADCRUMBS = Method(
    "breadcrumbs",
    "Model Breadcrumbs, masked tensor by tensor",
    _PAPER,
    lambda target: _steps(target, elect=False),
    _PARAMETERS,
    base="required",
)
BREADCRUMBS_TIES = Method(
    "breadcrumbs_ties",
    "Model Breadcrumbs with the sign election of TIES",
    _PAPER,
    lambda target: _steps(target, elect=True),
    (*_PARAMETERS, Parameter("int8_mask", False, about="mergekit's way to save memory; nothing here")),
    base="required",
)
BREADCRUMBS_ROWS = Method(
    "breadcrumbs_rows",
    "Model Breadcrumbs, masked row by row as in the authors' code",
    _PAPER,
    _steps_of_rows,
    (
        Parameter("beta", 0.85, low=0.0, high=1.0, about="share of a row that stays"),
        replace(GAMMA, per_model=False),
        replace(SCALE, default=0.3),
        Parameter(
            "order", "remove-first", choices=("remove-first", "keep-first"), about="which mask goes first"
        ),
    ),
    base="required",
)
