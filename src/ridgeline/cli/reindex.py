from rich.console import Console

from ridgeline.cli.opening import build_index
from ridgeline.cli.options import RepoOption
from ridgeline.log.layout import resolve_repo


def command(repo: RepoOption = None) -> None:
    """Build the index anew from the logs."""
    path = build_index(resolve_repo(repo, for_writing=False))
    Console().print(f"The index at {path} is new.", highlight=False)
