"""Runs, one a row."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path as Location

from ridgeline.core.cell import Cell
from ridgeline.core.errors import InputError
from ridgeline.query.columns import evaluate_columns, params_of
from ridgeline.query.language.axis import Ints
from ridgeline.query.run_set import RunSet
from ridgeline.query.run_view import RunView
from ridgeline.query.series_set import Occasion
from ridgeline.query.showing import show
from ridgeline.query.snapshot import Path, Snapshot
from ridgeline.query.source import RunSource
from ridgeline.query.table import Table
from ridgeline.query.typed import TypedColumn, taken, typed

# Name of the column, field of the run.
_FIELDS = {
    "id": "id",
    "name": "name",
    "experiment": "experiment",
    "status": "status",
    "created": "created_at",
    "ended": "ended_at",
    "duration": "duration",
    "tags": "tags",
    "note": "note",
    "archived": "archived",
}


class RunTable(Table):
    """Runs: their fields, `params.<path>` for every param that one of them has, and the expressions that were asked for.

    Iterating gives a RunView each.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        runs: RunSet,
        matched: int,
        extra: Sequence[str] = (),
        occasion: Occasion | None = None,
    ) -> None:
        """Show some runs of a snapshot, in the order of `runs`; `matched` counts those before a limit."""
        self._snapshot = snapshot
        self._rows: Ints = runs.rows
        self._occasion = occasion or Occasion()
        self.matched = matched
        # Which repository was asked, and the query; None for tables that are part of something else.
        self.question: tuple[Location, str] | None = None
        asked = evaluate_columns(snapshot, extra, runs.rows, self._occasion)
        self._extra = asked.columns
        self.warnings = (*runs.warnings, *asked.warnings)

    def plot(self, axes: Sequence[str] = (), *, color: str = "", height: int = 560) -> Cell:
        """Show the runs as parallel coordinates, in a cell of a notebook.

        Args:
            axes: Expressions such as `run.hparams.lr` and `run.metrics["f1"].best`; without any, those that tell the runs apart.
            color: The axis that gives the colour; without it, the last.
            height: In pixels.

        Raises:
            InputError: This is no notebook, or the table is not the answer to a question to a repository.
        """
        if self.question is None:
            raise InputError("Only the answer of repo.runs(…) can be shown.", "no-question")
        root, query = self.question
        return show(root, "params", height, {"q": query, "a": axes, "by": color or None})

    @property
    def ids(self) -> list[str]:
        """Return the ids of the runs."""
        return [str(run_id) for run_id in self._snapshot.runs.id[self._rows]]

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[RunView]:
        for row in self._rows.tolist():
            yield RunView(self._snapshot, row)

    def __getitem__(self, position: int) -> RunView:
        """Return the run at a position of the table."""
        return RunView(self._snapshot, int(self._rows[position]))

    @cached_property
    def columns(self) -> list[TypedColumn]:
        source = RunSource(self._snapshot, now=self._occasion.now)
        fields = [
            taken(typed(name, source.run_field(field), source.runs), self._rows)
            for name, field in _FIELDS.items()
        ]
        params = [self._param(path) for path in params_of(self._snapshot, self._rows)]
        return [*fields, *params, *self._extra]

    def _param(self, path: Path) -> TypedColumn:
        column = self._snapshot.param(path)
        assert column is not None
        name = "params." + self._snapshot.param_paths[path].path
        return taken(typed(name, column, self._snapshot.axis), self._rows)


def limited(runs: RunSet, limit: int | None) -> RunSet:
    """Return the first runs."""
    return runs if limit is None else RunSet(runs.rows[: max(limit, 0)], runs.warnings)
