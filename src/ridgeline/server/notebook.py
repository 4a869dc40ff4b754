"""The explorer in a cell of a notebook: a server of this process on the loopback address, shown in a frame."""

import asyncio
import atexit
import os
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, TypeAlias
from urllib.parse import urlencode

from ridgeline.core.cell import Cell
from ridgeline.core.errors import InputError, StorageError
from ridgeline.query.repo import Repo
from ridgeline.server.app import create_app
from ridgeline.server.serve import Server, address, listen

Page: TypeAlias = Literal["metrics", "params", "scatter", "runs", "objects"]

# Jupyter on this machine, whatever its port, and the notebooks of VS Code. A page on another machine is none of these.
NOTEBOOKS = (
    "http://localhost:*",
    "http://127.0.0.1:*",
    "https://localhost:*",
    "https://127.0.0.1:*",
    "vscode-webview:",
)
_START_SECS = 20
_STOP_SECS = 5
_lock = threading.Lock()
_serving: dict[
    tuple[int, Path], "_Serving"
] = {}  # a fork has no threads of its parent, so the process counts


def notebook(
    repo: Repo | str | Path | None = None, page: Page = "metrics", *, height: int = 560, **state: object
) -> Cell:
    """Show a page of the explorer in a cell.

        ridgeline.notebook("runs", page="metrics", m="f1", c="run.hparams.lr", fold=True)

    The server runs in a thread of this process, on 127.0.0.1, one for each repository, until the process ends. The browser must
    be on the same machine, or reach its ports, as with VS Code's forwarding.

    Args:
        repo: A repository or its folder; None: as `Repo()` finds it.
        page: metrics, params, scatter, runs or objects.
        height: In pixels.
        **state: What the address of the page says, name by name: `q`, `m`, `c`, `x` …, lists where there are several.

    Raises:
        InputError: This is no notebook, or there is no such page.
        NotFoundError: There is no repository.
    """
    if page not in ("metrics", "params", "scatter", "runs", "objects"):
        raise InputError(
            f"There is no page {page!r}. There are: metrics, params, scatter, runs, objects.", "no-such-page"
        )
    if not in_notebook():
        message = "This is no notebook, so there is no cell to show the explorer in. Run: ridgeline up"
        raise InputError(message, "no-notebook")
    root = repo.root if isinstance(repo, Repo) else Repo(repo).root
    return Cell(f"{_serve(root)}/{page}?{_query(state)}", height)


def in_notebook() -> bool:
    """Tell whether this process runs cells: a kernel, or a shell of IPython."""
    ipython = sys.modules.get("IPython")
    return ipython is not None and ipython.get_ipython() is not None


def _query(state: Mapping[str, object]) -> str:
    said: dict[str, object] = {}
    for name, value in state.items():
        if value is None or value is False:
            continue
        said[name] = 1 if value is True else value
    return urlencode({**said, "embed": "page"}, doseq=True)


class _Serving:
    def __init__(self, root: Path) -> None:
        self._socket = listen("127.0.0.1", 0)
        self.url = address(self._socket)
        started = threading.Event()
        self._server = Server(create_app(root, framed_by=NOTEBOOKS), started.set)
        self._thread = threading.Thread(target=self._run, name="ridgeline-notebook", daemon=True)
        self._thread.start()
        if not started.wait(_START_SECS):
            raise StorageError(
                f"The server for the cell did not start within {_START_SECS} s.", "notebook-server"
            )

    def _run(self) -> None:
        asyncio.run(self._server.serve(sockets=[self._socket]))

    def stop(self) -> None:
        self._server.stop()
        self._thread.join(_STOP_SECS)
        self._socket.close()


def _serve(root: Path) -> str:
    """Return the address of this process' server of a repository, started on first use."""
    key = (os.getpid(), root.resolve())
    with _lock:
        if key not in _serving:
            _serving[key] = _Serving(root)
            atexit.register(_stop, key)
        return _serving[key].url


def _stop(key: tuple[int, Path]) -> None:
    if key[0] == os.getpid() and (serving := _serving.pop(key, None)) is not None:
        serving.stop()
