"""Lines as a table: one row a drawn point."""

from functools import cached_property

import numpy as np

from ridgeline.core.values import Json
from ridgeline.query.language.axis import Axis, Ints
from ridgeline.query.language.values import Numbers, Value, column_of
from ridgeline.query.lines.answer import LineRows, Lines
from ridgeline.query.lines.curves import Floats, owners
from ridgeline.query.lines.group import Group
from ridgeline.query.snapshot import freeze
from ridgeline.query.table import Table
from ridgeline.query.typed import TypedColumn, taken, typed


class LineTable(Table):
    """What is drawn: every point of every line, line by line in the order in which they are drawn, folds first.

    Columns: kind (fold or trace), run (id), status, name and context of the metric; one for each key to group by, named as it
    is written; x, y; raw, when it was asked for; lo, hi and n when there are folds.
    """

    def __init__(self, lines: Lines) -> None:
        """Show lines."""
        self.lines = lines
        self.warnings = lines.meta.warnings
        self._axis = Axis(sum(len(part.x) for part in lines.parts))

    def __len__(self) -> int:
        return self._axis.size

    @property
    def missing_runs(self) -> int:
        """Return how many of the runs have no place on x at all: no such metric, or no epochs."""
        return self.lines.meta.x_missing

    @cached_property
    def columns(self) -> list[TypedColumn]:
        parts = self.lines.parts
        columns = [
            self._of_lines("kind", [["fold" if part.is_fold else "trace"] * len(part) for part in parts]),
            self._of_lines("run", [list(part.run) for part in parts]),
            self._of_lines("status", [list(part.status) for part in parts]),
            self._of_lines("name", [list(part.name) for part in parts]),
            self._of_lines("context", [list(part.context) for part in parts]),
            *self._keys(),
            self._of_points("x", [part.x for part in parts]),
            self._of_points("y", [part.y for part in parts]),
        ]
        if any(part.raw is not None for part in parts):
            columns.append(self._of_points("raw", [_or_nan(part, part.raw) for part in parts]))
        if any(part.lo is not None for part in parts):
            columns.append(self._of_points("lo", [_or_nan(part, part.lo) for part in parts]))
            columns.append(self._of_points("hi", [_or_nan(part, part.hi) for part in parts]))
        if any(part.n is not None for part in parts):
            columns.append(self._counts())
        return columns

    def _counts(self) -> TypedColumn:
        parts = self.lines.parts
        counts = [np.zeros(len(part.x), np.int64) if part.n is None else part.n for part in parts]
        known = np.repeat([part.n is not None for part in parts], [len(part.x) for part in parts])
        valid = None if known.all() else known
        return TypedColumn("n", "number", Numbers(self._axis, np.concatenate(counts), valid))

    def _keys(self) -> list[TypedColumn]:
        """Return the values of the keys that split charts, colours and strokes, each key once."""
        meta, parts = self.lines.meta, self.lines.parts
        columns: dict[str, TypedColumn] = {}
        for groups, codes in (
            (meta.charts, [part.chart for part in parts]),
            (meta.colors, [part.color for part in parts]),
            (meta.strokes, [part.stroke for part in parts]),
        ):
            for key in groups[0].key if groups else ():
                values = [[_frozen(groups, key, code) for code in part.tolist()] for part in codes]
                columns.setdefault(key, self._of_lines(key, values))
        return list(columns.values())

    def _of_lines(self, name: str, values: list[list[Value]]) -> TypedColumn:
        flat = [value for part in values for value in part]
        axis = Axis(len(flat))
        return taken(typed(name, column_of(axis, flat), axis), self._line)

    @cached_property
    def _line(self) -> Ints:
        """Return the line that each row belongs to."""
        sizes = np.concatenate([np.empty(0, np.int64), *[np.diff(part.offsets) for part in self.lines.parts]])
        return owners(np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64))

    def _of_points(self, name: str, values: list[Floats]) -> TypedColumn:
        numbers = np.concatenate([np.empty(0), *values])
        known = ~np.isnan(numbers)
        return TypedColumn(name, "number", Numbers(self._axis, numbers, None if known.all() else known))


def _or_nan(part: LineRows, values: "Floats | Ints | None") -> Floats:
    return np.full(len(part.x), np.nan) if values is None else values.astype(np.float64)


def _frozen(groups: tuple[Group, ...], key: str, code: int) -> Value:
    value: Json = groups[code].key[key]
    return freeze(value)
