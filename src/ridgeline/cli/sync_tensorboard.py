from pathlib import Path
from typing import Annotated

import typer

from ridgeline.cli.options import RepoOption
from ridgeline.cli.sync_passes import ContextOption, EveryOption, WatchOption, bring_over
from ridgeline.sync.context_patterns import ContextPatterns
from ridgeline.sync.tensorboard.source import TensorboardSource


def command(
    logdir: Annotated[
        Path, typer.Argument(help="What tensorboard --logdir is given.", metavar="LOGDIR", show_default=False)
    ],
    repo: RepoOption = None,
    context: ContextOption = None,
    watch: WatchOption = False,
    every: EveryOption = 10.0,
) -> None:
    """Take over event files of TensorBoard: scalars, texts, images, audio, histograms, tensors, hparams."""
    patterns = ContextPatterns(context or ())
    bring_over(repo, lambda: TensorboardSource(logdir, patterns, live=watch), watch=watch, every=every)
