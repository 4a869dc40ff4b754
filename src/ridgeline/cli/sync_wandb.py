from pathlib import Path
from typing import Annotated

import typer

from ridgeline.cli.following import ContextOption, EveryOption, WatchOption, follow
from ridgeline.cli.options import RepoOption
from ridgeline.sync.context_patterns import ContextPatterns
from ridgeline.sync.wandb.exports import SUFFIXES, ExportedHistory
from ridgeline.sync.wandb.offline import OfflineFolders


def command(
    path: Annotated[
        Path,
        typer.Argument(
            help="The folder 'wandb', one run's folder in it, or an exported history: .csv, .json, .jsonl."
        ),
    ],
    repo: RepoOption = None,
    context: ContextOption = None,
    experiment: Annotated[
        str, typer.Option("--experiment", help="Of an export, which does not name it; default: its folder.")
    ] = "",
    watch: WatchOption = False,
    every: EveryOption = 10.0,
) -> None:
    """Take over offline runs of W&B: config, history, system metrics, media, console output, exit status."""
    patterns = ContextPatterns(context or ())
    is_export = path.is_file() and path.suffix in SUFFIXES
    source = ExportedHistory(path, patterns, experiment) if is_export else OfflineFolders(path, patterns)
    follow(source, repo, watch=watch, every=every)
