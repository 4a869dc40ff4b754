"""Whole runs, written as other trackers keep them."""

import os
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Protocol

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import track

from ridgeline.cli.output import note_warnings
from ridgeline.core.errors import RidgelineError
from ridgeline.query.repo import Repo
from ridgeline.sync.export.held import held_run
from ridgeline.sync.export.mlflow_files import MlflowFolder
from ridgeline.sync.export.mlflow_server import MlflowServer
from ridgeline.sync.export.parquet import ParquetFolder
from ridgeline.sync.export.tensorboard import TensorBoardFolder
from ridgeline.sync.mlflow.client import Client, Login
from ridgeline.sync.source import SourceRun

_MOST_TOLD = 3


class To(StrEnum):
    tensorboard = "tensorboard"
    mlflow = "mlflow"
    parquet = "parquet"


class Target(Protocol):
    """Another tracker's store."""

    def write(self, run: SourceRun) -> list[str]: ...

    def close(self) -> None: ...


def write_whole(repo: Repo, query: str, to: To, out: str) -> None:
    """Write the runs that a query selects; one that fails is told of, and the rest goes on.

    Raises:
        Exit: Something could not be written, with code 1.
    """
    target = _TARGETS[to](out)
    console = Console(stderr=True)
    table = repo.runs(query)
    note_warnings(table.warnings)
    n_failed = 0
    for view in track(
        table, "runs", len(table), console=console, transient=True, disable=not console.is_terminal
    ):
        try:
            left = target.write(held_run(repo, view))
        except RidgelineError as error:
            n_failed += 1
            console.print(
                f"[red]{escape(view.id)}[/]: {escape(error.message)}", highlight=False, soft_wrap=True
            )
            continue
        if left:
            more = f" and {len(left) - _MOST_TOLD:,} more" if len(left) > _MOST_TOLD else ""
            told = "; ".join(left[:_MOST_TOLD])
            console.print(
                f"[yellow]{escape(view.id)}[/] without {escape(told)}{more}", highlight=False, soft_wrap=True
            )
    target.close()
    n = len(table) - n_failed
    console.print(f"{n:,} run{'s' * (n != 1)} in {out}", highlight=False, soft_wrap=True)
    if n_failed:
        raise typer.Exit(1)


def _mlflow(out: str) -> Target:
    if out.startswith(("http://", "https://")):
        token, username, password = (
            os.environ.get(f"MLFLOW_TRACKING_{name}", "") for name in ("TOKEN", "USERNAME", "PASSWORD")
        )
        return MlflowServer(Client(out, Login(token, username, password)))
    return MlflowFolder(Path(out.removeprefix("file://")))


_TARGETS: dict[To, Callable[[str], Target]] = {
    To.tensorboard: lambda out: TensorBoardFolder(Path(out)),
    To.mlflow: _mlflow,
    To.parquet: lambda out: ParquetFolder(Path(out)),
}
