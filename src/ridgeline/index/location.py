"""Where the index of a repo lies: in it, unless that is no good place for a database."""

import hashlib
import os
import re
from pathlib import Path
from typing import Final

from ridgeline.core.errors import StorageError

ENVIRONMENT_VARIABLE: Final = "RIDGELINE_INDEX_DIR"
FILE_NAME: Final = "index.sqlite"
LOCK_NAME: Final = "index.lock"
# SQLite's WAL needs memory that all users of the file share, and locks that hold: neither is sure on these.
_NETWORK_TYPES: Final = frozenset(
    [
        "nfs",
        "nfs3",
        "nfs4",
        "cifs",
        "smb3",
        "smbfs",
        "lustre",
        "gpfs",
        "beegfs",
        "ceph",
        "afs",
        "9p",
        "glusterfs",
        "pvfs2",
        "orangefs",
        "panfs",
        "pxfs",
        "wekafs",
        "daos",
        "coda",
        "fuse.sshfs",
        "fuse.glusterfs",
        "fuse.ceph",
        "fuse.s3fs",
        "fuse.goofys",
        "fuse.rclone",
        "fuse.gcsfuse",
        "fuse.juicefs",
        "fuse.mount-s3",
    ]
)
_MOUNTS: Final = Path("/proc/self/mounts")


def index_folder(root: Path, mounts: Path = _MOUNTS) -> Path:
    """Return the folder for the index of the repo at `root`, made if need be.

    It is `$RIDGELINE_INDEX_DIR/<hash of root>` when that is set. Else the repo itself; or, when the repo lies on a network
    file system or cannot be written to, a folder of this repo in the user's cache.

    Raises:
        StorageError: There is no folder that can be written to.
    """
    asked = os.environ.get(ENVIRONMENT_VARIABLE)
    if not asked and _can_write(root) and not is_on_network(root, mounts):
        return root
    base = Path(asked).expanduser() if asked else _cache()
    folder = base / hashlib.sha256(os.fsencode(root.resolve())).hexdigest()[:16]
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


def is_on_network(path: Path, mounts: Path = _MOUNTS) -> bool:
    """Tell whether a path lies on a network file system. Without /proc, as on macOS, it is taken for local."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return False
    real = path.resolve()
    best, kind = -1, ""
    for line in lines:
        fields = line.split(" ")
        point = Path(_unescape(fields[1]))
        depth = len(point.parts)
        # The last of two mounts on one point covers the first.
        if depth >= best and real.is_relative_to(point):
            best, kind = depth, fields[2]
    return kind in _NETWORK_TYPES


def _unescape(field: str) -> str:
    """Undo the octal escapes that the kernel writes for blanks and backslashes."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), field)
