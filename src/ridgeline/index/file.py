"""The file of an index: opened, replaced and thrown away only by who holds its lock.

The lock makes that safe: SQLite finds the write-ahead log by its name, so an opener that met a file while another replaces it
could join the old file with the new log.
"""

import sqlite3
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final, NamedTuple

from ridgeline.core.errors import StorageError
from ridgeline.index import schema
from ridgeline.index.location import FILE_NAME, LOCK_NAME
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
        """Open the index, a new one when there is none that this version can use. The lock is held."""
        for attempt in (1, 2):
            try:
                connection = schema.connect(self.path)
                found = schema.version(connection)
                if found == schema.VERSION:
                    return connection
                if found == 0 and schema.is_empty(connection):
                    schema.create_tables(connection)
                    return connection
                connection.close()
            except sqlite3.DatabaseError as error:
                if attempt == 2 or not is_damage(error):
                    raise self._failure(error) from error
            self.discard()
        raise AssertionError("a new file has no tables")

    def discard(self) -> None:
        """Remove the index. Who has it open keeps what they have. The lock is held."""
        for suffix in ("", *_COMPANIONS):
            Path(f"{self.path}{suffix}").unlink(missing_ok=True)

    def replace_by(self, built: Path) -> None:
        """Put another index, which is closed and whole, in the place of this one. The lock is held."""
        for suffix in _COMPANIONS:
            Path(f"{self.path}{suffix}").unlink(missing_ok=True)
        built.replace(self.path)

    def _failure(self, error: sqlite3.DatabaseError) -> StorageError:
        return StorageError(
            f"The index {str(self.path)!r} cannot be opened: {error}. Free space on its disk, or set RIDGELINE_INDEX_DIR"
            " to a folder on a local disk; it is rebuilt there.",
            "index-not-usable",
        )


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
