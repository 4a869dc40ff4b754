"""`ridgeline sync`: take over runs of other trackers, once or live. One file a tracker."""

import typer

from ridgeline.cli import (
    sync_aim,
    sync_csv,
    sync_mlflow,
    sync_neptune,
    sync_tensorboard,
    sync_trackio,
    sync_wandb,
)

app = typer.Typer(no_args_is_help=True, help="Take over runs of other trackers, once or live.")
for verb in (sync_aim, sync_csv, sync_mlflow, sync_neptune, sync_tensorboard, sync_trackio, sync_wandb):
    app.command(verb.__name__.rpartition("_")[2])(verb.command)
