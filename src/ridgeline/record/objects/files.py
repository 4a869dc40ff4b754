"""Files that users make objects of."""

import os
from pathlib import Path

from ridgeline.core.errors import InputError, NotFoundError


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
