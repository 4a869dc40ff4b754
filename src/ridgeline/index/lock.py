"""The lock that whoever writes to an index holds, for as long as one batch takes."""

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from ridgeline.core.errors import StorageError
from ridgeline.index.location import FILE_NAME, UnusableError

# A batch takes half a second, and others may come first.
TIMEOUT_SECS: Final = 60.0
# Whoever writes to no file of the index for so long while they hold its lock is stopped, or their disk hangs.
STILL_SECS: Final = 5.0
_LOOK_SECS: Final = 0.25
_LONGEST_PAUSE_SECS: Final = 0.02
_REFUSALS: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM})


@contextmanager
def locked(path: Path, timeout_secs: float = TIMEOUT_SECS, still_secs: float = STILL_SECS) -> Iterator[None]:
    """Hold the lock file exclusively; it is released by the system when the process dies.

    Raises:
        UnusableError: Another process has held it for all of the time, or does nothing while it holds it, or the disk
            does not let us make it.
        StorageError: Its folder is gone.
    """
    try:
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        if error.errno in _REFUSALS:
            raise UnusableError(
                f"The lock {str(path)!r} cannot be made ({error.strerror}). Free space on its disk.",
                "index-not-usable",
            ) from error
        raise StorageError(
            f"The lock {str(path)!r} cannot be opened ({error.strerror or error}). See whether its folder is still"
            " there, and open the repository again.",
            "index-not-usable",
        ) from error
    try:
        _acquire(fd, path, timeout_secs, still_secs)
        yield
    finally:
        os.close(fd)


def _acquire(fd: int, path: Path, timeout_secs: float, still_secs: float) -> None:
    pause_secs = 0.0005
    now = looked = moved = time.monotonic()
    deadline = now + timeout_secs
    seen = _files(path.parent)
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            now = time.monotonic()
            if now - looked >= _LOOK_SECS:
                looked, before, seen = now, seen, _files(path.parent)
                moved = moved if seen == before else now
            if now > deadline or now - moved > still_secs:
                raise UnusableError(
                    f"Another process holds {str(path)!r} and does not go on. Find it with `fuser {path}`, and"
                    " continue or end it.",
                    "index-busy",
                ) from error
            time.sleep(pause_secs)
            pause_secs = min(2 * pause_secs, _LONGEST_PAUSE_SECS)
        else:
            return


def _files(folder: Path) -> set[tuple[str, int, int]]:
    """Return names, sizes and mtimes of the files of an index, which move while somebody writes to it."""
    found = set()
    with suppress(OSError):
        for entry in os.scandir(folder):
            if entry.name.startswith(FILE_NAME):
                with suppress(OSError):
                    stat = entry.stat()
                    found.add((entry.name, stat.st_size, stat.st_mtime_ns))
    return found
