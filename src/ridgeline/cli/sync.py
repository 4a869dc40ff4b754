"""`ridgeline sync`: take over runs of other trackers."""

import time
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ridgeline.cli import sync_wandb
from ridgeline.cli.options import RepoOption
from ridgeline.log.layout import Layout, resolve_repo
from ridgeline.query.repo import Repo
from ridgeline.sync.context_patterns import ContextPatterns
from ridgeline.sync.mlflow.passes import Passes, Selection, open_store
from ridgeline.sync.take_over import Moved

app = typer.Typer(no_args_is_help=True, help="Take over runs of other trackers, once or live.")
app.command("wandb")(sync_wandb.command)


@app.command()
def mlflow(
    tracking_uri: Annotated[
        str,
        typer.Option(
            "--tracking-uri", help="sqlite:///mlflow.db or the folder mlruns.", envvar="MLFLOW_TRACKING_URI"
        ),
    ],
    repo: RepoOption = None,
    experiment: Annotated[
        str, typer.Option("--experiment", help="Name, or regular expression of whole names.")
    ] = "",
    context: Annotated[
        list[str] | None,
        typer.Option(
            "--context", help="Split keys into a metric and a context: 'f1_{lang}', 'eval/{name}/{lang}'."
        ),
    ] = None,
    exclude_artifacts: Annotated[
        list[str] | None,
        typer.Option("--exclude-artifacts", help="Globs of artifacts to leave out; '*' for all."),
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch/--once", help="Go on with what changes, until Ctrl+C.")
    ] = False,
    every: Annotated[float, typer.Option("--every", help="Seconds between passes.", min=0.5)] = 10.0,
) -> None:
    """Take over runs of MLflow: params, metrics with their times, tags, notes, status, artifacts as links."""
    console = Console(stderr=True)
    store = open_store(tracking_uri)
    root = resolve_repo(repo, for_writing=True)
    Layout(root).create()
    failed: list[str] = []

    def fail(run_id: str, why: str) -> None:
        failed.append(run_id)
        console.print(f"[red]{run_id}[/]: {why}", highlight=False)

    with (
        Repo(root) as target,
        Progress(
            TextColumn("runs"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
        ) as progress,
    ):
        task = progress.add_task("runs", total=None)
        passes = Passes(
            target,
            store,
            ContextPatterns(context or ()),
            Selection(experiment, tuple(exclude_artifacts or ())),
            on_run=lambda done, of: progress.update(task, completed=done, total=of),
            on_failure=fail,
        )
        moved = passes.once()
        progress.stop()
        typer.echo(_said(moved))
        while watch:
            time.sleep(every)
            if moved := passes.once():
                typer.echo(_said(moved))
    store.close()
    if failed:
        raise typer.Exit(1)


def _said(moved: Moved) -> str:
    if not moved:
        return "Nothing new."
    counted = ((moved.runs, "run"), (moved.points, "point"), (moved.edits, "change"))
    parts = [f"{n:,} {what}{'s' * (n != 1)}" for n, what in counted if n]
    return f"Took over {', '.join(parts)}."
