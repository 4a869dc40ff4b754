"""Which objects of chosen series are shown: one step of each, or a range of steps thinned out evenly."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ridgeline.index.base import ObjectEntry
from ridgeline.query.language.axis import Ints
from ridgeline.query.language.values import Bools
from ridgeline.query.object_request import ObjectsRequest, Spread


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """Objects by (metric, run, step, time): object i is of series `series[i]`, which are numbered in that order."""

    entries: Sequence[ObjectEntry]
    series: Ints
    step: Ints
    index: Ints  # 0 for an object that is alone in its step

    def __len__(self) -> int:
        return len(self.entries)

    def taken(self, rows: Ints) -> "Entries":
        """Return some of them, in the order given; series keep their numbers."""
        return Entries(
            [self.entries[row] for row in rows.tolist()],
            self.series[rows],
            self.step[rows],
            self.index[rows],
        )


def as_entries(entries: Sequence[ObjectEntry]) -> Entries:
    """Return objects, which come by (metric, run, step), with their series, steps and indices as columns."""
    mid, rid = (
        np.array([getattr(entry, name) for entry in entries], dtype=np.int64) for name in ("mid", "rid")
    )
    begins = np.ones(len(entries), dtype=np.int64)
    begins[1:] = (mid[1:] != mid[:-1]) | (rid[1:] != rid[:-1])
    return Entries(
        entries,
        np.cumsum(begins) - 1,
        np.array([entry.step for entry in entries], dtype=np.int64),
        np.array([index_of(entry) or 0 for entry in entries], dtype=np.int64),
    )


def index_of(entry: ObjectEntry) -> int | None:
    """Return which of several objects of its step it is; None when it was tracked alone."""
    index = entry.meta.get("index")
    return index if isinstance(index, int) and 0 <= index < 1 << 53 else None


def chosen(entries: Entries, request: ObjectsRequest) -> Ints:
    """Return the rows of the objects that a request shows."""
    keep = within(entries.index, request.indices)
    if request.indices.most:
        keep &= np.isin(entries.index, _spread(np.unique(entries.index[keep]), request.indices.most))
    if request.at is not None:
        return np.flatnonzero(keep & _newest(entries, request.at))
    keep &= within(entries.step, request.steps)
    return np.flatnonzero(keep & _thinned(entries, keep, request.steps.most) if request.steps.most else keep)


def within(values: Ints, spread: Spread) -> Bools:
    """Tell which values lie in the range."""
    keep = np.ones(len(values), dtype=np.bool_)
    if spread.low is not None:
        keep &= values >= spread.low
    if spread.high is not None:
        keep &= values <= spread.high
    return keep


def _newest(entries: Entries, at: int | str) -> Bools:
    """Tell which objects are of the newest step of their series up to `at`."""
    known = np.ones(len(entries), dtype=np.bool_) if isinstance(at, str) else entries.step <= at
    newest = np.full(int(entries.series.max(initial=-1)) + 1, np.iinfo(np.int64).min)
    np.maximum.at(newest, entries.series[known], entries.step[known])
    is_newest: Bools = entries.step == newest[entries.series]
    return known & is_newest


def _thinned(entries: Entries, keep: Bools, most: int) -> Bools:
    """Tell which objects are of the steps that stay when each series keeps at most so many."""
    stays = np.zeros(len(entries), dtype=np.bool_)
    bounds = np.flatnonzero(np.diff(entries.series, prepend=-1, append=-1))
    for start, end in pairwise(bounds.tolist()):
        steps = entries.step[start:end]
        stays[start:end] = np.isin(steps, _spread(np.unique(steps[keep[start:end]]), most))
    return stays


def _spread(values: Ints, most: int) -> Ints:
    """Return at most so many of sorted values, the last and (of two or more) the first among them."""
    if len(values) <= most:
        return values
    return values[np.linspace(len(values) - 1, 0, most).round().astype(np.int64)]
