"""The file of an index: opened, replaced and thrown away only by who holds its lock.

The lock makes that safe: SQLite finds the write-ahead log by its name, so an opener that met a file while another replaces it
could join the old file with the new log.
"""

import sqlite3
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Final, NamedTuple

from ridgeline.core.errors import StorageError
from ridgeline.index import schema
from ridgeline.index.location import FILE_NAME, LOCK_NAME, UnusableError
from ridgeline.index.lock import locked

_COMPANIONS: Final = ("-wal", "-shm", "-journal")


class Identity(NamedTuple):
    """Which file a path leads to."""

    device: int
    inode: int


class IndexFile:
    """The index file in a folder."""

    def __init__(self, folder: Path, name: str = FILE_NAME) -> None:
        self.path = folder / name
        self._lock_path = folder / LOCK_NAME

    def locked(self) -> AbstractContextManager[None]:
        """Hold the lock of this index, against threads and processes."""
        return locked(self._lock_path)

    def identity(self) -> Identity | None:
        """Return which file is there now, or None."""
        try:
            stat = self.path.stat()
        except OSError:
            return None
        return Identity(stat.st_dev, stat.st_ino)

    def open(self) -> sqlite3.Connection:
        """Open the index, a new one when there is none that this version can use. The lock is held.

        Raises:
            UnusableError: The disk does not take it.
            StorageError: It cannot be opened.
        """
        for attempt in (1, 2):
            try:
                connection = self._open()
            except sqlite3.DatabaseError as error:
                if attempt == 2 or not is_damage(error):
                    raise failure(self.path, error) from error
            else:
                if connection is not None:
                    return connection
            self.discard()
        raise AssertionError("a new file has no tables")

    def _open(self) -> sqlite3.Connection | None:
        """Open what is there, or make it when nothing is; return None when it is of another version."""
        was_there = self.path.exists()
        try:
            connection = schema.connect(self.path)
            with ExitStack() as undo:
                undo.callback(connection.close)
                found = schema.version(connection)
                if found == 0 and schema.is_empty(connection):
                    schema.create_tables(connection)
                elif found != schema.VERSION:
                    return None
                undo.pop_all()
        except sqlite3.DatabaseError:
            if not was_there:
                self.discard()  # half an index would only take room on a full disk
            raise
        return connection

    def discard(self) -> None:
        """Remove the index. Who has it open keeps what they have. The lock is held."""
        for suffix in ("", *_COMPANIONS):
            Path(f"{self.path}{suffix}").unlink(missing_ok=True)

    def replace_by(self, built: Path) -> None:
        """Put another index, which is closed and whole, in the place of this one. The lock is held."""
        for suffix in _COMPANIONS:
            Path(f"{self.path}{suffix}").unlink(missing_ok=True)
        built.replace(self.path)


class DamagedError(Exception):
    """Bytes in the index are not what was written."""


def is_damage(error: Exception) -> bool:
    """Tell whether an error says that the file is damaged, rather than that the disk is full or the file in use."""
    if isinstance(error, DamagedError):
        return True
    code = getattr(error, "sqlite_errorcode", 0)
    return (
        code & 0xFF in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
        or code == sqlite3.SQLITE_IOERR_SHORT_READ
    )


_REFUSALS: Final = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_PERM,
    }
)


def failure(path: Path, error: Exception) -> StorageError:
    """Return the error of ours for one of SQLite's: of the kind that another place may help against, or not."""
    message = (
        f"The index {str(path)!r} cannot be used: {error}. Free space on its disk, or set RIDGELINE_INDEX_DIR to a folder"
        " on a local disk; it is rebuilt there."
    )
    if getattr(error, "sqlite_errorcode", 0) & 0xFF in _REFUSALS:
        return UnusableError(message, "index-not-usable")
    return StorageError(message, "index-not-usable")
