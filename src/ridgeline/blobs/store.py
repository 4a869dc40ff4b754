"""Files by content: a blob is named by the SHA-256 of its bytes, so it is stored once and can be checked for ever."""

import contextlib
import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from ridgeline.core.errors import InputError, NotFoundError, StorageError

_SHA = re.compile(r"[0-9a-f]{64}")
_CHUNK_BYTES = 1 << 20


class BlobStore:
    """The blobs in `folder` (Layout.blobs), which is made on the first put. Many processes may put and read at once.

    A blob is written under a hidden name and renamed when it is whole and on the disk: a name is absent or complete.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)

    def path(self, sha: str) -> Path:
        """Return where the blob lies or would lie.

        Raises:
            InputError: `sha` is not 64 lowercase hex digits.
        """
        if _SHA.fullmatch(sha) is None:
            raise InputError(
                f"{sha!r} names no blob: a blob is named by the 64 lowercase hex digits of its SHA-256.",
                "blob-name-invalid",
            )
        return self.folder / sha[:2] / sha

    def put_bytes(self, data: bytes) -> str:
        """Store bytes and return their SHA-256. Bytes that are there already cost one hash.

        Raises:
            StorageError: the disk refuses.
        """
        sha = hashlib.sha256(data).hexdigest()
        return sha if self._has(sha, len(data)) else self._put([data])

    def put_pieces(self, pieces: Iterable[bytes]) -> str:
        """Store bytes that come piece by piece and return their SHA-256. What `pieces` raises, it raises.

        Raises:
            StorageError: the disk refuses.
        """
        return self._put(pieces)

    def put_file(self, source: str | Path) -> str:
        """Store a copy of a file, read once in pieces of 1 MiB, and return the SHA-256 of what was read.

        Raises:
            NotFoundError: there is no such file.
            StorageError: the file cannot be read or the disk refuses.
        """
        try:
            with Path(source).open("rb") as file:
                return self._put(_pieces(file))
        except FileNotFoundError as error:
            raise NotFoundError(
                f"There is no file {str(source)!r} to store. Check the path.", "file-not-found"
            ) from error
        except StorageError:
            raise
        except OSError as error:
            raise StorageError(
                f"The file {str(source)!r} cannot be read ({error.strerror or error})."
                " Give a regular file that this process may read.",
                "file-not-readable",
            ) from error

    def open(self, sha: str, *, verify: bool = False) -> BinaryIO:
        """Open a blob for reading; with `verify`, after reading it once to see that its bytes are those of its name.

        Raises:
            NotFoundError: the blob is not there.
            StorageError: with `verify`, its bytes are not those of its name; or it cannot be read.
        """
        try:
            file = self.path(sha).open("rb")
        except FileNotFoundError as error:
            raise NotFoundError(
                f"There is no blob {sha} in {str(self.folder)!r}. `ridgeline doctor` lists what refers to it.",
                "blob-not-found",
            ) from error
        if verify:
            found = _sha_of(_pieces(file))
            if found != sha:
                file.close()
                raise StorageError(
                    f"The blob {sha} in {str(self.folder)!r} is damaged: its bytes are those of {found}."
                    " Store the file again, or restore the blob from a copy.",
                    "blob-damaged",
                )
            file.seek(0)
        return file

    def read(self, sha: str, *, verify: bool = False) -> bytes:
        """Return the bytes of a blob. Raises as open does."""
        with self.open(sha, verify=verify) as file:
            return file.read()

    def shas(self) -> Iterator[str]:
        """Yield the names of the blobs, sorted."""
        for path in sorted(self.folder.glob("[0-9a-f][0-9a-f]/*")):
            if _SHA.fullmatch(path.name):
                yield path.name

    def unfinished(self) -> Iterator[Path]:
        """Yield the hidden files that a put in progress, or one that was killed, has left, sorted."""
        yield from sorted(self.folder.glob(".put-*"))

    def _has(self, sha: str, size_bytes: int) -> bool:
        """Say whether the blob is there whole. A crashed disk may leave it short: then it is put again."""
        try:
            return self.path(sha).stat().st_size == size_bytes
        except OSError:  # not there, or not to be looked at: the put that follows says why
            return False

    def _put(self, pieces: Iterable[bytes]) -> str:
        aside = self.folder / f".put-{os.getpid()}-{os.urandom(8).hex()}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            sha, size_bytes = _write(aside, pieces)
            target = self.path(sha)
            if not self._has(sha, size_bytes):
                target.parent.mkdir(exist_ok=True)
                aside.replace(target)
        except StorageError:  # of what the pieces come from
            raise
        except OSError as error:
            raise StorageError(
                f"A blob cannot be stored in {str(self.folder)!r} ({error.strerror or error})."
                " Free space on the disk or check it, and try again.",
                "blob-write-failed",
            ) from error
        finally:
            with contextlib.suppress(OSError):
                aside.unlink(missing_ok=True)
        return sha


def _write(path: Path, pieces: Iterable[bytes]) -> tuple[str, int]:
    """Write a new file, on the disk when this returns, and return its SHA-256 and size."""
    digest = hashlib.sha256()
    size_bytes = 0
    # Not tempfile: its files are private, and a repository is shared by a group through the umask.
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), "wb") as out:  # noqa: PTH123 - a descriptor
        for piece in pieces:
            digest.update(piece)
            size_bytes += out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    return digest.hexdigest(), size_bytes


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(_CHUNK_BYTES):
        yield piece


def _sha_of(pieces: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()
