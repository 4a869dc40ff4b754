"""Many series of unequal length as flat arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Bools: TypeAlias = NDArray[np.bool_]
Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """Series one after another: the points of series i stand at `offsets[i]:offsets[i + 1]` of x and y."""

    offsets: Ints
    x: Floats
    y: Floats

    def __len__(self) -> int:
        """Return the number of series."""
        return len(self.offsets) - 1

    @property
    def counts(self) -> Ints:
        """Return the number of points of each series."""
        return np.diff(self.offsets)

    @property
    def owner(self) -> Ints:
        """Return the series that each point belongs to."""
        return owners(self.offsets)

    @property
    def rank(self) -> Ints:
        """Return the place of each point in its series, from 0."""
        return np.arange(len(self.x)) - np.repeat(self.offsets[:-1], self.counts)

    def where(self, keep: Bools) -> "Curves":
        """Return the points that are kept; a series may be left without any."""
        if keep.all():
            return self
        return Curves(kept_offsets(self.offsets, keep), self.x[keep], self.y[keep])

    def take(self, series: Ints) -> "Curves":
        """Return some of the series, in the order asked for."""
        points, offsets = spans(self.offsets[series], self.offsets[series + 1])
        return Curves(offsets, self.x[points], self.y[points])

    def one(self, series: int) -> tuple[Floats, Floats]:
        """Return x and y of one series."""
        span = slice(self.offsets[series], self.offsets[series + 1])
        return self.x[span], self.y[span]


def curves(series: Sequence[tuple[Floats, Floats]]) -> Curves:
    """Put (x, y) pairs one after another."""
    none = [np.empty(0)]
    offsets = np.concatenate([[0], np.cumsum([len(x) for x, _ in series], dtype=np.int64)]).astype(np.int64)
    x = np.concatenate([np.asarray(x, dtype=np.float64) for x, _ in series] or none)
    y = np.concatenate([np.asarray(y, dtype=np.float64) for _, y in series] or none)
    return Curves(offsets, x, y)


def owners(offsets: Ints) -> Ints:
    """Return the series that each point belongs to."""
    return np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))


def kept_offsets(offsets: Ints, keep: Bools) -> Ints:
    """Return the offsets after only the kept points are left."""
    before = np.concatenate([[0], np.cumsum(keep)]).astype(np.int64)
    return before[offsets]


def count_in(offsets: Ints, flags: Bools) -> Ints:
    """Return how many points of each series are flagged."""
    if flags.all():
        return np.diff(offsets)
    return (
        np.diff(kept_offsets(offsets, flags)) if flags.any() else np.zeros(len(offsets) - 1, dtype=np.int64)
    )


def spans(starts: Ints, ends: Ints) -> tuple[Ints, Ints]:
    """Return the positions in `starts[i]:ends[i]`, one span after another, and the offsets of the spans."""
    counts = np.maximum(ends - starts, 0)
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return np.arange(offsets[-1]) + np.repeat(starts - offsets[:-1], counts), offsets


def starts_of_runs(*columns: NDArray[np.generic]) -> Ints:
    """Return where a new stretch of rows begins that are equal in every column; no rows, no stretches."""
    size = len(columns[0])
    if size == 0:
        return np.empty(0, dtype=np.int64)
    changed = np.zeros(size, dtype=np.bool_)
    changed[0] = True
    for column in columns:
        changed[1:] |= column[1:] != column[:-1]
    return np.flatnonzero(changed)
