"""What all verbs of `ridgeline sync` share: passes with a progress bar, once or until Ctrl+C, and what is said of them."""

import re
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from typing import Annotated, TypeAlias

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ridgeline.core.errors import InputError, StorageError
from ridgeline.log.layout import Layout, resolve_repo
from ridgeline.query.repo import Repo
from ridgeline.sync.live import LiveRuns
from ridgeline.sync.passes import Passes, Source
from ridgeline.sync.take_over import Moved

_UNIT_SECS = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0}
_LEAST_SECS = 0.5


def seconds(text: str) -> float:
    """Return the seconds that a text such as 10, 10s, 2m or 1h means."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?) ?(s|m|h|)", str(text))
    found = float(match[1]) * _UNIT_SECS[match[2]] if match else 0.0
    if found < _LEAST_SECS:
        raise typer.BadParameter(f"{text!r} is no time such as 10s, 2m or 1h, of half a second or more.")
    return found


WatchOption: TypeAlias = Annotated[
    bool, typer.Option("--watch/--once", help="Go on with what changes, until Ctrl+C.")
]
EveryOption: TypeAlias = Annotated[
    float, typer.Option("--every", help="Time between passes: 10s, 2m, 1h.", parser=seconds, metavar="TIME")
]
ContextOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--context", help="Split keys into a metric and a context: 'f1_{lang}', 'eval/{name}/{lang}'."
    ),
]


def bring_over(repo: str | None, open_source: Callable[[], Source], *, watch: bool, every: float) -> None:
    """Take over a source into a repo, once or until Ctrl+C, and say what was written and what was not.

    Raises:
        InputError: The source is not what was asked for, or refuses.
        StorageError: The source or the repo cannot be read at all.
    """
    console = Console(stderr=True)
    failed: set[tuple[str, str]] = set()

    def fail(run_id: str, why: str) -> None:
        if (run_id, why) in failed:  # said already
            return
        failed.add((run_id, why))
        console.print(f"[red]{escape(run_id)}[/]: {escape(why)}", highlight=False, soft_wrap=True)

    with ExitStack() as stack:
        source = stack.enter_context(closing(open_source()))
        root = resolve_repo(repo, for_writing=True)
        Layout(root).create()
        target = stack.enter_context(Repo(root))
        live = stack.enter_context(LiveRuns()) if watch else None
        passes = Passes(target, source, live, on_failure=fail)
        typer.echo(said(_with_progress(passes, console)))
        while watch:
            time.sleep(every)
            _again(passes, fail)
    if failed:
        raise typer.Exit(1)


def _with_progress(passes: Passes, console: Console) -> Moved:
    columns = (TextColumn("runs"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("runs", total=None)
        passes.on_run = lambda done, of: progress.update(task, completed=done, total=of)
        return passes.once()


def _again(passes: Passes, fail: Callable[[str, str], None]) -> None:
    """Make another pass. A source that does not answer now may do so next time."""
    try:
        if moved := passes.once():
            typer.echo(said(moved))
    except (InputError, StorageError) as error:
        fail("This pass", error.message)


def said(moved: Moved) -> str:
    """Return what was written, in a sentence."""
    if not moved:
        return "Nothing new."
    counted = (
        (moved.runs, "run"),
        (moved.points, "point"),
        (moved.objects, "object"),
        (moved.lines, "console line"),
        (moved.edits, "change"),
    )
    parts = [f"{n:,} {what}{'s' * (n != 1)}" for n, what in counted if n]
    return f"Took over {', '.join(parts)}."
