"""The lock that whoever writes to an index holds, for as long as one batch takes."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from ridgeline.core.errors import StorageError

# A batch takes half a second. Only a stopped process holds the lock for so long.
TIMEOUT_SECS: Final = 60.0
_LONGEST_PAUSE_SECS: Final = 0.02


@contextmanager
def locked(path: Path, timeout_secs: float = TIMEOUT_SECS) -> Iterator[None]:
    """Hold the lock file exclusively; it is released by the system when the process dies.

    Raises:
        StorageError: Another process has held it for all of the time, or it cannot be made.
    """
    try:
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise StorageError(
            f"The lock {str(path)!r} cannot be opened ({error.strerror or error}). See whether its folder is still"
            " there, and open the repository again.",
            "index-not-usable",
        ) from error
    try:
        _acquire(fd, path, time.monotonic() + timeout_secs)
        yield
    finally:
        os.close(fd)


def _acquire(fd: int, path: Path, deadline: float) -> None:
    pause_secs = 0.0005
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > deadline:
                raise StorageError(
                    f"Another process has held {str(path)!r} for too long to wait for it. Find it with"
                    f" `fuser {path}`, and continue or end it.",
                    "index-busy",
                ) from error
            time.sleep(pause_secs)
            pause_secs = min(2 * pause_secs, _LONGEST_PAUSE_SECS)
        else:
            return
