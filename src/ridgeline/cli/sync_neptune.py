from pathlib import Path
from typing import Annotated

import typer

from ridgeline.cli.options import RepoOption
from ridgeline.cli.sync_passes import ContextOption, EveryOption, WatchOption, bring_over
from ridgeline.sync.context_patterns import ContextPatterns
from ridgeline.sync.neptune.exported import NeptuneExport


def command(
    path: Annotated[Path, typer.Argument(help="What neptune-exporter was given as --data-path.")],
    repo: RepoOption = None,
    files: Annotated[
        Path | None,
        typer.Option(
            "--files", help="What it was given as --files-path; default: the folder 'files' beside the data."
        ),
    ] = None,
    context: ContextOption = None,
    watch: WatchOption = False,
    every: EveryOption = 10.0,
) -> None:
    """Take over runs of Neptune from the Parquet files of neptune-exporter."""
    patterns = ContextPatterns(context or ())
    bring_over(repo, lambda: NeptuneExport(path, files, patterns), watch=watch, every=every)
