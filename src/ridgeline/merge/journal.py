"""Which blocks of the output are written: one line each, so that a merge that was killed goes on where it was."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from ridgeline.core.errors import StorageError

JOURNAL = "ridgeline-merge.progress"


class Written(NamedTuple):
    """A block that is written: its hash, and how many of its items are not finite."""

    digest: bytes
    nonfinite: int


Done = dict[str, dict[int, Written]]
"""Tensor → block → what was written."""


def read_journal(folder: Path, identity: str) -> Done | None:
    """Return what an earlier start of the same merge has written; None where there was none, or it was another merge."""
    try:
        lines = (folder / JOURNAL).read_bytes().split(b"\n")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StorageError(
            f"'{folder / JOURNAL}' cannot be read ({error.strerror}). Remove it to start from the beginning.",
            "merge-journal",
        ) from error
    documents = [
        found for line in lines[:-1] if (found := _parsed(line)) is not None
    ]  # what has no newline is torn
    if not documents or documents[0].get("plan") != identity:
        return None
    done: Done = {}
    for one in documents[1:]:
        match one:
            case {
                "tensor": str(name),
                "block": int(block),
                "sha256": str(digest),
                "nonfinite": int(nonfinite),
            }:
                done.setdefault(name, {})[block] = Written(bytes.fromhex(digest), nonfinite)
            case _:
                continue
    return done


def _parsed(line: bytes) -> Mapping[str, object] | None:
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


class Journal:
    """The file that is appended to while a merge runs; threads may share it."""

    def __init__(self, folder: Path, identity: str, *, fresh: bool) -> None:
        self._path = folder / JOURNAL
        self._lock = Lock()
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | (os.O_TRUNC if fresh else 0)
        try:
            self._descriptor = os.open(self._path, flags, 0o666)
        except OSError as error:
            raise StorageError(
                f"'{self._path}' cannot be written ({error.strerror}). Give another folder.",
                "merge-output-not-writable",
            ) from error
        self._append({"plan": identity} if fresh else {})

    def _append(self, document: Mapping[str, object]) -> None:
        line = (json.dumps(document, separators=(",", ":")) + "\n").encode()
        try:
            with self._lock:
                os.write(self._descriptor, line)
        except OSError as error:
            raise StorageError(
                f"No room to write to '{self._path}' ({error.strerror}). Free some and start the same merge again: it goes on"
                " with what is missing.",
                "merge-disk-full",
            ) from error

    def add(self, tensor: str, block: int, written: Written) -> None:
        """Note that a block is written."""
        self._append(
            {"tensor": tensor, "block": block, "sha256": written.digest.hex(), "nonfinite": written.nonfinite}
        )

    def close(self, *, finished: bool) -> None:
        """Close the file, and remove it where the merge is complete."""
        os.close(self._descriptor)
        if finished:
            self._path.unlink(missing_ok=True)
