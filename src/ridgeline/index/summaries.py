"""Summaries of series: computed for many series at once, and joined when a series grows."""

from dataclasses import fields
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ridgeline.index.base import Ints, SummaryColumns
from ridgeline.index.block import Block

# One row as it stands in `series.stats`: read by the hundred thousand with one frombuffer, 112 bytes each.
STATS: Final = np.dtype(
    [
        ("n", "<u4"),
        ("n_nan", "<u4"),
        ("n_inf", "<u4"),
        ("_", "<u4"),
        ("first", "<f8"),
        ("last", "<f8"),
        ("min", "<f8"),
        ("max", "<f8"),
        ("sum", "<f8"),
        ("step_first", "<i8"),
        ("step_last", "<i8"),
        ("step_min", "<i8"),
        ("step_max", "<i8"),
        ("epoch_last", "<f8"),
        ("time_first", "<f8"),
        ("time_last", "<f8"),
    ]
)
Stats = NDArray[np.void]


def summarise(block: Block, offsets: Ints) -> Stats:
    """Return one row of STATS for each series of a sorted block; every series has a point."""
    starts, lasts = offsets[:-1], offsets[1:] - 1
    stats = np.zeros(len(starts), STATS)
    if not len(starts):
        return stats
    value = block.value
    stats["n"] = np.diff(offsets)
    nan, inf = np.isnan(value), np.isinf(value)
    stats["n_nan"] = np.add.reduceat(nan, starts, dtype=np.uint32)
    stats["n_inf"] = np.add.reduceat(inf, starts, dtype=np.uint32)
    with np.errstate(over="ignore", invalid="ignore"):  # sums beyond the greatest float are ±inf, or NaN
        stats["sum"] = np.add.reduceat(np.where(nan | inf, 0.0, value), starts)
    stats["first"], stats["last"] = value[starts], value[lasts]
    stats["step_first"], stats["step_last"] = block.step[starts], block.step[lasts]
    stats["time_first"], stats["time_last"] = block.time[starts], block.time[lasts]
    stats["epoch_last"] = block.epoch[lasts]
    for name, reduce in (("min", np.fmin), ("max", np.fmax)):
        extreme = reduce.reduceat(value, starts)
        stats[name] = extreme
        stats[f"step_{name}"] = block.step[_first_equal(value, extreme, offsets)]
    return stats


def _first_equal(value: NDArray[np.float64], extreme: NDArray[np.float64], offsets: Ints) -> Ints:
    """Return for each series the index of its first point that has the extreme, or of its first point."""
    counts = np.diff(offsets)
    found = np.flatnonzero(value == np.repeat(extreme, counts))
    series = np.searchsorted(offsets, found, side="right") - 1
    where = offsets[:-1].copy()
    # Written from the end, so that the first point that has it is what stays.
    where[series[::-1]] = found[::-1]
    return where


def join(base: Stats, more: Stats) -> Stats:
    """Return the summaries of series that had `base` and got `more`, row by row.

    Exact in either order of the two, except where both hold a point at the same (step, time): there `base` counts as the
    earlier one.
    """
    joined = base.copy()
    with np.errstate(over="ignore", invalid="ignore"):
        for name in ("n", "n_nan", "n_inf", "sum"):
            joined[name] = base[name] + more[name]
    earlier = _is_before(more, "first", base, "first")
    later = ~_is_before(more, "last", base, "last")
    for chosen, names in (
        (earlier, ("first", "step_first", "time_first")),
        (later, ("last", "step_last", "time_last", "epoch_last")),
    ):
        for name in names:
            joined[name] = np.where(chosen, more[name], base[name])
    for name, better in (("min", np.less), ("max", np.greater)):
        wins = better(more[name], base[name]) | (np.isnan(base[name]) & ~np.isnan(more[name]))
        step = f"step_{name}"
        ties = (more[name] == base[name]) & (more[step] < base[step])
        joined[name] = np.where(wins, more[name], base[name])
        joined[step] = np.where(wins | ties, more[step], base[step])
    all_nan = np.isnan(joined["min"])
    for step in ("step_min", "step_max"):
        joined[step] = np.where(all_nan, joined["step_first"], joined[step])
    return joined


def _is_before(a: Stats, end_a: str, b: Stats, end_b: str) -> NDArray[np.bool_]:
    """Tell whether the key (step, time) of one row's first or last point is below the other's."""
    step_a, step_b = a[f"step_{end_a}"], b[f"step_{end_b}"]
    before: NDArray[np.bool_] = (step_a < step_b) | (
        (step_a == step_b) & (a[f"time_{end_a}"] < b[f"time_{end_b}"])
    )
    return before


def is_after(more: Stats, base: Stats) -> NDArray[np.bool_]:
    """Tell which rows of `more` begin strictly after the last point of `base`: such series only grow at their end."""
    return _is_before(base, "last", more, "first")


def to_columns(mid: Ints, rid: Ints, stats: Stats) -> SummaryColumns:
    """Return rows of STATS as the columns that the index answers with."""
    # The fields of SummaryColumns are named after those of STATS.
    names = [field.name for field in fields(SummaryColumns)][2:]
    columns: list[Any] = [
        stats[name].astype(np.int64 if stats[name].dtype.kind in "ui" else np.float64) for name in names
    ]
    return SummaryColumns(mid, rid, *columns)
