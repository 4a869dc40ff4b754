"""A CSV or Parquet file as a source of runs."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from ridgeline.core.errors import InputError, StorageError
from ridgeline.sync.context_patterns import ContextPatterns
from ridgeline.sync.naming import stable_id
from ridgeline.sync.passes import mark_of
from ridgeline.sync.source import SourceRun, SourceSeries
from ridgeline.sync.tables.mapping import Asked, Columns, columns_of
from ridgeline.sync.tables.rows import TableRun, runs_of

SUFFIXES = (".csv", ".tsv", ".parquet")


class TableFile:
    """The runs of one table."""

    def __init__(
        self,
        path: Path,
        asked: Asked,
        patterns: ContextPatterns,
        experiment: str = "",
        tell: Callable[[Columns], object] = lambda _columns: None,
    ) -> None:
        """Take what is to be read.

        Args:
            path: A file that ends in one of SUFFIXES.
            asked: What somebody says of its columns.
            patterns: Split the names of metrics.
            experiment: Of all runs, where no column says it; the file's name without its suffix, if left out.
            tell: Is called with what each column is, each time when that is another thing than before.

        Raises:
            InputError: There is no such file, or of no such kind.
        """
        if path.suffix not in SUFFIXES:
            raise InputError(
                f"{str(path)!r} is no table that can be read: give .csv, .tsv or .parquet.", "table-kind"
            )
        if not path.is_file():
            raise InputError(f"There is no file {str(path)!r}.", "table-not-found")
        self._path = path
        self._asked = asked
        self._patterns = patterns
        self._experiment = experiment or path.stem
        self._tell = tell
        self._told: Columns | None = None
        self._runs: dict[str, TableRun] = {}
        self._mark = ""

    def listed(self) -> dict[str, str]:
        """Return the runs with the file's mark; it is read again only when it changed.

        Raises:
            InputError: Its columns are not what was said, or say nothing.
            StorageError: It cannot be read.
        """
        stat = self._path.stat()
        mark = mark_of(self._patterns.patterns, self._asked, self._experiment, stat.st_mtime_ns, stat.st_size)
        if mark != self._mark:
            table = read_table(self._path)
            columns = columns_of(table, self._asked)
            if columns != self._told:
                self._told = columns
                self._tell(columns)
            runs = runs_of(table, columns, self._patterns, self._path.stem)
            self._runs = {stable_id(run.key, self._path.stem): run for run in runs}
            self._mark = mark
        return dict.fromkeys(self._runs, mark)

    def read(self, run_id: str) -> Iterator[SourceRun]:
        """Return a run. A table says neither that it goes on nor how it ended; without times, it lies where the file was written."""
        run = self._runs[run_id]
        written = self._path.stat().st_mtime
        began, ended = (written if at is None else at for at in (run.began, run.ended))
        yield SourceRun(
            id=run_id,
            source=f"table {self._path}",
            name=run.key,
            experiment=run.experiment or self._experiment,
            created=began,
            ended=ended,
            status="finished",
            user="",
            params=run.params,
            series=tuple(_timed(series, written) for series in run.series),
            mark=self._mark,
        )

    def taken(self, run_id: str) -> None:
        """Nothing has to be remembered."""

    def close(self) -> None:
        """Nothing is held open."""


def _timed(series: SourceSeries, written: float) -> SourceSeries:
    return series if series.timed else replace(series, time=np.full(len(series.step), written))


def read_table(path: Path) -> pa.Table:
    """Read a file.

    Raises:
        StorageError: It is damaged, half written, or cannot be read.
    """
    try:
        if path.suffix == ".parquet":
            return _plain(pq.read_table(path))
        options = pa_csv.ParseOptions(
            delimiter="\t" if path.suffix == ".tsv" else ",", newlines_in_values=True
        )
        # An empty cell is none; "nan" is a number that is none. Text stays text, "NA" too.
        convert = pa_csv.ConvertOptions(null_values=[""], strings_can_be_null=True)
        return pa_csv.read_csv(path, parse_options=options, convert_options=convert)
    except (pa.ArrowException, OSError) as error:
        message = f"{str(path)!r} cannot be read ({str(error).splitlines()[0]}). Is it whole?"
        raise StorageError(message, "table-unreadable") from error


def _plain(table: pa.Table) -> pa.Table:
    """Return a table whose columns hold their values themselves."""
    fields = (
        one.with_type(one.type.value_type) if pa.types.is_dictionary(one.type) else one
        for one in table.schema
    )
    return table.cast(pa.schema(fields))
