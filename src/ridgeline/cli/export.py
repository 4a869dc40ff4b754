from collections.abc import Iterable
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import typer
from rich.console import Console
from rich.progress import track

from ridgeline.cli.export_whole import To, write_whole
from ridgeline.cli.opening import open_repo
from ridgeline.cli.options import QueryArgument, RepoOption
from ridgeline.cli.output import cell, note_warnings, written_whole
from ridgeline.core.errors import InputError
from ridgeline.query.expression import parse_sort_keys
from ridgeline.query.order_series import sort_series
from ridgeline.query.point_table import PointTable
from ridgeline.query.repo import Repo
from ridgeline.query.series_set import Occasion
from ridgeline.query.table import Table

SERIES_A_BATCH = 200


class What(StrEnum):
    runs = "runs"
    points = "points"


def command(
    out: Annotated[
        str,
        typer.Argument(
            help="File to write; its suffix, .parquet or .csv, says how. With --to: a folder, or a tracking server.",
            metavar="FILE",
        ),
    ],
    query: QueryArgument = "",
    repo: RepoOption = None,
    what: Annotated[What, typer.Option("--what", help="A row a run, or a row a point.")] = What.points,
    to: Annotated[
        To | None,
        typer.Option(
            "--to",
            help="Whole runs, as another tracker keeps them: tensorboard (a logdir), mlflow (a folder mlruns, or http://…), parquet (a folder).",
        ),
    ] = None,
) -> None:
    """Write runs or points to a Parquet or CSV file, or whole runs for TensorBoard, MLflow or other repos."""
    if to is not None:
        write_whole(open_repo(repo), query, to, out)
        return
    path = Path(out)
    if path.suffix not in (".parquet", ".csv"):
        message = f"The file to write is {out!r}; end it in .parquet or .csv, or say --to tensorboard, mlflow or parquet."
        raise InputError(message, "export-format")
    opened = open_repo(repo)
    count = _write_runs(opened, query, path) if what is What.runs else _write_points(opened, query, path)
    Console(stderr=True).print(f"{count:,} {what.value} in {path}", highlight=False)


def _write_runs(repo: Repo, query: str, out: Path) -> int:
    table = repo.runs(query)
    note_warnings(table.warnings)
    plain = _plain_text(table)
    _write(out, [_lists_as_text(plain) if out.suffix == ".csv" else plain])
    return len(table)


def _write_points(repo: Repo, query: str, out: Path) -> int:
    snapshot, found = repo.series(query)
    note_warnings(found.warnings)
    series = sort_series(snapshot, found, parse_sort_keys(None), Occasion())
    starts = range(0, max(len(series), 1), SERIES_A_BATCH)
    batches = (
        _plain_text(
            PointTable(snapshot, series.taken(np.arange(start, min(start + SERIES_A_BATCH, len(series)))))
        )
        for start in starts
    )
    console = Console(stderr=True)
    shown = track(
        batches, "exporting", len(starts), console=console, transient=True, disable=not console.is_terminal
    )
    return _write(out, shown)


def _plain_text(table: Table) -> pa.Table:
    """Return the table with its texts written out: each batch has a dictionary of its own."""
    arrow = table.to_arrow()
    fields = [f.with_type(pa.string()) if pa.types.is_dictionary(f.type) else f for f in arrow.schema]
    return arrow.cast(pa.schema(fields))


def _lists_as_text(table: pa.Table) -> pa.Table:
    """Return the table with its lists as JSON, as `ridgeline runs --csv` prints them: CSV holds no lists."""
    for position, field in enumerate(table.schema):
        if pa.types.is_list(field.type):
            texts = [cell(value) for value in table.column(position).to_pylist()]
            table = table.set_column(position, field.name, pa.array(texts, pa.string()))
    return table


def _write(out: Path, batches: Iterable[pa.Table]) -> int:
    """Write batches, the first of which has the schema of all; return the number of rows."""
    open_writer = pq.ParquetWriter if out.suffix == ".parquet" else pa_csv.CSVWriter
    count = 0
    with written_whole(out) as aside, ExitStack() as stack:
        writer = None
        for batch in batches:
            if writer is None:
                schema = batch.schema
                writer = open_writer(aside, schema)
                stack.callback(writer.close)
            writer.write_table(batch.cast(schema))
            count += len(batch)
    return count
