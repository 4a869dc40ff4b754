"""Which blocks of the output are written: one line each, so that a merge that was killed goes on where it was."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from ridgeline.core.errors import StorageError
from ridgeline.merge.tensors.shards import write_whole

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

    def __init__(self, folder: Path, identity: str, done: Done) -> None:
        """Write what is done already, in whole or not at all, and go on from there."""
        self._path = folder / JOURNAL
        self._lock = Lock()
        lines = [_line({"plan": identity})]
        lines += [
            _line(_entry(name, at, written))
            for name, blocks in done.items()
            for at, written in blocks.items()
        ]
        write_whole(self._path, b"".join(lines))
        self._descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)

    def add(self, tensor: str, block: int, written: Written) -> None:
        """Note that a block is written.

        Raises:
            StorageError: the disk is full.
        """
        try:
            with self._lock:
                os.write(self._descriptor, _line(_entry(tensor, block, written)))
        except OSError as error:
            raise StorageError(
                f"No room to write to '{self._path}' ({error.strerror}). Free some and start the same merge again: it goes on"
                " with what is missing.",
                "merge-disk-full",
            ) from error

    def close(self) -> None:
        """Close the file; it stays until the merge is complete."""
        os.close(self._descriptor)


def remove_journal(folder: Path) -> None:
    """Remove the journal of a merge that is complete."""
    (folder / JOURNAL).unlink(missing_ok=True)


def _entry(tensor: str, block: int, written: Written) -> dict[str, object]:
    return {"tensor": tensor, "block": block, "sha256": written.digest.hex(), "nonfinite": written.nonfinite}


def _line(document: Mapping[str, object]) -> bytes:
    return (json.dumps(document, separators=(",", ":")) + "\n").encode()
