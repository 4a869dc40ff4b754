import shlex
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from ridgeline.cli.options import PortOption
from ridgeline.demo.merged import MERGED, merge_best
from ridgeline.demo.model import Recipe
from ridgeline.demo.story import View, save_story
from ridgeline.demo.sweep import missing_recipes, train_all
from ridgeline.demo.verdict import Verdict, judge
from ridgeline.log.layout import resolve_repo
from ridgeline.query.repo import Repo
from ridgeline.server.serve import DEFAULT_PORT, serve


def command(
    runs: Annotated[int, typer.Option("--runs", help="How many of the 240 candidates to train.")] = 240,
    jobs: Annotated[int, typer.Option("--jobs", help="Processes that train at once.", min=1)] = 2,
    repo: Annotated[Path, typer.Option("--repo", help="Folder to record into.")] = Path("ridgeline-demo"),
    port: PortOption = DEFAULT_PORT,
    no_serve: Annotated[
        bool, typer.Option("--no-serve", help="End after the comparison, with the views saved.")
    ] = False,
) -> None:
    """Train a real sweep on English, judge it in 18 languages, compare how to choose, open the UI."""
    console = Console()
    root = resolve_repo(repo, for_writing=True)
    todo = missing_recipes(root, runs)
    console.print(
        f"[bold]{runs} candidates[/] for one task: which of 8 groups is an emoji in, told by its name and keywords?\n"
        "Trained on 900 English items, over learning rate × epochs × dropout × technique × seed; judged in 18 languages.\n",
        highlight=False,
    )
    if todo:
        _train(console, root, todo, jobs)
    else:
        console.print(f"All of them are in {root} already.\n", highlight=False)
    if merge_best(root):
        console.print(f"The best of them are merged, too: [bold]{MERGED}[/].\n", highlight=False)
    opened = Repo(root)
    _print_verdict(console, judge(opened))
    views = save_story(opened)
    if no_serve:
        _print_links(console, "", views)
        console.print(
            f"They are saved: ridgeline up --repo {shlex.quote(str(repo))}", highlight=False, soft_wrap=True
        )
    else:
        serve([root], port=port, on_start=lambda url: _print_links(console, url, views))


def _train(console: Console, root: Path, todo: list[tuple[int, Recipe]], jobs: int) -> None:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as progress:
        bar = progress.add_task(f"training, {jobs} at a time", total=len(todo))
        train_all(root, todo, jobs, on_done=lambda: progress.advance(bar))
    console.print()


def _print_verdict(console: Console, verdict: Verdict) -> None:
    table = Table(
        title="Which model for which language? Test accuracy of each rule's pick",
        title_justify="left",
        box=None,
        pad_edge=False,
        header_style="dim",
    )
    for header in ("target", "English dev", "acc", "regret", "pivots", "acc", "regret", "oracle", "acc"):
        table.add_column(header, justify="right" if header in ("acc", "regret") else "left", no_wrap=True)
    for target in verdict.targets:
        cells = [target.language]
        for choice in (target.by_source, target.by_pivots):
            tied = f" +{choice.n_tied - 1}" if choice.n_tied > 1 else ""
            cells += [
                verdict.candidates[choice.candidate] + tied,
                f"{choice.target:.3f}",
                f"{choice.regret:.3f}",
            ]
        table.add_row(*cells, verdict.candidates[target.oracle], f"{target.by_source.oracle:.3f}")
    by_source, by_pivots = verdict.mean_regret()
    table.add_section()
    table.add_row("mean", "", "", f"[bold]{by_source:.3f}[/]", "", "", f"[bold]{by_pivots:.3f}[/]", "", "")
    console.print(table)
    console.print(
        "\nEnglish dev: the best on English dev. Pivots: the best on average over the dev sets of the languages "
        "that are neither English nor the target.\n"
        "+n: that many others tie with the pick; the accuracy is the mean of them all. Regret: oracle minus pick.\n",
        highlight=False,
    )


def _print_links(console: Console, url: str, views: list[View]) -> None:
    console.print("\n[bold]Views to start with[/]\n")
    for view in views:
        console.print(f"  {view.title}\n  {url}{view.url}\n", highlight=False, soft_wrap=True)
