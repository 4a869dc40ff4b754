"""Which rows a column stands on.

A query over series looks at three kinds of rows: runs, metrics (a name with a context), and series (a run × a metric).
Each part of an expression is computed on the fewest rows that it depends on: `run.hparams.lr > 0.1` once a run,
`metric.name == "f1"` once a metric. Where parts meet, they are spread over the rows of their common descendant.
"""

from collections.abc import Mapping
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.int64]


class Axis:
    """Rows; each row of a derived axis belongs to one row of each parent."""

    __slots__ = ("_parents", "size")

    def __init__(self, size: int, parents: Mapping["Axis", Ints] | None = None) -> None:
        """Describe `size` rows; `parents` says for each parent axis which of its rows each row belongs to."""
        self.size = size
        self._parents = dict(parents or {})

    def rows_of(self, ancestor: "Axis") -> Ints | None:
        """Return the row of `ancestor` that each row belongs to; None when it is not an ancestor."""
        if ancestor in self._parents:
            return self._parents[ancestor]
        for parent, rows in self._parents.items():
            above = parent.rows_of(ancestor)
            if above is not None:
                self._parents[ancestor] = above[rows]
                return self._parents[ancestor]
        return None

    def descends_from(self, other: "Axis") -> bool:
        return any(parent is other or parent.descends_from(other) for parent in self._parents)


def join(first: Axis | None, second: Axis | None, widest: Axis) -> Axis | None:
    """Return the axis on which columns of both can meet; `widest` is one that descends from everything in scope."""
    if first is second or second is None:
        return first
    if first is None or second.descends_from(first):
        return second
    if first.descends_from(second):
        return first
    return widest


def expand(axis: Axis, counts: Ints) -> Axis:
    """Return an axis with `counts[i]` rows for row i of the given one."""
    rows = np.repeat(np.arange(axis.size, dtype=np.int64), counts)
    return Axis(len(rows), {axis: rows})
