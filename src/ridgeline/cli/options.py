"""Options that several verbs share."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

RepoOption: TypeAlias = Annotated[
    str | None,  # not a Path, which would make `http:/host` of a URL
    typer.Option(
        "--repo", help="Folder with the repo; default: $RIDGELINE_REPO, else the nearest .ridgeline upwards."
    ),
]
QueryArgument: TypeAlias = Annotated[
    str,
    typer.Argument(
        help="""Expression, such as 'run.hparams.lr > 1e-4 and "lab" in run.tags'.""", metavar="QUERY"
    ),
]
SortOption: TypeAlias = Annotated[
    str | None,
    typer.Option("--sort", help="Expressions to sort by, separated by commas; '-' before one: descending."),
]
JsonOption: TypeAlias = Annotated[
    bool, typer.Option("--json", help="Print JSON: a list of objects, or one object for one run.")
]
CsvOption: TypeAlias = Annotated[bool, typer.Option("--csv", help="Print CSV.")]
ParquetOption: TypeAlias = Annotated[
    Path | None, typer.Option("--parquet", help="Write a Parquet file.", metavar="FILE")
]
LimitOption: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--limit",
        "-n",
        help="How many to print; 0: all. Default: 20 for people, all with --json, --csv and --parquet.",
        min=0,
    ),
]
PortOption: TypeAlias = Annotated[
    int,
    typer.Option(
        "--port", help="Port of the web UI; the next free one is taken when it is in use.", min=0, max=65535
    ),
]
