"""Passes over a source, shown to a person: what was taken over, what went wrong, and how far it is."""

import time
from contextlib import nullcontext
from typing import Annotated, TypeAlias

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ridgeline.log.layout import Layout, resolve_repo
from ridgeline.query.repo import Repo
from ridgeline.sync.live import LiveRuns
from ridgeline.sync.passes import Passes, Source
from ridgeline.sync.take_over import Moved

ContextOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--context", help="Split keys into a metric and a context: 'f1_{lang}', 'eval/{name}/{lang}'."
    ),
]
WatchOption: TypeAlias = Annotated[
    bool, typer.Option("--watch/--once", help="Go on with what changes, until Ctrl+C.")
]
EveryOption: TypeAlias = Annotated[float, typer.Option("--every", help="Seconds between passes.", min=0.5)]


def follow(source: Source, repo: str | None, *, watch: bool, every: float) -> None:
    """Take over a source, once or until Ctrl+C, and say what was taken.

    Raises:
        RidgelineError: The source cannot be read at all, or the repo not written.
        Exit: Something of it could not be taken over, with code 1.
    """
    console = Console(stderr=True)
    root = resolve_repo(repo, for_writing=True)
    Layout(root).create()
    failed: set[str] = set()

    def fail(run_id: str, why: str) -> None:
        failed.add(run_id)
        console.print(f"[red]{escape(run_id)}[/]: {escape(why)}", highlight=False)

    columns = (TextColumn("runs"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with (
        Repo(root) as target,
        LiveRuns() if watch else nullcontext() as live,
        Progress(*columns, console=console, transient=True) as progress,
    ):
        task = progress.add_task("runs", total=None)
        passes = Passes(
            target,
            source,
            live,
            on_run=lambda done, of: progress.update(task, completed=done, total=of),
            on_failure=fail,
        )
        moved = passes.once()
        progress.stop()
        typer.echo(said(moved))
        while watch:
            time.sleep(every)
            if moved := passes.once():
                typer.echo(said(moved))
    source.close()
    if failed:
        raise typer.Exit(1)


def said(moved: Moved) -> str:
    """Return what a pass did, in words."""
    if not moved:
        return "Nothing new."
    counted = (
        (moved.runs, "run"),
        (moved.points, "point"),
        (moved.objects, "object"),
        (moved.lines, "line"),
        (moved.edits, "change"),
    )
    parts = [f"{n:,} {what}{'s' * (n != 1)}" for n, what in counted if n]
    return f"Took over {', '.join(parts)}."
