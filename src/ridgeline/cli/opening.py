"""Open a repo for reading, with a progress bar while its index is made for the first time."""

from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from ridgeline.log.layout import resolve_repo

if TYPE_CHECKING:
    from ridgeline.query.repo import Repo


def open_repo(repo: str | None) -> "Repo":
    """Open the repo that `repo` means.

    Raises:
        NotFoundError: there is none.
    """
    # A verb that needs no runs after all does not wait until these are loaded.
    from ridgeline.index.location import FILE_NAME, index_folder
    from ridgeline.query.repo import Repo

    root = resolve_repo(repo, for_writing=False)
    if not (index_folder(root) / FILE_NAME).exists():
        build_index(root)
    return Repo(root)


def build_index(root: Path) -> Path:
    """Build the index anew and show how far it is; return where it lies."""
    from ridgeline.index.rebuild import reindex

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        bar = progress.add_task("reading the logs", total=None)
        return reindex(root, lambda done, total: progress.update(bar, completed=done, total=total))
