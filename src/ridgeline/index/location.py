"""Where the index of a repo lies: in it, unless that is no good place for a database."""

import hashlib
import os
import warnings
from pathlib import Path
from typing import Final

from ridgeline.core.errors import StorageError
from ridgeline.core.filesystem import is_on_network

ENVIRONMENT_VARIABLE: Final = "RIDGELINE_INDEX_DIR"
FILE_NAME: Final = "index.sqlite"
LOCK_NAME: Final = "index.lock"
_MOUNTS: Final = Path("/proc/self/mountinfo")
_SPARE: Final = "spare"


class UnusableError(StorageError):
    """The index cannot be used where it lies: the disk is full or refuses, or somebody holds its lock and stands still."""


class IndexWarning(RuntimeWarning):
    """The index is kept elsewhere than it should be."""


def index_folder(root: Path, mounts: Path = _MOUNTS) -> Path:
    """Return the folder for the index of the repo at `root`, made if need be.

    It is `$RIDGELINE_INDEX_DIR/<hash of root>` when that is set. Else the repo itself; or, when the repo cannot be written
    to or lies on a network file system, a folder of this repo in the user's cache: SQLite's WAL needs memory that all
    users of the file share, and locks that hold, and neither is sure over a network.

    Raises:
        StorageError: There is no folder that can be written to.
    """
    asked = os.environ.get(ENVIRONMENT_VARIABLE)
    if not asked and _can_write(root) and not is_on_network(root, mounts):
        return root
    base = Path(asked).expanduser() if asked else _cache()
    return _made(root, base / _name(root))


def spare_folder(root: Path, refused: Path, error: UnusableError) -> Path:
    """Return another folder for the index of a repo that cannot be used in the folder `refused`, and warn of it.

    It is the user's cache, or a folder of its own in there when that is the one that refused.

    Raises:
        UnusableError: `error`, when the repo itself is gone.
        StorageError: There is no folder that can be written to.
    """
    if not root.is_dir():
        raise error
    cache = _cache() / _name(root)
    folder = _made(root, cache / _SPARE if refused == cache else cache)
    if folder == refused:
        raise error
    warnings.warn(
        f"{error.message} Until then the index is kept in {str(folder)!r}.", IndexWarning, stacklevel=2
    )
    return folder


def _name(root: Path) -> str:
    return hashlib.sha256(os.fsencode(root.resolve())).hexdigest()[:16]


def _made(root: Path, folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            f"The index of {str(root)!r} cannot lie in {str(folder)!r} ({error.strerror or error}). Set"
            f" {ENVIRONMENT_VARIABLE} to a folder on a local disk that you can write to.",
            "index-not-writable",
        ) from error
    return folder


def _can_write(root: Path) -> bool:
    """Tell whether we may make an index in a repo, or use the one that another user has made there."""
    paths = [root, *(path for path in root.glob("index.*") if path.name.startswith((FILE_NAME, LOCK_NAME)))]
    return all(os.access(path, os.W_OK) for path in paths)


def _cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "ridgeline"
