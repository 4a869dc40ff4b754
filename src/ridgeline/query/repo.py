"""Ask a repository: `Repo(path).runs("run.hparams.lr > 1e-4")`."""

import sys
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from ridgeline.blobs.store import BlobStore
from ridgeline.core.errors import InputError, NotFoundError, did_you_mean
from ridgeline.core.values import Json
from ridgeline.index import open_index
from ridgeline.log.layout import Layout, resolve_repo
from ridgeline.query import pickers
from ridgeline.query.catch_up import Backlog, CatchUp
from ridgeline.query.columns import sort_runs
from ridgeline.query.edit import Edit, tag_tuple, write_edit
from ridgeline.query.expression import parse_filter, parse_sort_keys
from ridgeline.query.lines.lines import draw
from ridgeline.query.lines.request import LinesRequest
from ridgeline.query.lines.statistics import Band, Line
from ridgeline.query.lines.table import LineTable
from ridgeline.query.order_series import sort_series
from ridgeline.query.point_table import PointTable
from ridgeline.query.run_set import runs_matching
from ridgeline.query.run_table import RunTable, limited
from ridgeline.query.run_view import RunView
from ridgeline.query.series_set import Occasion, SeriesSet, series_matching
from ridgeline.query.snapshot import Snapshot


class Repo:
    """All runs of a repository. Reading never changes what was recorded; `edit` adds to it.

        repo = Repo()
        repo.runs('run.hparams.lr > 1e-4 and "lab" in run.tags', order_by="-run.metrics['f1'].best").to_pandas()
        repo.metrics('metric.name == "f1" and metric.context.lang in ("de", "es")').to_polars()

    What was recorded is seen at once, by this process and any other, whether a run goes on or not. May be used from several
    threads.
    """

    def __init__(self, path: str | Path | None = None, *, in_background: bool = False) -> None:
        """Open a repository.

        Args:
            path: The folder that holds `.ridgeline`, or that itself; None: $RIDGELINE_REPO, else the nearest upwards.
            in_background: Index what is there in a thread, and answer after a moment about what is indexed by then;
                `backlog` tells. Else the first question waits for all of it.

        Raises:
            NotFoundError: There is none.
        """
        _flush_recording()  # a run that has just begun here may not have made the folder yet
        self.root = resolve_repo(path, for_writing=False)
        self.layout = Layout(self.root)
        self.index = open_index(self.root)
        self._catch_up = CatchUp(self.index, self.layout) if in_background else None
        self._lock = threading.Lock()
        self._snapshots: dict[bool, Snapshot] = {}  # by whether it is that of the deleted runs

    def close(self) -> None:
        """Close the index; the repository can not be asked afterwards."""
        if self._catch_up is not None:
            self._catch_up.close()
        self.index.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def refresh(self) -> int:
        """Take in what was recorded since, and return a number that changes when any answer may have."""
        _flush_recording()
        if self._catch_up is not None and not self._catch_up.wait():
            return self._catch_up.generation
        return self.index.refresh()

    @property
    def backlog(self) -> Backlog | None:
        """How far the index is that is built in the background; None when it has all there was when it began."""
        return None if self._catch_up is None else self._catch_up.backlog()

    def wait_for_all(self) -> None:
        """Wait until all is indexed: for answers that nobody would look at twice, such as an export."""
        if self._catch_up is not None:
            self._catch_up.wait_to_the_end()

    def snapshot(self, *, deleted: bool = False) -> Snapshot:
        """Return the columns of all runs as they are now: of those that are not deleted, or of the deleted ones."""
        with self._lock:
            generation = self.refresh()
            known = self._snapshots.get(deleted)
            if known is None or known.generation != generation:
                known = self._snapshots[deleted] = Snapshot(self.index, generation, deleted=deleted)
            return known

    def runs(
        self,
        query: str = "",
        *,
        order_by: str | Sequence[str] | None = None,
        limit: int | None = None,
        columns: Sequence[str] = (),
        deleted: bool = False,
        occasion: Occasion | None = None,
    ) -> RunTable:
        """Return the runs that an expression selects, one a row.

        Args:
            query: An expression; blank: all. Archived runs are left out unless it has `run.archived` in it.
            order_by: Expressions to sort by, `-` in front for downwards; nulls come last. Without it, and for ties: by creation.
            limit: At most so many runs.
            columns: Expressions to show as further columns, such as `run.metrics["f1"].best`.
            deleted: Ask the deleted runs instead, archived ones too; `edit(ids, deleted=False)` takes them back.
            occasion: The zone of times in the query, and now; those of this machine if left out.

        Raises:
            QueryError: An expression is wrong.
        """
        _check_query(query)
        expression, keys = parse_filter(query), parse_sort_keys(order_by)
        _check_limit(limit)
        snapshot = self.snapshot(deleted=deleted)
        # After the index is up to the logs: to read many for the first time takes longer than a question may.
        occasion = (occasion or Occasion()).begun()
        found = runs_matching(snapshot, expression, occasion)
        ordered = sort_runs(snapshot, found, keys, occasion)
        table = RunTable(snapshot, limited(ordered, limit), len(found), columns, occasion)
        table.question = None if deleted else (self.root, query)
        return table

    def metrics(
        self,
        query: str = "",
        *,
        only: str | Sequence[str] | None = None,
        order_by: str | Sequence[str] | None = None,
        limit: int | None = None,
        occasion: Occasion | None = None,
    ) -> PointTable:
        """Return all points of the metric series that an expression selects, one a row.

        Args:
            query: An expression over `run` and `metric`; blank: all. Archived runs are left out unless it has `run.archived`.
            only: Selectors such as `f1{"lang": "de"}`, as in `lines`; None: all metrics.
            order_by: Expressions to sort series by. Without it, and for ties: by name, context, and creation of the run.
            limit: At most so many points.
            occasion: As in `runs`.

        Raises:
            QueryError: An expression is wrong.
        """
        _check_query(query)
        keys = parse_sort_keys(order_by)
        _check_limit(limit)
        snapshot = self.snapshot()
        occasion = (occasion or Occasion()).begun()
        selectors = None if only is None else _several(only)
        series = series_matching(snapshot, query, selectors, occasion)
        table = PointTable(snapshot, sort_series(snapshot, series, keys, occasion), limit)
        table.question = (self.root, query, selectors)
        return table

    def lines(  # noqa: PLR0913 - the controls of the Metrics page, one by one
        self,
        metrics: str | Sequence[str],
        query: str = "",
        *,
        x: str = "step",
        color: str | Sequence[str] = (),
        stroke: str | Sequence[str] = (),
        chart: str | Sequence[str] = (),
        fold: bool = False,
        traces: bool = False,
        line: Line = "median",
        band: Band = "minmax",
        smooth: str = "none",
        raw: bool = False,
        points: int = 0,
        xmin: float | None = None,
        xmax: float | None = None,
        occasion: Occasion | None = None,
    ) -> LineTable:
        """Return the lines that the Metrics page draws, one row a point: series grouped, aligned, smoothed and folded.

            repo.lines('f1{"lang": "de"}', color="run.hparams.lr", fold=True, smooth="ema:0.6").to_pandas()

        Args:
            metrics: Selectors: a name, glob or `re:` pattern, with what the context must have or not.
            query: An expression that says which series; blank: all. Archived runs are left out unless it has `run.archived`.
            x: step, epoch, relative, absolute, or metric:<selector>.
            color: Keys to group by, such as `run.hparams.lr`, `tag:lab`, `metric.context.lang`, `*-run.hparams.seed`.
            stroke: As color.
            chart: As color.
            fold: One line with a band for each group.
            traces: With fold: the single series as well.
            line: What the line of a fold is: median, mean, min, max.
            band: What its band is: minmax, std, stderr, ci95, quartiles, none.
            smooth: none, ema:<weight> or mean:<points>.
            raw: Beside the smoothed values of single series those that were tracked.
            points: The most points that a line has; 0: all.
            xmin: Where x begins; one point before it is there too.
            xmax: Where x ends; one point after it is there too.
            occasion: As in `runs`.

        Raises:
            QueryError: An expression is wrong.
            InputError: Some of it can not be, or is too much at once.
        """
        asked = LinesRequest(
            query=query,
            metrics=_several(metrics),
            x=x,
            color=_several(color),
            stroke=_several(stroke),
            chart=_several(chart),
            fold=fold,
            traces=traces,
            line=line,
            band=band,
            smooth=smooth,
            raw=raw,
            points=points,
            xmin=xmin,
            xmax=xmax,
        )
        return LineTable(draw(self.snapshot(), asked, occasion))

    def series(self, query: str = "", selectors: Sequence[str] | None = None) -> tuple[Snapshot, SeriesSet]:
        """Return the metric series that an expression and selectors such as `f1{"lang": "de"}` select, without points."""
        snapshot = self.snapshot()
        return snapshot, series_matching(snapshot, query, selectors)

    def run(self, run: str) -> RunView:
        """Return a run by its id, the beginning of its id, or its name.

        Raises:
            NotFoundError: There is none, or several.
        """
        snapshot = self.snapshot()
        ids, names = snapshot.runs.id, snapshot.runs.name
        for rows in (np.flatnonzero(ids == run), np.flatnonzero(names == run)):
            if len(rows) == 1:
                return RunView(snapshot, int(rows[0]))
        rows = np.flatnonzero(names == run)
        if not len(rows) and run:
            rows = np.flatnonzero(np.array([str(run_id).startswith(run) for run_id in ids], dtype=np.bool_))
        if len(rows) == 1:
            return RunView(snapshot, int(rows[0]))
        if run in self.index.runs(include_deleted=True).id:
            message = f"The run {run!r} is deleted. `ridgeline edit {run} --undelete` brings it back."
            raise NotFoundError(message, "run-not-found")
        raise _not_found(self.root, run, ids[rows].tolist(), ids.tolist(), names.tolist())

    def artifact(self, run: str, name: str) -> Path:
        """Return where a copy of a logged file lies, to read from. It is named by its content, not by its name.

        Args:
            run: Id, the beginning of an id, or name, as for `run`.
            name: The artifact's name; `run(…).artifacts` lists them.

        Raises:
            NotFoundError: The run has no such artifact, or no copy of it was stored.
        """
        view = self.run(run)
        found = view.artifacts.get(name)
        if found is None:
            known = ", ".join(view.artifacts) or "none"
            message = f"The run {view.name!r} has no artifact {name!r}.{did_you_mean(name, view.artifacts)} It has: {known}."
            raise NotFoundError(message, "artifact-not-found")
        if found.blob is None:
            raise NotFoundError(
                f"The artifact {name!r} was not copied; it lies at {found.uri!r}.", "artifact-elsewhere"
            )
        return BlobStore(self.layout.blobs).path(found.blob)

    def experiments(self) -> tuple[pickers.NameCount, ...]:
        """Return the experiments and how many runs each has."""
        return pickers.experiments(self.snapshot())

    def tags(self) -> tuple[pickers.NameCount, ...]:
        """Return the tags and how many runs each has."""
        return pickers.tags(self.snapshot())

    def params(self) -> tuple[pickers.ParamChoice, ...]:
        """Return every param, how many runs have it, and its values."""
        return pickers.params(self.snapshot())

    def contexts(self, name: str | None = None) -> list[dict[str, Json]]:
        """Return the contexts in which a metric, or anything, is tracked.

        Raises:
            NotFoundError: Nothing of that name is tracked.
        """
        choices = pickers.metrics(self.snapshot())
        chosen = [choice for choice in choices if name in (None, choice.name)]
        if name is not None and not chosen:
            hint = did_you_mean(name, {choice.name for choice in choices})
            raise NotFoundError(f"No run has tracked {name!r}.{hint}", "metric-not-found")
        found: list[dict[str, Json]] = []
        for choice in chosen:
            found += [entry.context for entry in choice.contexts if entry.context not in found]
        return found

    def pickers(self) -> pickers.Pickers:
        """Return all that there is to pick from."""
        return pickers.pickers(self.snapshot())

    def edit(
        self,
        ids: str | Iterable[str],
        *,
        name: str | None = None,
        note: str | None = None,
        archived: bool | None = None,
        deleted: bool | None = None,
        experiment: str | None = None,
        add_tags: Iterable[str] = (),
        remove_tags: Iterable[str] = (),
    ) -> int:
        """Change runs and return how many were changed. What is left out stays; `deleted=False` takes a deletion back.

        Raises:
            NotFoundError: There is no run of some id; then none is changed.
            InputError: A value is wrong.
            StorageError: The disk refuses.
        """
        edit = Edit(name, note, archived, deleted, experiment, tag_tuple(add_tags), tag_tuple(remove_tags))
        wanted = [ids] if isinstance(ids, str) else list(dict.fromkeys(ids))
        self.refresh()
        known = set(self.index.runs(include_deleted=True).id.tolist())
        for run_id in wanted:
            if run_id not in known:
                raise _not_found(self.root, run_id, [], sorted(known), [])
        changed = write_edit(self.layout, wanted, edit)
        self.refresh()
        return changed

    def __repr__(self) -> str:
        return f"Repo({str(self.root)!r})"


def _flush_recording() -> None:
    """Let runs that are open in this process write what they hold, so that a question sees it."""
    recording = sys.modules.get("ridgeline.record.run")  # without it nothing records here
    if recording is not None:
        recording.flush_open_runs()


def _several(texts: str | Sequence[str]) -> tuple[str, ...]:
    return (texts,) if isinstance(texts, str) else tuple(texts)


def _check_query(query: object) -> None:
    if not isinstance(query, str):
        message = f"A query is text such as 'run.lr > 0.1', not {query!r}. Leave it out to get everything."
        raise InputError(message, "query-type")


def _check_limit(limit: int | None) -> None:
    if limit is not None and (not isinstance(limit, int) or limit < 0):
        raise InputError(f"limit is {limit!r}; it is a whole number, 0 or more, or None.", "bad-limit")


def _not_found(root: Path, asked: str, several: list[str], ids: list[str], names: list[str]) -> NotFoundError:
    if several:
        message = f"{len(several)} runs in {str(root)!r} are meant by {asked!r}: {', '.join(several[:5])}. Give an id."
        return NotFoundError(message, "run-ambiguous")
    by = "id or name" if names else "id"
    hint = did_you_mean(asked, [*ids, *names])
    message = f"None of the {len(ids)} runs in {str(root)!r} has the {by} {asked!r}.{hint}"
    return NotFoundError(message, "run-not-found")
