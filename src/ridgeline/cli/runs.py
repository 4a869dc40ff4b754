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
    limit: LimitOption = 20,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    parquet: ParquetOption = None,
) -> None:
    """List runs."""
    output = Output(as_json, as_csv, parquet)
    shown = open_repo(repo).runs(query, columns=column or [], order_by=sort, limit=limit or None)
    table = shown.to_arrow()
    if output.for_people:
        table = table.select(
            [
                name
                for name in table.column_names
                if name not in ("ended", "note", "archived") and not name.startswith("params.")
            ]
        )
    output.write(table)
    note_warnings(shown.warnings)
    note_limit(output, table, limit)
