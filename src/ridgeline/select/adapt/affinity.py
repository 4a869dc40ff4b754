"""How much examples have to do with each other, from their features: W, applied as W·z."""

from collections.abc import Callable
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from ridgeline.core.errors import InputError
from ridgeline.select.scorers.checks import Floats

Affinity = Literal["knn", "rbf", "linear"]
Apply: TypeAlias = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""Assignments [examples, classes] to W times these; W is symmetric, [examples, examples]."""

ROWS = 256
"""Examples whose similarities to all others are held at once: 10 MB for 5,000."""


def affinity(z: Floats, kind: Affinity, neighbours: int) -> Apply:
    """Return the affinity of examples by their features, whose lengths are made 1.

    "knn" is 1 between an example and each of its nearest others, made symmetric by the mean of both directions; "rbf" is
    exp(−d²/2σ²), σ the mean distance to the nearest other but `neighbours` − 1; "linear" the cosine.
    Boudiaf et al. 2022 (arXiv:2201.05718), section 5, name these three.

    Args:
        z: features, [examples, dims]; an example whose features are all 0 is alike to none.
        kind: which of the three. Only "rbf" keeps examples² numbers; "linear" keeps none, "knn" `neighbours` an example.
        neighbours: how many nearest others count; as many as there are, where there are fewer.

    Raises:
        InputError: there is no such affinity, or no neighbour is asked for.
    """
    if neighbours < 1:
        raise InputError(
            f"At least one nearest neighbour has to count, not {neighbours}.", "affinity-neighbours"
        )
    x = z.astype(np.float64)
    lengths = np.linalg.norm(x, axis=1, keepdims=True)
    unit = x / np.where(lengths > 0, lengths, 1)
    if kind == "linear":
        return lambda assigned: unit @ (unit.T @ assigned)
    k = min(neighbours, len(unit) - 1)
    if kind == "knn":
        return _knn(unit, k)
    if kind == "rbf":
        return _rbf(unit, k)
    raise InputError(f"There is no affinity {kind!r} among knn, rbf and linear.", "affinity-kind")


def _knn(unit: NDArray[np.float64], k: int) -> Apply:
    n = len(unit)
    if k == 0:
        return np.zeros_like
    columns = np.concatenate([part for part, _ in _nearest(unit, k)])
    directed = csr_array((np.ones(n * k), columns.ravel(), np.arange(0, n * k + 1, k)), shape=(n, n))
    both = (directed + directed.T) / 2

    def apply(assigned: NDArray[np.float64]) -> NDArray[np.float64]:
        result: NDArray[np.float64] = both @ assigned
        return result

    return apply


def _rbf(unit: NDArray[np.float64], k: int) -> Apply:
    squares = np.maximum(2 - 2 * (unit @ unit.T), 0)
    empty = ~unit.any(axis=1)
    distances = np.concatenate([part for _, part in _nearest(unit, k)]) if k else np.zeros((1, 1))
    width = float(distances[:, -1].mean())
    if width == 0:  # all examples coincide with their neighbours
        kernel = (squares <= np.finfo(np.float64).eps * len(unit)).astype(np.float64)
    else:
        kernel = np.exp(-squares / (2 * width**2))
    kernel[empty], kernel[:, empty] = 0, 0
    return lambda assigned: kernel @ assigned


def _nearest(unit: NDArray[np.float64], k: int) -> list[tuple[NDArray[np.intp], NDArray[np.float64]]]:
    """Return the k nearest others and their distances, nearest first, in blocks of [rows, k]; of those that tie any."""
    found = []
    for start in range(0, len(unit), ROWS):
        block = unit[start : start + ROWS]
        distances = 2 - 2 * (block @ unit.T)
        distances[np.arange(len(block)), np.arange(start, start + len(block))] = np.inf
        columns = np.argpartition(distances, k - 1, axis=1)[:, :k]
        nearest = np.take_along_axis(distances, columns, axis=1)
        order = np.argsort(nearest, axis=1, kind="stable")
        columns = np.take_along_axis(columns, order, axis=1)
        nearest = np.take_along_axis(nearest, order, axis=1)
        found.append((columns, np.sqrt(np.maximum(nearest, 0))))
    return found
