"""Build the index anew from the logs, beside the one in use."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Final

from ridgeline.core.clock import SYSTEM_CLOCK, Clock
from ridgeline.index.file import IndexFile, failure
from ridgeline.index.live import LiveMarkers
from ridgeline.index.location import FILE_NAME, UnusableError, index_folder, spare_folder
from ridgeline.index.lock import TIMEOUT_SECS, locked
from ridgeline.index.writer import Writer
from ridgeline.log.layout import Layout

_ASIDE_NAME: Final = FILE_NAME + ".new"
_LOCK_NAME: Final = "reindex.lock"

# Called with the bytes of log that were taken in and those there are.
Progress = Callable[[int, int], None]


def reindex(root: Path, progress: Progress | None = None, clock: Clock = SYSTEM_CLOCK) -> Path:
    """Build the index of the repo at `root` anew and put it in the place of the old one; return where it is.

    Readers and writers go on with the old one and change over at their next refresh.

    Raises:
        StorageError: The disk refuses here and in the user's cache, or another process has been rebuilding for a minute.
    """
    folder = index_folder(root)
    try:
        return _build(root, folder, progress, clock)
    except UnusableError as error:
        return _build(root, spare_folder(root, folder, error), progress, clock)


def _build(root: Path, folder: Path, progress: Progress | None, clock: Clock) -> Path:
    aside = IndexFile(folder, _ASIDE_NAME)
    target = IndexFile(folder)
    layout = Layout(root)
    markers = LiveMarkers(layout, clock)
    with locked(folder / _LOCK_NAME, still_secs=TIMEOUT_SECS):  # to vacuum is to write elsewhere for a while
        aside.discard()
        connection = aside.open()
        try:
            connection.execute("pragma synchronous=off")  # a crash leaves a file that nobody opens
            writer = Writer(connection, layout, clock)
            _catch_up(writer, markers, progress)
            connection.execute("vacuum")
            with target.locked():
                _catch_up(writer, markers, None)
                connection.execute("pragma wal_checkpoint(truncate)")
                connection.close()
                target.replace_by(aside.path)
        except sqlite3.DatabaseError as error:
            raise failure(aside.path, error) from error
        finally:
            connection.close()
            aside.discard()
    return target.path


def _catch_up(writer: Writer, markers: LiveMarkers, progress: Progress | None) -> None:
    live = markers.look()
    more = writer.look(live)
    total = writer.size_bytes_left()
    while more:
        more = writer.write(live)
        if progress is not None:
            progress(total - writer.size_bytes_left(), total)
