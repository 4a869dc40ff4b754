import os
from pathlib import Path
from typing import Annotated

import typer

from ridgeline.cli.options import RepoOption
from ridgeline.cli.sync_passes import ContextOption, EveryOption, WatchOption, bring_over
from ridgeline.sync.context_patterns import ContextPatterns
from ridgeline.sync.trackio.store import TrackioFolder

_HOME = Path("~/.cache/huggingface/trackio")


def command(
    path: Annotated[
        Path | None,
        typer.Argument(
            help="Trackio's folder, or a project's .db file; default: $TRACKIO_DIR, else its own."
        ),
    ] = None,
    repo: RepoOption = None,
    context: ContextOption = None,
    watch: WatchOption = False,
    every: EveryOption = 10.0,
) -> None:
    """Take over runs of Trackio: config, metrics, system metrics, images, audio, tables, histograms, texts."""
    folder = path or Path(os.environ.get("TRACKIO_DIR") or _HOME).expanduser()
    patterns = ContextPatterns(context or ())
    bring_over(repo, lambda: TrackioFolder(folder, patterns), watch=watch, every=every)
