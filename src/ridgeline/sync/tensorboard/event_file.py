"""One event file, read on from where the last pass left off."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ridgeline.core.errors import StorageError
from ridgeline.sync.tensorboard.events import Batch, EventReader
from ridgeline.sync.tensorboard.records import find_records

PART_BYTES = 64 << 20
# The torn end of a file is told of when nothing has come for so long: before, it is being written.
_TORN_SECS = 60.0


class Part(NamedTuple):
    """What was read of a file at once, how much that was and where it ends."""

    batch: Batch
    size_bytes: int
    file: "EventFile"
    end: int


@dataclass(slots=True)
class EventFile:
    """A file of records that may grow; `kept` bytes of it stand in the repository."""

    path: Path
    kept: int = 0
    _n_damaged: int = 0
    _n_unread: int = 0
    _torn_bytes: int = 0

    def parts(self, reader: EventReader, part_bytes: int) -> Iterator[Part]:
        """Yield what is new. A record of more than `part_bytes` is read whole.

        Raises:
            StorageError: The file cannot be read.
        """
        self._n_damaged = self._n_unread = self._torn_bytes = 0
        try:
            with self.path.open("rb") as file:
                size = file.seek(0, 2)
                at = self.kept if self.kept <= size else 0  # a shorter file is another one
                wanted = part_bytes
                while at < size:
                    file.seek(at)
                    data = file.read(wanted)
                    records = find_records(data)
                    is_all = at + len(data) >= size
                    if records.end == 0 and not is_all:
                        wanted *= 2
                        continue
                    wanted = part_bytes
                    at += records.end
                    batch = reader.read(data, records)
                    self._n_damaged += records.n_damaged
                    self._n_unread += batch.n_unread
                    if len(records.starts) or records.end:
                        yield Part(batch, records.end, self, at)
                    if is_all:
                        self._torn_bytes = size - at
                        return
        except OSError as error:
            if isinstance(error, StorageError):  # of whoever takes the parts
                raise
            message = f"The event file {str(self.path)!r} cannot be read ({error.strerror or error}). It is tried again next time."
            raise StorageError(message, "events-unreadable") from error

    def problems(self, now: float) -> list[str]:
        """Return what was wrong with what was read last."""
        told = []
        if self._n_damaged:
            told.append(f"{self.path.name} is damaged in {self._n_damaged} places, which are left out.")
        if self._n_unread:
            told.append(f"{self._n_unread} values of {self.path.name} cannot be read and are left out.")
        if self._torn_bytes and now - self.path.stat().st_mtime > _TORN_SECS:
            told.append(
                f"{self.path.name} ends in the middle of a record; its last {self._torn_bytes} bytes are waited for."
            )
        return told
