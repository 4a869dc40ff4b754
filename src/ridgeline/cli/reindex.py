from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from ridgeline.cli.options import RepoOption
from ridgeline.index.rebuild import reindex
from ridgeline.log.layout import resolve_repo


def command(repo: RepoOption = None) -> None:
    """Build the index anew from the logs."""
    root = resolve_repo(repo, for_writing=False)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("reading the logs", total=None)
        path = reindex(root, lambda done, total: progress.update(bar, completed=done, total=total))
    Console().print(f"The index at {path} is new.", highlight=False)
