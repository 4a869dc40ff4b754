import json
from typing import Annotated

import numpy as np
import pyarrow as pa
import typer

from ridgeline.cli.opening import open_repo
from ridgeline.cli.options import (
    CsvOption,
    JsonOption,
    LimitOption,
    ParquetOption,
    QueryArgument,
    RepoOption,
    SortOption,
)
from ridgeline.cli.output import Output, note_limit, note_warnings
from ridgeline.query.expression import parse_sort_keys
from ridgeline.query.order_series import sort_series
from ridgeline.query.point_table import PointTable
from ridgeline.query.series_set import Occasion, SeriesSet
from ridgeline.query.snapshot import Snapshot, context_text


def command(
    query: QueryArgument = "",
    repo: RepoOption = None,
    metric: Annotated[
        list[str] | None,
        typer.Option(
            "--metric",
            "-m",
            help="""Name, glob or re: pattern, with a context or not: 'f1', 'f1{"lang": "de"}', 'loss*', 're:^(f1|loss)$'; may be given several times.""",
        ),
    ] = None,
    points: Annotated[bool, typer.Option("--points", help="Every point a row, not every series.")] = False,
    sort: SortOption = None,
    limit: LimitOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    parquet: ParquetOption = None,
) -> None:
    """List metric series with their first, last, lowest and highest value, or all their points."""
    output = Output(as_json, as_csv, parquet)
    keys = parse_sort_keys(sort)
    snapshot, found = open_repo(repo).series(query, metric or None)
    series = sort_series(snapshot, found, keys, Occasion())
    rows = output.limit(limit)
    if points:
        table, found_rows = PointTable(snapshot, series, rows).to_arrow(), int(series.summaries.n.sum())
    else:
        table, found_rows = _summaries(snapshot, series, rows), len(series)
    output.write(table, rows=({**row, "context": json.loads(row["context"])} for row in table.to_pylist()))
    note_warnings(series.warnings)
    note_limit(output, table, found_rows)


def _summaries(snapshot: Snapshot, series: SeriesSet, limit: int | None) -> pa.Table:
    shown = series.taken(np.arange(min(limit or len(series), len(series)), dtype=np.int64))
    rows, _ = snapshot.rows_of(shown.rid)
    keys = [snapshot.metric_by_id[mid] for mid in shown.mid.tolist()]
    numbers = shown.summaries
    return pa.table(
        {
            "id": pa.array(snapshot.runs.id[rows].tolist(), pa.string()),
            "run": pa.array(snapshot.runs.name[rows].tolist(), pa.string()),
            "metric": pa.array([key.name for key in keys], pa.string()),
            "context": pa.array([context_text(key.context) for key in keys], pa.string()),
            "points": pa.array(numbers.n),
            "first": pa.array(numbers.first),
            "last": pa.array(numbers.last),
            "min": pa.array(numbers.min),
            "max": pa.array(numbers.max),
            "last_step": pa.array(numbers.step_last),
        }
    )
