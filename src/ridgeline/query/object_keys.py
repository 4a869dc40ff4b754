"""Group and sort objects by what is known of their run, series and step."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ridgeline.core.errors import InputError
from ridgeline.core.values import Json
from ridgeline.query.language.axis import Ints
from ridgeline.query.lines.group import Group, Grouping, KeyColumn, group_by
from ridgeline.query.lines.key import AllVarying, parse_key
from ridgeline.query.lines.keys import SeriesKeys
from ridgeline.query.object_choice import Entries


def series_column(series: SeriesKeys, text: str) -> KeyColumn:
    """Return the value of a key for each series.

    Raises:
        InputError: It stands for several keys.
    """
    key = parse_key(text)
    if isinstance(key, AllVarying):
        raise InputError(
            f"{text!r} stands for several keys; objects are grouped by keys one by one.", "bad-key"
        )
    return series.column(key)


@dataclass(slots=True, eq=False)
class ObjectKeys:
    """Looks keys up for objects; `series` knows those of the run and of the series."""

    entries: Entries
    series: SeriesKeys

    def grouping(self, keys: Sequence[str]) -> Grouping:
        """Group the objects by the values of all keys, each in natural order, or downwards with `-` in front."""
        if not keys:
            return group_by((), len(self.entries))
        parts = [self.ordered(key) for key in keys]
        table = np.stack([part.codes for part in parts], axis=1)
        distinct, codes = np.unique(table, axis=0, return_inverse=True)
        groups = []
        for row in distinct.tolist():
            single = [part.groups[code] for part, code in zip(parts, row, strict=True)]
            key: dict[str, Json] = {}
            for group in single:
                key |= group.key
            groups.append(Group(", ".join(group.label for group in single), key, None))
        return Grouping(tuple(groups), codes.reshape(-1).astype(np.int64))

    def ordered(self, key: str) -> Grouping:
        """Return the objects grouped by one key, its groups in the order asked for."""
        bare = key.removeprefix("-")
        found = group_by([self.column(bare)], len(self.entries))
        if bare == key:
            return found
        return Grouping(found.groups[::-1], len(found.groups) - 1 - found.codes)

    def column(self, key: str) -> KeyColumn:
        """Return the value of a key for each object."""
        if key in ("step", "index"):
            values, codes = np.unique(getattr(self.entries, key), return_inverse=True)
            return KeyColumn(key, codes.reshape(-1).astype(np.int64), values.tolist())
        of_series = series_column(self.series, key)
        return replace(of_series, key=key, codes=of_series.codes[self.entries.series])

    def order(self, groupings: Sequence[Grouping], sort: Sequence[str], tail: Sequence[Ints]) -> Ints:
        """Return the objects by group, then by the sort keys, then by the columns of `tail`."""
        columns = [part.codes for part in groupings] + [self.ordered(key).codes for key in sort]
        return np.lexsort([*reversed([*columns, *tail])])
