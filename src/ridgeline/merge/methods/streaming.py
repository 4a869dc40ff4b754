"""Passes and kernels of methods that the engine's families do not have."""

from collections.abc import Callable, Generator
from dataclasses import replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ridgeline.merge.kernels.numpy_ops import magnitude_bits
from ridgeline.merge.kernels.ops import Bits
from ridgeline.merge.method import Chunk, Kernel, Parameter, Pass, Target, Unit
from ridgeline.merge.methods.arrays import Floats, Mask
from ridgeline.merge.passes.magnitudes import magnitudes_at
from ridgeline.merge.random import keep_below, random_words

Counts = NDArray[np.int64]
Scope = Literal["tensor", "checkpoint"]

WEIGHT = Parameter("weight", 1.0, per_model=True, about="factor of the model or of its task vector")
DENSITY = Parameter(
    "density", 1.0, per_model=True, low=0.0, high=1.0, about="share of the task vector that stays"
)
GAMMA = Parameter(
    "gamma", 0.01, per_model=True, low=0.0, high=1.0, about="share of the largest entries that go"
)
SCALE = Parameter("lambda", 1.0, about="factor of the merged task vector")
NORMALIZE = Parameter("normalize", False, about="divide by the weights that count")
NORMALIZED = replace(NORMALIZE, default=True)


def differences(chunk: Chunk) -> Floats:
    """Return the task vectors of a chunk, [models, n]."""
    assert chunk.base is not None, "task vectors need a base; the method says so"
    changes: Floats = chunk.models - chunk.base
    return changes


def moved(chunk: Chunk, change: Floats) -> Floats:
    """Return the base of a chunk, 0 where it has none, plus what is to change in it, [n]."""
    merged: Floats = change if chunk.base is None else chunk.base + change
    return merged


def rows_of(chunk: Chunk) -> tuple[Floats, Floats]:
    """Return models, [models, rows, columns], and base, [rows, columns], of a chunk of whole rows."""
    assert chunk.base is not None, "task vectors need a base; the method says so"
    return chunk.rows(), chunk.base.reshape(-1, chunk.columns)


def by_element(merge: Callable[[Floats, Floats], Floats]) -> Kernel:
    """Return the kernel of a function of models, [models, n], and base, [n], that looks at each entry by itself."""

    def run(chunk: Chunk) -> Floats:
        assert chunk.base is not None, "task vectors need a base; the method says so"
        return merge(chunk.models, chunk.base)

    return Kernel(run)


def by_row(merge: Callable[[Floats, Floats], Floats]) -> Kernel:
    """Return the kernel of a function of models, [models, rows, columns], and base, [rows, columns]."""
    return Kernel(lambda chunk: merge(*rows_of(chunk)).ravel(), unit="row")


def total_size() -> Generator[Pass, NDArray[Any], int]:
    """Return how many entries all tensors have together."""

    def add(chunk: Chunk, total: NDArray[Any]) -> None:
        total[0] += chunk.models.shape[1]

    return int((yield Pass((1,), np.int64, add, scope="checkpoint"))[0])


def ranges(
    target: Target, ranks: Counts, *, scope: Scope = "tensor"
) -> Generator[Pass, NDArray[Any], tuple[Bits, Bits]]:
    """Find the magnitudes between two ranks, both included, for `kernels.families.task_vectors`.

    Args:
        target: the tensor.
        ranks: the first and the last that stay, [models, 2]; 1 is the largest. Where the first is after the last nothing
            stays.
        scope: see `magnitudes_at`.

    Returns:
        Bits of the lowest and of the highest magnitude, [models] each, for `Keep`.
    """
    found = yield from magnitudes_at(target, np.maximum(ranks, 1), scope=scope)
    empty = ranks[:, 0] > ranks[:, 1]
    low, high = found[:, 1].copy(), found[:, 0].copy()
    low[empty], high[empty] = np.iinfo(low.dtype).max, 0
    high[~empty & (ranks[:, 0] <= 1)] = np.iinfo(high.dtype).max
    return low, high


def ranked(
    target: Target, values: Callable[[Chunk], Floats], rank: int
) -> Generator[Pass, NDArray[Any], Bits]:
    """Find the rank-th largest of values computed from chunks, not negative, [n] each; its bits, []."""
    inner = magnitudes_at(replace(target, models=1, has_base=False), [[rank]])
    found: NDArray[Any] | None = None
    while True:
        try:
            one = inner.send(found)  # type: ignore[arg-type] # a generator is started with None
        except StopIteration as done:
            bits: Bits = done.value[0, 0]
            return bits
        found = yield replace(one, add=_instead(one, values), portable=False)


def _instead(one: Pass, values: Callable[[Chunk], Floats]) -> Callable[[Chunk, NDArray[Any]], None]:
    def add(chunk: Chunk, total: NDArray[Any]) -> None:
        # A NaN counts by its magnitude's bits, so it ranks above all.
        one.add(replace(chunk, models=values(chunk)[None], base=None), total)

    return add


def in_range(changes: Floats, kept: tuple[Bits, Bits]) -> Mask:
    """Mark the entries of task vectors, [models, n], whose magnitudes are in the ranges of their models."""
    bits = magnitude_bits(changes)
    mask: Mask = (bits >= kept[0][:, None]) & (bits <= kept[1][:, None])
    return mask


def drawn(target: Target, chunk: Chunk, chances: Floats) -> Mask:
    """Draw for each entry of a chunk whether it stays, from the stream of its model and tensor.

    Args:
        target: the tensor.
        chunk: which entries.
        chances: probability that an entry stays, [models, n] or [models, 1].

    Returns:
        [models, n].
    """
    size = chunk.models.shape[1]
    words = np.stack(
        [random_words(target.random_key(model), chunk.start, size) for model in range(target.models)]
    )
    if chances.shape[1] == 1:
        limits = np.array([[keep_below(float(chance[0]))] for chance in chances], np.uint64)
    else:
        limits = np.rint(np.clip(chances.astype(np.float64), 0, 1) * 2.0**32).astype(np.uint64)
    mask: Mask = words < limits
    return mask


def l1_scales(
    target: Target, kept: Callable[[Chunk], Mask], unit: Unit = "element"
) -> Generator[Pass, NDArray[Any], NDArray[np.float64]]:
    """Return the factors that give what stays of task vectors the sum of magnitudes of the whole, [models]."""

    def add(chunk: Chunk, total: NDArray[Any]) -> None:
        size = np.abs(differences(chunk)).astype(np.float64)
        total[0] += size.sum(axis=1)
        total[1] += np.where(kept(chunk), size, 0).sum(axis=1)

    whole, left = yield Pass((2, target.models), np.float64, add, unit=unit)
    factors: NDArray[np.float64] = np.where(left > 0, whole / np.where(left > 0, left, 1), 1.0)
    return factors
