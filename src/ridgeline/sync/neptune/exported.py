"""Folders of neptune-exporter: Parquet files with a row an attribute's value, one run in some files, and files beside them."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ridgeline.core.errors import InputError, StorageError
from ridgeline.sync.context_patterns import ContextPatterns
from ridgeline.sync.naming import stable_id
from ridgeline.sync.neptune.describe import describe
from ridgeline.sync.passes import mark_of
from ridgeline.sync.source import SourceRun

# What every export has; the columns with values are looked for one by one.
_NEEDED = ("project_id", "run_id", "attribute_path", "attribute_type", "step", "timestamp")


class NeptuneExport:
    """The runs below a folder of data."""

    def __init__(self, data: Path, files: Path | None, patterns: ContextPatterns) -> None:
        """Look at a folder.

        Args:
            data: What the exporter was given as --data-path, or a part of it.
            files: What it was given as --files-path; the folder `files` beside `data`, if left out.
            patterns: Split the paths of series.

        Raises:
            InputError: There is no Parquet file.
        """
        if not any(data.rglob("*.parquet")):
            message = f"There is no Parquet file below {str(data)!r}. Give what neptune-exporter was given as --data-path, such as exports/data."
            raise InputError(message, "neptune-not-found")
        self._data = data
        self._files = files if files is not None else data.parent / "files"
        self._patterns = patterns
        self._parts: dict[str, list[Path]] = {}
        self._keys: dict[str, tuple[str, str]] = {}
        self._known: dict[Path, tuple[tuple[int, int], list[tuple[str, str]]]] = {}

    def listed(self) -> dict[str, str]:
        """Return the runs with marks of their files. A file that cannot be read is a run that fails."""
        self._parts, self._keys = {}, {}
        for path in sorted(self._data.rglob("*.parquet")):
            try:
                keys = self._runs_in(path)
            except StorageError:
                keys = [("", path.stem)]  # reading it says what is wrong
            for project, run in keys:
                run_id = stable_id(run, project.replace("/", "."))
                self._keys[run_id] = (project, run)
                self._parts.setdefault(run_id, []).append(path)
        return {run_id: self._mark(run_id) for run_id in self._parts}

    def read(self, run_id: str) -> Iterator[SourceRun]:
        """Return a run, then say what of it is missing.

        Raises:
            StorageError: It cannot be read, or not all of it.
        """
        project, run = self._keys[run_id]
        tables = [_read(path) for path in self._parts[run_id]]
        table = pa.concat_tables(tables, promote_options="permissive")
        chosen = (pc.field("project_id") == project) & (pc.field("run_id") == run)
        found, problems = describe(
            run_id, (project, run), table.filter(chosen), self._files, f"neptune {self._data}", self._patterns
        )
        yield replace(found, mark=None if problems else self._mark(run_id))
        if problems:
            more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
            raise StorageError(f"{problems[0]}{more}. All else of the run is there.", "neptune-incomplete")

    def taken(self, run_id: str) -> None:
        """Nothing has to be remembered."""

    def close(self) -> None:
        """Nothing is held open."""

    def _mark(self, run_id: str) -> str:
        stats = [(path.name, _stamp(path)) for path in self._parts[run_id]]
        return mark_of(self._patterns.patterns, str(self._files), self._files.is_dir(), stats)

    def _runs_in(self, path: Path) -> list[tuple[str, str]]:
        """Return the projects and runs of a file; it is looked into once."""
        stamp = _stamp(path)
        known = self._known.get(path)
        if known is None or known[0] != stamp:
            pairs = _read(path, ["project_id", "run_id"])
            distinct = pairs.group_by(["project_id", "run_id"]).aggregate([])
            rows = distinct.to_pylist()
            known = self._known[path] = (
                stamp,
                [(row["project_id"] or "", row["run_id"] or "") for row in rows],
            )
        return known[1]


def _stamp(path: Path) -> tuple[int, int]:
    stat = path.stat()
    return stat.st_mtime_ns, stat.st_size


def _read(path: Path, columns: list[str] | None = None) -> pa.Table:
    try:
        schema = pq.read_schema(path)
        missing = [name for name in _NEEDED if name not in schema.names]
        if missing:
            message = f"{str(path)!r} is no export of Neptune, or of a version that cannot be read: it has no column {missing[0]!r}."
            raise StorageError(message, "neptune-version")
        return pq.read_table(path, columns=columns)
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, StorageError):
            raise
        message = f"{str(path)!r} cannot be read ({str(error).splitlines()[0]}). Is it whole?"
        raise StorageError(message, "neptune-unreadable") from error
