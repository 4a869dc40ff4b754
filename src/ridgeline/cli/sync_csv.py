from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ridgeline.cli.options import RepoOption
from ridgeline.cli.sync_passes import EveryOption, WatchOption, bring_over
from ridgeline.core.errors import InputError
from ridgeline.sync.context_patterns import ContextPatterns
from ridgeline.sync.passes import Source
from ridgeline.sync.tables.exported import ExportedFolder
from ridgeline.sync.tables.mapping import Asked, Columns
from ridgeline.sync.tables.source import TableFile


def command(
    path: Annotated[
        Path,
        typer.Argument(help="A .csv, .tsv or .parquet file, or a folder of `ridgeline export --to parquet`."),
    ],
    repo: RepoOption = None,
    run: Annotated[str, typer.Option("--run", help="Column that tells runs apart.")] = "",
    step: Annotated[str, typer.Option("--step", help="Column with steps.")] = "",
    time: Annotated[
        str, typer.Option("--time", help="Column with times: dates, or seconds since 1970.")
    ] = "",
    epoch: Annotated[str, typer.Option("--epoch", help="Column with epochs.")] = "",
    experiment: Annotated[
        str, typer.Option("--experiment", help="Column with experiments, or the experiment of all runs.")
    ] = "",
    metric: Annotated[
        list[str] | None,
        typer.Option(
            "--metric", help="Column that is a metric, or NAME=COLUMN; a row a step.", metavar="NAME=COLUMN"
        ),
    ] = None,
    name: Annotated[
        str, typer.Option("--name", help="Of a long table, a row a point: column with the names of metrics.")
    ] = "",
    value: Annotated[str, typer.Option("--value", help="Of a long table: column with their values.")] = "",
    param: Annotated[list[str] | None, typer.Option("--param", help="Column that is a param.")] = None,
    context: Annotated[
        list[str] | None,
        typer.Option(
            "--context", help="Column that tells series apart, or a pattern for names: 'f1_{lang}'."
        ),
    ] = None,
    watch: WatchOption = False,
    every: EveryOption = 10.0,
) -> None:
    """Take over runs from a CSV or Parquet file. What is not said of its columns is guessed, and the guess is printed."""
    patterns = ContextPatterns(one for one in context or () if "{" in one)

    def opened() -> Source:
        if path.is_dir():
            return ExportedFolder(path)
        is_column = bool(experiment) and experiment in _columns_of(path)
        asked = Asked(
            run, step, time, epoch, experiment if is_column else "", name, value,
            dict(map(_metric, metric or ())), tuple(param or ()), tuple(one for one in context or () if "{" not in one),
        )  # fmt: skip
        return TableFile(path, asked, patterns, "" if is_column else experiment, _tell)

    bring_over(repo, opened, watch=watch, every=every)


def _metric(text: str) -> tuple[str, str]:
    name, equals, column = text.partition("=")
    if not name or (equals and not column):
        raise InputError(f"--metric is a column or NAME=COLUMN, not {text!r}.", "table-metric")
    return name, column or name


def _columns_of(path: Path) -> list[str]:
    from ridgeline.sync.tables.source import read_table

    return list(read_table(path).column_names) if path.is_file() else []


def _tell(columns: Columns) -> None:
    Console(stderr=True).print(f"Columns: {columns}", highlight=False, soft_wrap=True, markup=False)
