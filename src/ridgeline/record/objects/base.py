"""What all tracked objects share."""

import os
from pathlib import Path
from typing import ClassVar, Literal, NamedTuple, Protocol, TypeAlias

from ridgeline.core.errors import InputError, NotFoundError
from ridgeline.core.values import Json

ObjectKind: TypeAlias = Literal["text", "image", "audio", "figure", "distribution"]


class Encoded(NamedTuple):
    """An object as the log holds it."""

    mime: str
    data: bytes
    meta: dict[str, Json]


class TrackedObject(Protocol):
    """A value of `track` that is not a number.

    It holds a copy of what it was made from, so the program may change that at once. `encode` runs on the writer thread.
    """

    kind: ClassVar[ObjectKind]

    @property
    def size_bytes(self) -> int:
        """About what it takes in memory."""

    def encode(self) -> Encoded:
        """Return its bytes and what describes them."""


def read_media_file(path: str | os.PathLike[str], what: str) -> bytes:
    """Return the bytes of a file that the user named.

    Raises:
        NotFoundError: there is no such file.
        InputError: it cannot be read.
    """
    try:
        return Path(path).read_bytes()
    except FileNotFoundError as error:
        raise NotFoundError(
            f"There is no file {os.fspath(path)!r} to make the {what} of.", "file-not-found"
        ) from error
    except OSError as error:
        raise InputError(
            f"The file {os.fspath(path)!r} of the {what} cannot be read: {error.strerror}.",
            "file-not-readable",
        ) from error
