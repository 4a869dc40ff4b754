"""Append frames to a segment. The one place where a log is written."""

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

from ridgeline.core.errors import StorageError
from ridgeline.log.frame import encode_frame

# The most buffers that POSIX guarantees one writev to take on the systems we know.
_MAX_BUFFERS = 1024
# fdatasync is not on macOS.
_datasync = getattr(os, "fdatasync", os.fsync)


class SegmentWriter:
    """Writes a new segment. One thread of one process owns it; nothing ever opens it for writing again.

    Attributes:
        path: the file.
        size_bytes: how much of it is whole frames, that is, what readers take.
        next_number: the number of the next frame.

    Raises:
        StorageError: the file is there already, or the disk refuses.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size_bytes = 0
        self.next_number = 0
        self._folder_synced = False
        self._tail_is_dirty = False
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._failure("cannot be made", error) from error
        try:
            self._fd: int | None = os.open(path, flags, 0o666)
        except FileExistsError as error:
            raise StorageError(
                f"The segment {str(path)!r} is there already, and nothing appends to another's segment."
                " Open one with a new segment id.",
                "segment-exists",
            ) from error
        except OSError as error:
            raise self._failure("cannot be made", error) from error
        # The mtime of runs/<2 hex> moves, so that readers find a segment added to an old run without a look at every run.
        with contextlib.suppress(OSError):
            os.utime(path.parent.parent)

    def append(self, frames: Iterable[tuple[int, int, bytes]]) -> None:
        """Append frames, each given as type, flags and payload, with one system call.

        All are written, or none and StorageError is raised. Then the file ends where it did before, and the caller may
        try again with the same frames or more.

        Raises:
            InputError: a frame exceeds 1 MiB; nothing is written.
            StorageError: the disk is full or fails.
        """
        fd = self._open_fd()
        buffers = [
            encode_frame(frame_type, flags, number, payload)
            for number, (frame_type, flags, payload) in enumerate(frames, self.next_number)
        ]
        n_frames = len(buffers)
        if not n_frames:
            return
        size = sum(map(len, buffers))
        if n_frames > _MAX_BUFFERS:
            buffers = [b"".join(buffers)]
        if self._tail_is_dirty:
            self._cut_back(fd)
        try:
            written = os.writev(fd, buffers)
        except OSError as error:
            self._cut_back(fd)
            raise self._failure(f"could not take {size} more bytes", error) from error
        if written < size:
            self._cut_back(fd)
            raise self._failure(f"could take only {written} of {size} more bytes", None)
        self.size_bytes += size
        self.next_number += n_frames

    def sync(self) -> None:
        """Return when what was appended is on the disk, not only in the memory of the system.

        Raises:
            StorageError: the disk fails.
        """
        fd = self._open_fd()
        try:
            _datasync(fd)
            if not self._folder_synced:
                # Without this a power cut can take the name of a new file away, and so all of it.
                _sync_folder(self.path.parent)
                _sync_folder(self.path.parent.parent)
                self._folder_synced = True
        except OSError as error:
            raise self._failure("could not be flushed to the disk", error) from error

    def close(self) -> None:
        """Sync and close. Closing again does nothing.

        Raises:
            StorageError: the disk fails; the file is closed all the same.
        """
        if self._fd is None:
            return
        try:
            self.sync()
        finally:
            fd, self._fd = self._fd, None
            os.close(fd)

    def _open_fd(self) -> int:
        if self._fd is None:
            raise StorageError(f"The segment {str(self.path)!r} is closed. Open a new one.", "segment-closed")
        return self._fd

    def _cut_back(self, fd: int) -> None:
        """Take back what a failed append left. Until that succeeds nothing may follow it."""
        self._tail_is_dirty = True
        try:
            os.ftruncate(fd, self.size_bytes)
        except OSError as error:
            raise self._failure("could not be cut back after a failed write", error) from error
        self._tail_is_dirty = False

    def _failure(self, what: str, error: OSError | None) -> StorageError:
        cause = f" ({error.strerror or error})" if error is not None else ""
        return StorageError(
            f"The log {str(self.path)!r} {what}{cause}. Free space on the disk or check it; what was not written is"
            " tried again.",
            "log-write-failed",
        )


def _sync_folder(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY)
    try:
        # Some network file systems refuse to sync a folder; they order names themselves.
        with contextlib.suppress(OSError):
            os.fsync(fd)
    finally:
        os.close(fd)
