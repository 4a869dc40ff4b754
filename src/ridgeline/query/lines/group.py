"""Sort series into groups by the values of keys, and say how the groups are to be coloured and called."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import numpy as np

from ridgeline.core.values import Json
from ridgeline.query.lines.curves import Floats, Ints

# A ramp with three steps or more says more than as many unrelated colours.
_FEWEST_STEPS = 3
# Two decades: on a linear ramp the lower one would be a single colour.
_WIDE_SPREAD = 100.0

Rank: TypeAlias = "tuple[int, float, tuple[tuple[int, int, str], ...], str]"


@dataclass(frozen=True, slots=True, eq=False)
class KeyColumn:
    """The value of a key for each series: `values[codes[i]]`."""

    key: str
    codes: Ints
    values: Sequence[Json]
    words: Mapping[bool, str] | None = None  # for true and false, when these say too little in a legend

    def label(self, value: Json) -> str:
        """Return a value as a legend shows it."""
        return self.words[value] if self.words and isinstance(value, bool) else label(value)


@dataclass(frozen=True, slots=True)
class Group:
    """Series that agree on all keys."""

    label: str
    key: Mapping[str, Json]
    value: float | None  # of a single numeric key


@dataclass(frozen=True, slots=True, eq=False)
class Grouping:
    """The groups in natural order, and the group of each series."""

    groups: tuple[Group, ...]
    codes: Ints


def group_by(columns: Sequence[KeyColumn], n_series: int) -> Grouping:
    """Group series by the values of all keys; without keys (and with series or not) there is one group.

    Groups are sorted by the first key, then the second, and so on: numbers by size, words naturally (`run-2` before
    `run-10`), other values by their text, a missing value last. 1 and 1.0 are one value, true is another.
    """
    if not columns:
        return Grouping((Group("", {}, None),), np.zeros(n_series, dtype=np.int64))
    ordered = [_in_natural_order(column) for column in columns]
    distinct, codes = _distinct_rows([column.codes for column in ordered])
    groups = []
    for row in distinct.tolist():
        values = [column.values[code] for column, code in zip(ordered, row, strict=True)]
        key = {column.key: value for column, value in zip(ordered, values, strict=True)}
        number = _number(values[0]) if len(values) == 1 else None
        words = [column.label(value) for column, value in zip(ordered, values, strict=True)]
        groups.append(Group(", ".join(words), key, number))
    return Grouping(tuple(groups), codes)


def _in_natural_order(column: KeyColumn) -> KeyColumn:
    used = np.unique(column.codes)
    values = [column.values[code] for code in used.tolist()]
    ranks = [_rank(value) for value in values]
    order = sorted(range(len(values)), key=ranks.__getitem__)
    place = np.zeros(int(used.max(initial=-1)) + 1, dtype=np.int64)
    kept: list[Json] = []
    for nth, at in enumerate(order):
        if nth == 0 or ranks[at] != ranks[order[nth - 1]]:
            kept.append(values[at])
        place[used[at]] = len(kept) - 1
    return KeyColumn(column.key, place[column.codes], kept, column.words)


def _distinct_rows(columns: Sequence[Ints]) -> tuple[Ints, Ints]:
    """Return the distinct rows, sorted, and the number of each row among them."""
    codes = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        width = int(column.max(initial=0)) + 1
        codes = np.unique(codes * width + column, return_inverse=True)[1].reshape(-1).astype(np.int64)
    first = np.unique(codes, return_index=True)[1]
    return np.stack([column[first] for column in columns], axis=1), codes


def _rank(value: Json) -> Rank:
    """Return what values sort by: false, true, numbers (NaN after them), words, everything else, nothing."""
    if isinstance(value, bool):
        return (0, value, (), "")
    if isinstance(value, float) and math.isnan(value):
        return (2, 0, (), "")
    if isinstance(value, int | float):
        return (1, value, (), "")  # Python compares int with float exactly
    if isinstance(value, str):
        return (3, 0, natural(value), value)
    return (5, 0, (), "") if value is None else (4, 0, natural(json.dumps(value)), json.dumps(value))


@cache
def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return what names sort by so that numbers in them count as numbers."""
    parts = re.findall(r"[0-9]{1,300}|[^0-9]+", text)
    return tuple((0, int(part), "") if part[0] in "0123456789" else (1, 0, part) for part in parts)


def _number(value: Json) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None


def label(value: Json) -> str:
    """Return a value as a legend shows it: six significant digits, `3e-5` for 3e-05, `none` for a missing one."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return re.sub(r"e([+-])0*", lambda sign: "e-" if sign[1] == "-" else "e", f"{value:.6g}")
    if isinstance(value, list):
        return ", ".join(label(item) for item in value) or "none"
    return json.dumps(value) if isinstance(value, dict) else str(value)


def is_sequential(grouping: Grouping) -> bool:
    """Tell whether the groups are steps on a ramp: the numbers of a single key, three or more; a missing value may be there too."""
    groups = grouping.groups
    numeric = [group.value is not None for group in groups]
    missing = sum(all(value is None for value in group.key.values()) for group in groups)
    return sum(numeric) >= _FEWEST_STEPS and sum(numeric) + missing == len(groups)


def is_logarithmic(grouping: Grouping) -> bool:
    """Tell whether the steps are better shown on a logarithmic ramp.

    They are when all are positive and span a factor of 100 or more, or when their ratios are more even than their differences.
    """
    values = np.array([group.value for group in grouping.groups if group.value is not None])
    if len(values) < _FEWEST_STEPS or values[0] <= 0:
        return False
    if values[-1] / values[0] >= _WIDE_SPREAD:
        return True
    return _unevenness(np.log(values)) < _unevenness(values) - 1e-9


def _unevenness(values: Floats) -> float:
    """Return the coefficient of variation of the differences."""
    gaps = np.diff(values)
    return float(gaps.std() / gaps.mean())
