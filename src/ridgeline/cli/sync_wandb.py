from pathlib import Path
from typing import Annotated

import typer

from ridgeline.cli.options import RepoOption
from ridgeline.cli.sync_passes import ContextOption, EveryOption, WatchOption, bring_over
from ridgeline.sync.context_patterns import ContextPatterns
from ridgeline.sync.passes import Source
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

    def opened() -> Source:
        if path.is_file() and path.suffix in SUFFIXES:
            return ExportedHistory(path, patterns, experiment)
        return OfflineFolders(path, patterns)

    bring_over(repo, opened, watch=watch, every=every)
