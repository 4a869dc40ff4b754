"""What an evaluation carries along: the source, the clock, the budget, and the warnings it collects."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Protocol

from ridgeline.core.errors import QueryError
from ridgeline.query.language.axis import Axis, join
from ridgeline.query.language.nodes import Node
from ridgeline.query.language.parse import Span
from ridgeline.query.language.values import Bools, Column, Ragged, Value

# Ten times what the largest query on 100,000 runs needs.
BUDGET_SECS = 10.0
# Rows of a comprehension, cells of a dict built from params: what fits in about 100 MB.
MAX_CELLS = 4_000_000


class Budget:
    """How long the expressions of one question may take, all of them together; it begins when it is made."""

    __slots__ = ("_deadline", "_monotonic", "secs")

    def __init__(self, secs: float = BUDGET_SECS, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.secs = secs
        self._monotonic = monotonic
        self._deadline = monotonic() + secs

    @property
    def is_spent(self) -> bool:
        return self._monotonic() > self._deadline


class Source(Protocol):
    """Where columns come from. Every column stands on `runs`, `metrics` or `series`."""

    @property
    def runs(self) -> Axis: ...
    @property
    def metrics(self) -> Axis: ...
    @property
    def series(self) -> Axis:
        """The axis of (run, metric) pairs, which descends from both; no larger than it is when nothing asks for it."""

    def run_field(self, name: str) -> Column:
        """Return what every run has; `name` is one of names.RUN_FIELDS."""

    def param(self, path: tuple[str, ...]) -> Column | None:
        """Return the values at a leaf; None when no run has a value there."""

    def param_present(self, path: tuple[str, ...]) -> Bools | None:
        """Tell which runs have something at a path or below it; None when none has."""

    def params_below(self, path: tuple[str, ...]) -> list[tuple[str, ...]]:
        """Return the paths of all leaves below a path, sorted."""

    def metric_field(self, name: str) -> Column:
        """Return the name, context or kind of each metric."""

    def series_field(self, name: str) -> Column:
        """Return a number a series; `name` is one of names.SERIES_FIELDS."""

    def run_metric(self, name: str, context: Mapping[str, Value], field: str | None) -> Ragged | None:
        """Return a number a series of the name whose context has all these keys; None when no run has such a series."""

    def run_metric_at(self, name: str, context: Mapping[str, Value], step: int) -> Ragged | None:
        """Return the value at the last step up to the given one of each such series that has one; None as before."""

    def metric_names(self) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Notice:
    """A warning: something that the asker should know: what, and where in the expression."""

    message: str
    slug: str
    start: int
    end: int


@dataclass(slots=True)
class Scope:
    """The state of one evaluation."""

    text: str
    source: Source
    widest: Axis
    zone: tzinfo | None = None
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    budget: Budget = field(default_factory=Budget)
    variables: dict[str, Column] = field(default_factory=dict)
    warnings: list[Notice] = field(default_factory=list)

    def warn(self, span: Span, message: str, slug: str) -> None:
        """Remember a warning once."""
        warning = Notice(message, slug, *span)
        if warning not in self.warnings:
            self.warnings.append(warning)

    def tick(self, node: Node) -> None:
        """Give up when the time is over."""
        if self.budget.is_spent:
            message = (
                f"This takes longer than {self.budget.secs:g} s, with all that is asked along with it."
                " Ask for less, or split the question."
            )
            raise QueryError(message, "query-too-slow", self.text, node.span)

    def check_cells(self, count: int, node: Node) -> None:
        """Refuse what would not fit in memory."""
        if count > MAX_CELLS:
            message = (
                f"This needs {count:,} values at once; at most {MAX_CELLS:,} are computed. Ask for less."
            )
            raise QueryError(message, "expression-runs-away", self.text, node.span)

    def words(self, node: Node) -> str:
        """Return the part of the text that a node stands for."""
        return self.text[node.span[0] : node.span[1]]

    def meet(self, *columns: Column | Ragged) -> Axis | None:
        """Return the axis on which columns meet; None when all are scalars."""
        axis: Axis | None = None
        for column in columns:
            axis = join(axis, column.axis, self.widest)
        return axis
