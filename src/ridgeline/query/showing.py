"""Show the answer to a question on its page, in a cell of a notebook."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from ridgeline.core.cell import Cell


def show(root: Path, page: str, height: int, state: Mapping[str, object]) -> Cell:
    """Show a page of a repository.

    Raises:
        InputError: This is no notebook.
    """
    # The one call upwards, on behalf of who asked: a server stands above the tables, and asking must not load it.
    cell: Cell = import_module("ridgeline.server.notebook").notebook(root, page, height=height, **state)
    return cell
