from collections.abc import Iterator
from typing import Annotated

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
from ridgeline.query.run_table import RunTable
from ridgeline.query.typed import moment

NEWEST_FIRST = "-run.created_at"  # as in the UI


def command(
    query: QueryArgument = "",
    repo: RepoOption = None,
    column: Annotated[
        list[str] | None,
        typer.Option(
            "--column",
            "-c",
            help="""Another column, such as 'run.hparams.lr' or 'run.metrics["f1"].last'; may be given several times.""",
        ),
    ] = None,
    sort: SortOption = None,
    limit: LimitOption = None,
    deleted: Annotated[
        bool,
        typer.Option(
            "--deleted", help="List the deleted runs instead; `ridgeline edit ID --undelete` brings one back."
        ),
    ] = False,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    parquet: ParquetOption = None,
) -> None:
    """List runs, the newest first."""
    output = Output(as_json, as_csv, parquet)
    shown = open_repo(repo).runs(
        query,
        columns=column or [],
        order_by=sort or NEWEST_FIRST,
        limit=output.limit(limit),
        deleted=deleted,
    )
    table = shown.to_arrow()
    if output.for_people:
        table = table.select(
            [
                name
                for name in table.column_names
                if name not in ("ended", "note", "archived") and not name.startswith("params.")
            ]
        )
    output.write(table, rows=_rows(shown))
    note_warnings(shown.warnings)
    note_limit(output, table, shown.matched)


def _rows(shown: RunTable) -> Iterator[dict[str, object]]:
    """Give each run with every param as it was recorded."""
    columns = [
        [moment(value) if isinstance(value, float) else value for value in column.to_list()]
        if column.kind == "time"
        else column.to_list()
        for column in shown.columns
    ]
    for values in zip(*columns, strict=True):
        yield dict(zip(shown.names, values, strict=True))
