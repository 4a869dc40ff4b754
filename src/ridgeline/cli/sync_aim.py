import sys
from pathlib import Path
from typing import Annotated

import typer

from ridgeline.cli.options import RepoOption
from ridgeline.cli.sync_passes import ContextOption, EveryOption, WatchOption, bring_over
from ridgeline.sync.aim.repository import AimRepository
from ridgeline.sync.context_patterns import ContextPatterns


def command(
    path: Annotated[Path, typer.Argument(help="The folder that holds .aim, or that itself.")],
    repo: RepoOption = None,
    python: Annotated[
        str | None,
        typer.Option("--python", help="A Python that has aim, which reads its databases; default: this one."),
    ] = None,
    context: ContextOption = None,
    watch: WatchOption = False,
    every: EveryOption = 10.0,
) -> None:
    """Take over runs of Aim: params, metrics with contexts, images, texts, figures, audio, notes, tags, console output."""
    patterns = ContextPatterns(context or ())
    bring_over(
        repo, lambda: AimRepository(path, python or sys.executable, patterns), watch=watch, every=every
    )
