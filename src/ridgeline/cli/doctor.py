from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.text import Text

from ridgeline.cli.options import RepoOption
from ridgeline.cli.output import WIDE
from ridgeline.log.layout import Layout, resolve_repo
from ridgeline.log.repair import Finding, Outcome, check, repair


def command(
    repo: RepoOption = None,
    mend: Annotated[
        bool, typer.Option("--repair", help="Mend what can be mended; what is cut off is kept in lost+found.")
    ] = False,
) -> None:
    """Check every log and blob of a repo; exit code 1 when something is wrong and not mended."""
    layout = Layout(resolve_repo(repo, for_writing=False))
    terminal = Console()
    # A path that is broken over two lines cannot be copied, so a pipe gets it whole.
    console = terminal if terminal.is_terminal else Console(width=WIDE)
    beside = Console(stderr=True)
    with Progress(console=beside, transient=True, disable=not beside.is_terminal) as progress:
        bar = progress.add_task("checking", total=None)

        def advance(done: int, total: int) -> None:
            progress.update(bar, completed=done, total=total)

        found: list[Finding] | list[Outcome] = (
            repair(layout, on_progress=advance) if mend else check(layout, on_progress=advance)
        )
    for item in found:
        finding = item.finding if isinstance(item, Outcome) else item
        console.print(
            Text.assemble(
                (f"{finding.slug}  ", "yellow"),
                f"{finding.path.relative_to(layout.root)}\n    {finding.message}",
            )
        )
        if isinstance(item, Outcome):
            console.print(Text(f"    {item.message}", "green" if item.is_repaired else "red"))
    wrong = [item for item in found if not (isinstance(item, Outcome) and item.is_repaired)]
    if not found:
        console.print(f"{layout.root}: every log and blob is as it should be.", highlight=False)
    elif not mend and any(item.remedy for item in found if isinstance(item, Finding)):
        console.print("Some of this can be mended: ridgeline doctor --repair", highlight=False)
    raise typer.Exit(1 if wrong else 0)
