from typing import Annotated

import typer
from rich.console import Console

from ridgeline.cli.options import CsvOption, JsonOption, ParquetOption, QueryArgument, RepoOption, SortOption
from ridgeline.cli.output import Output
from ridgeline.query.repo import Repo


def command(
    query: QueryArgument = "",
    repo: RepoOption = None,
    column: Annotated[
        list[str] | None,
        typer.Option("--column", "-c", help="""Another column, such as 'run.hparams.lr' or 'run.metrics["f1"].last'; may be given several times."""),
    ] = None,
    sort: SortOption = None,
    limit: Annotated[int, typer.Option("--limit", "-n", help="How many to print; 0: all.", min=0)] = 20,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    parquet: ParquetOption = None,
) -> None:
    """List runs."""
    output = Output(as_json, as_csv, parquet)
    shown = Repo(repo).runs(query, columns=column or [], order_by=sort, limit=limit or None)
    table = shown.to_arrow()
    if output.for_people:
        table = table.select([name for name in table.column_names if name not in ("ended", "note", "archived")])
    output.write(table)
    notes = Console(stderr=True)
    for warning in shown.warnings:
        notes.print(f"[yellow]{warning}[/]", highlight=False)
    if output.for_people and limit and len(table) == limit:
        notes.print(f"[dim]The first {limit}; --limit 0 prints all.[/]", highlight=False)
