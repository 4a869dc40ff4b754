"""SCE: select the entries that models disagree on most, weigh models by their energy, erase minority signs."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ridgeline.merge.kernels.numpy_ops import magnitude_bits
from ridgeline.merge.kernels.ops import Bits
from ridgeline.merge.method import Chunk, Kernel, Method, Parameter, Pass, Steps, Target
from ridgeline.merge.methods.arrays import Floats, Mask, Models, along_models, changes_of
from ridgeline.merge.methods.checks import fraction
from ridgeline.merge.methods.streaming import differences, moved, ranked


def sce(models: Models, base: Floats, *, select_topk: float = 1.0) -> Floats:
    """Merge one tensor: Wan et al. 2024, FuseChat (arXiv:2408.07990), section 3.3.

    Args:
        models: one tensor a model, [*shape] each.
        base: [*shape].
        select_topk: the share of the entries with variance above 0 that stay, in [0, 1]; entries that tie with the last
            stay too.

    Returns:
        [*shape].

    Raises:
        InputError: shapes differ, or select_topk is outside [0, 1].
    """
    start, changes = changes_of(models, base)
    share = fraction("select_topk", select_topk)
    if share < 1:
        changes = changes * of_largest_variance(changes, share)
    squares = np.square(changes, dtype=np.float64).reshape(len(changes), -1).mean(axis=1)
    merged: Floats = start + merged_by_energy(changes, energy_shares(squares))
    return merged


def merged_by_energy(changes: Floats, shares: Floats) -> Floats:
    """Return the mean of the task vectors that agree with the majority, [*shape], weighted by their energy, [models]."""
    each = along_models(shares, changes)
    agree = np.where(changes.sum(axis=0) >= 0, changes > 0, changes < 0)
    weights = each * agree
    total: Floats = (changes * weights).sum(axis=0) / np.maximum(
        weights.sum(axis=0), changes.dtype.type(1e-6)
    )
    return total


def of_largest_variance(changes: Floats, share: float) -> Mask:
    """Mark the int(share·n) entries of largest variance among models, of the n that have any, [*shape]."""
    spread = changes.var(axis=0)
    count = int(np.count_nonzero(spread) * share)
    if count == 0:
        return np.zeros(spread.shape, bool)
    threshold = np.partition(spread, spread.size - count, axis=None)[spread.size - count]
    kept: Mask = spread >= threshold
    return kept


def energy_shares(squares: Floats) -> Floats:
    """Return the weights of models, [models], from the mean squares of their task vectors; equal where all are 0."""
    total = squares.sum()
    return squares / total if total >= 1e-6 else np.full(len(squares), 1 / len(squares))


def _steps(target: Target) -> Steps:
    share = target.number("select_topk")
    least: Bits | None = None
    if share < 1:
        spread = yield Pass((1,), np.int64, _count_spread)
        rank = int(spread[0] * share)
        if rank == 0:
            return Kernel(_nothing)
        least = yield from ranked(target, lambda chunk: differences(chunk).var(axis=0), rank)
    squares = yield Pass((target.models,), np.float64, lambda chunk, total: _add_squares(chunk, total, least))
    weights = energy_shares(squares / max(target.size, 1))
    return Kernel(lambda chunk: _of_agreeing(chunk, weights, least))


def _count_spread(chunk: Chunk, total: NDArray[Any]) -> None:
    total[0] += np.count_nonzero(differences(chunk).var(axis=0))


def _nothing(chunk: Chunk) -> Floats:
    return moved(chunk, np.zeros_like(chunk.models[0]))


def _selected(chunk: Chunk, least: Bits | None) -> Floats:
    changes = differences(chunk)
    return changes if least is None else changes * (magnitude_bits(changes.var(axis=0)) >= least)


def _add_squares(chunk: Chunk, total: NDArray[Any], least: Bits | None) -> None:
    total += np.square(_selected(chunk, least), dtype=np.float64).sum(axis=1)


def _of_agreeing(chunk: Chunk, weights: Floats, least: Bits | None) -> Floats:
    return moved(chunk, merged_by_energy(_selected(chunk, least), weights))


SCE = Method(
    "sce",
    "Select, calculate, erase",
    "Wan et al., FuseChat: knowledge fusion of chat models, 2024, https://arxiv.org/abs/2408.07990",
    _steps,
    (
        Parameter("select_topk", 1.0, low=0.0, high=1.0, about="share of the entries that vary that stays"),
        Parameter("int8_mask", False, about="mergekit's way to save memory; nothing here"),
    ),
    base="required",
)
