"""Histories that were exported from W&B: of one run, as its API gives them; or of a chart, as the page's "Export CSV" does."""

import csv
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from ridgeline.core.errors import InputError, StorageError
from ridgeline.core.values import Json
from ridgeline.sync.columns import SeriesColumns
from ridgeline.sync.context_patterns import ContextPatterns
from ridgeline.sync.naming import stable_id
from ridgeline.sync.passes import mark_of
from ridgeline.sync.source import SourceRun

SUFFIXES = (".csv", ".json", ".jsonl")
_STEPS = ("_step", "Step", "step")
_BOUND = ("__MIN", "__MAX")  # of the band that a chart draws
_SEPARATOR = " - "


class ExportedHistory:
    """The runs of one exported file. What an export does not hold, such as the config, cannot come over."""

    def __init__(self, path: Path, patterns: ContextPatterns, experiment: str = "") -> None:
        """Look at a file. Its own name names the run, where its columns do not name several."""
        self._path = path
        self._patterns = patterns
        self._experiment = experiment or path.parent.name or "wandb"
        self._runs: dict[str, SourceRun] = {}

    def listed(self) -> dict[str, str]:
        """Return the runs of the file.

        Raises:
            InputError: It is not there, or no history.
            StorageError: It cannot be read.
        """
        try:
            stat = self._path.stat()
            rows = list(_rows(self._path))
        except OSError as error:
            raise InputError(
                f"{str(self._path)!r} cannot be read ({error.strerror or error}).", "wandb-not-found"
            ) from error
        except ValueError as error:
            raise StorageError(
                f"{str(self._path)!r} is no whole CSV or JSON ({error}).", "wandb-unreadable"
            ) from error
        step = next((key for key in _STEPS if rows and key in rows[0]), None)
        if step is None:
            message = f"{str(self._path)!r} is no history of W&B: it has no column _step or Step, but {_columns(rows)}. For other tables there is `ridgeline sync csv`."
            raise InputError(message, "wandb-export")
        mark = mark_of(self._patterns.patterns, stat.st_size, stat.st_mtime_ns)
        self._runs = {run.id: run for run in self._read(rows, step, stat.st_mtime, mark)}
        return dict.fromkeys(self._runs, mark)

    def read(self, run_id: str) -> Iterator[SourceRun]:
        """Return a run of the file."""
        yield self._runs[run_id]

    def taken(self, run_id: str) -> None:
        """Nothing has to be remembered."""

    def close(self) -> None:
        """Nothing is held open."""

    def _read(
        self, rows: list[Mapping[str, Json]], step_key: str, written: float, mark: str
    ) -> Iterator[SourceRun]:
        by_run: dict[str, SeriesColumns] = {}
        timed = "_timestamp" in rows[0]
        times: dict[str, list[float]] = {}
        for number, row in enumerate(rows):
            step = _float(row.get(step_key))
            at = number if step is None or not math.isfinite(step) else int(step)
            # A chart's export has no times: its runs then lie where the file was written.
            time = _float(row.get("_timestamp")) or written
            epoch = _float(row.get("epoch"))
            for key, value in row.items():
                number_there = _float(value)
                if key == step_key or key.startswith("_") or number_there is None or key.endswith(_BOUND):
                    continue
                run, metric = self._split(key)
                if metric.startswith("_"):
                    continue
                name, context = self._patterns.split(metric)
                by_run.setdefault(run, SeriesColumns()).add(name, context, at, time, number_there, epoch)
                times.setdefault(run, []).append(time)
        for run, columns in by_run.items():
            yield SourceRun(
                id=stable_id(run, self._path.stem if run != self._path.stem else "", self._experiment),
                source=f"wandb {self._path}",
                name=run,
                experiment=self._experiment,
                created=min(times[run]),
                ended=max(times[run]),
                status="finished",
                user="",
                series=columns.series(timed=timed),
                mark=mark,
            )

    def _split(self, key: str) -> tuple[str, str]:
        """Return run and metric of a column: `run - loss` of a chart's export, else the file's own name and the key."""
        run, separator, metric = key.partition(_SEPARATOR)
        return (run, metric) if separator and metric else (self._path.stem, key)


def _columns(rows: list[Mapping[str, Json]]) -> str:
    return ", ".join(list(rows[0])[:8]) if rows else "no rows"


def _rows(path: Path) -> Iterator[Mapping[str, Json]]:
    """Yield the rows of a CSV file, of a JSON list, of JSON lines, or of a JSON dict of columns."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield {key: value for key, value in row.items() if key is not None}
        return
    text = path.read_text("utf-8")
    if path.suffix == ".jsonl":
        yield from _dicts(json.loads(line) for line in text.splitlines() if line.strip())
        return
    tree: Json = json.loads(text)
    yield from _dicts(tree if isinstance(tree, list) else _of_columns(tree))


def _dicts(rows: Iterable[Json]) -> Iterator[Mapping[str, Json]]:
    for row in rows:
        if isinstance(row, dict):
            yield row


def _of_columns(tree: Json) -> list[Json]:
    """Return rows of {column: {row: value}} or {column: [values]}, as pandas writes a frame."""
    rows: dict[str, dict[str, Json]] = {}
    for name, column in (tree if isinstance(tree, dict) else {}).items():
        cells = (
            column.items()
            if isinstance(column, dict)
            else enumerate(column if isinstance(column, list) else ())
        )
        for key, value in cells:
            rows.setdefault(str(key), {})[name] = value
    return [*rows.values()]


def _float(value: Json) -> float | None:
    """Return a cell as a number; None for an empty one, and for text."""
    if isinstance(value, bool | int | float):
        return float(value)
    try:
        return float(value) if isinstance(value, str) and value.strip() else None
    except ValueError:
        return {"true": 1.0, "false": 0.0}.get(str(value).lower())
