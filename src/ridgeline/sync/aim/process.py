"""The other Python that reads Aim's databases, and what it says."""

import contextlib
import json
import struct
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ridgeline.core.errors import InputError, StorageError
from ridgeline.core.values import Json

_SCRIPT = Path(__file__).with_name("chunk_reader.py")
_HEAD = struct.Struct("<II")


@dataclass(frozen=True, slots=True)
class Message:
    """A part of a run; see chunk_reader.py for the kinds."""

    head: dict[str, Json]
    data: bytes

    @property
    def kind(self) -> str:
        return str(self.head.get("kind"))


class AimProcess:
    """A Python with aim, started when it is first asked and again when it has died."""

    def __init__(self, python: str) -> None:
        """Take the path of an interpreter."""
        self._python = python
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it where it does not run.

        Raises:
            InputError: The Python cannot be started, or has no aim.
        """
        if self._process is None:
            self._process = self._started()

    def read(self, run_hash: str, meta: Path, seqs: Path) -> Iterator[Message]:
        """Yield the parts of a run, from copies of its databases.

        Raises:
            InputError: The Python cannot be started, or has no aim.
            StorageError: It died.
        """
        self.start()
        process = self._process
        assert process is not None
        assert process.stdin is not None
        asked = json.dumps({"hash": run_hash, "meta": str(meta), "seqs": str(seqs)})
        try:
            process.stdin.write(asked.encode() + b"\n")
            process.stdin.flush()
        except OSError as error:
            raise self._died(run_hash) from error
        while (message := self._next(process, run_hash)).kind != "end":
            yield message

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            _end(process)

    def _started(self) -> subprocess.Popen[bytes]:
        try:
            process = subprocess.Popen(
                [self._python, str(_SCRIPT)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except OSError as error:
            message = f"There is no Python at {self._python!r} ({error.strerror or error}). Give one that has aim as --python."
            raise InputError(message, "aim-python") from error
        try:
            hello = self._next(process, "")
        except StorageError as error:
            _end(process)
            message = f"{self._python!r} does not run scripts of Python 3.10 or later. Give a Python that has aim as --python."
            raise InputError(message, "aim-python") from error
        if hello.kind != "ready":
            _end(process)
            message = (
                f"{self._python!r} cannot import aim ({hello.head.get('why')}). Give a Python that has it as --python /path/to/python:"
                " that of the environment in which the runs were tracked, or a new one with `pip install aim`."
            )
            raise InputError(message, "aim-not-importable")
        return process

    def _next(self, process: subprocess.Popen[bytes], run_hash: str) -> Message:
        assert process.stdout is not None
        head = process.stdout.read(_HEAD.size)
        if len(head) < _HEAD.size:
            raise self._died(run_hash)
        n_head, n_data = _HEAD.unpack(head)
        tree, data = process.stdout.read(n_head), process.stdout.read(n_data)
        if len(tree) < n_head or len(data) < n_data:
            raise self._died(run_hash)
        return Message(json.loads(tree), data)

    def _died(self, run_hash: str) -> StorageError:
        self.close()
        return StorageError(
            f"Aim's own library could not read the run {run_hash!r}: it ended its Python.", "aim-unreadable"
        )


def _end(process: subprocess.Popen[bytes]) -> None:
    """Close its pipes, which ends it."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    process.wait()
