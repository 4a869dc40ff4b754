"""The output's files: laid out before anything is computed, filled in any order, readable only when complete."""

import errno
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from ridgeline.core.errors import StorageError
from ridgeline.merge.tensors.checkpoint import INDEX, SINGLE
from ridgeline.merge.tensors.dtypes import DType
from ridgeline.merge.tensors.inputs import as_bytes, elements

SHARD_BYTES = 5_000_000_000
_METADATA = {"format": "pt"}
_ALIGNMENT = 8


@dataclass(frozen=True, slots=True)
class Place:
    """Where a tensor of the output lies."""

    file: str
    dtype: DType
    shape: tuple[int, ...]
    start: int
    """First byte in the file."""

    @property
    def size_bytes(self) -> int:
        return elements(self.shape) * self.dtype.item_bytes


@dataclass(frozen=True, slots=True)
class ShardLayout:
    """All files of the output: where each tensor lies, each file's header and size."""

    places: Mapping[str, Place]
    headers: Mapping[str, bytes]
    sizes: Mapping[str, int]

    @property
    def tensor_bytes(self) -> int:
        return sum(place.size_bytes for place in self.places.values())

    def index(self) -> bytes | None:
        """Return the index of shards; None for a single file."""
        if len(self.headers) == 1:
            return None
        document = {
            "metadata": {"total_size": self.tensor_bytes},
            "weight_map": {name: place.file for name, place in sorted(self.places.items())},
        }
        return (json.dumps(document, indent=2) + "\n").encode()


def lay_out(
    tensors: Iterable[tuple[str, DType, tuple[int, ...]]], shard_bytes: int = SHARD_BYTES
) -> ShardLayout:
    """Place tensors, in the order given, in shards of at most `shard_bytes`; a larger tensor has a shard of its own."""
    shards: list[list[tuple[str, DType, tuple[int, ...]]]] = [[]]
    filled = 0
    for tensor in tensors:
        size = elements(tensor[2]) * tensor[1].item_bytes
        if shards[-1] and filled + size > shard_bytes:
            shards.append([])
            filled = 0
        shards[-1].append(tensor)
        filled += size
    single = len(shards) == 1
    names = [
        SINGLE if single else f"model-{at:05}-of-{len(shards):05}.safetensors"
        for at in range(1, len(shards) + 1)
    ]
    places: dict[str, Place] = {}
    headers, sizes = {}, {}
    for file, shard in zip(names, shards, strict=True):
        headers[file], sizes[file], found = _one_file(file, shard)
        places |= found
    return ShardLayout(places, headers, sizes)


def _one_file(
    file: str, tensors: Sequence[tuple[str, DType, tuple[int, ...]]]
) -> tuple[bytes, int, dict[str, Place]]:
    """Return header, size and places of a file. Wide types come first, so that every tensor starts at its item's multiple."""
    ordered = sorted(tensors, key=lambda tensor: (-tensor[1].item_bytes, tensor[0]))
    described: dict[str, object] = {"__metadata__": _METADATA}
    offset = 0
    for name, dtype, shape in ordered:
        end = offset + elements(shape) * dtype.item_bytes
        described[name] = {"dtype": dtype.name, "shape": list(shape), "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(described, separators=(",", ":")).encode()
    text += b" " * (-len(text) % _ALIGNMENT)
    header = len(text).to_bytes(8, "little") + text
    places, at = {}, len(header)
    for name, dtype, shape in ordered:
        places[name] = Place(file, dtype, shape, at)
        at += places[name].size_bytes
    return header, at, places


class ShardFiles:
    """The files while they are filled. A header is written last: until then no reader takes a file for a model."""

    def __init__(self, folder: Path, layout: ShardLayout) -> None:
        self._folder = folder
        self._layout = layout
        self._open: dict[str, int] = {}

    def prepare(self) -> set[str]:
        """Create the files in their full size, and return those that were there in this size already.

        Raises:
            StorageError: the disk has no room for them, or refuses.
        """
        kept = set()
        self._check_room()
        for file, size in self._layout.sizes.items():
            path = self._folder / file
            with _explained(path, size):
                if path.is_file() and path.stat().st_size == size:
                    kept.add(file)
                descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
                self._open[file] = descriptor
                os.pwrite(descriptor, bytes(8), 0)  # no header of an earlier output
                os.ftruncate(descriptor, size)
                _reserve(descriptor, size)
        return kept

    def join(self) -> None:
        """Open the files that another process has prepared.

        Raises:
            StorageError: they are not there, or must not be written.
        """
        for file in self._layout.sizes:
            with _explained(self._folder / file, 0):
                self._open[file] = os.open(self._folder / file, os.O_RDWR | os.O_CLOEXEC)

    def flush(self, place: Place) -> None:
        """Wait until what this process wrote to a tensor's file is on the disk, where other machines find it."""
        with _explained(self._folder / place.file, 0):
            os.fsync(self._open[place.file])

    def _check_room(self) -> None:
        there = sum(
            (self._folder / file).stat().st_blocks * 512
            for file in self._layout.sizes
            if (self._folder / file).is_file()
        )
        needed = sum(self._layout.sizes.values()) - there
        free = shutil.disk_usage(self._folder).free
        if needed > free:
            raise StorageError(
                f"The merged model takes {sum(self._layout.sizes.values()):,} bytes, and '{self._folder}' has room for {free:,}"
                " more. Free some, or give another folder.",
                "merge-disk-full",
            )

    def write(self, place: Place, start: int, items: NDArray[Any]) -> None:
        """Write items from the element `start` of a tensor on. Several threads may do so.

        Raises:
            StorageError: the disk is full, or refuses.
        """
        data = as_bytes(items)
        at = place.start + start * place.dtype.item_bytes
        with _explained(self._folder / place.file, len(data)):
            while data:
                written = os.pwrite(self._open[place.file], data, at)
                data, at = data[written:], at + written

    def read(self, place: Place, start: int, stop: int) -> bytes:
        """Return the bytes of the elements `start` to `stop` of a tensor."""
        width = place.dtype.item_bytes
        with _explained(self._folder / place.file, 0):
            return os.pread(self._open[place.file], (stop - start) * width, place.start + start * width)

    def finish(self) -> None:
        """Write the headers once the tensors are on the disk, then the index."""
        for file, header in self._layout.headers.items():
            with _explained(self._folder / file, len(header)):
                os.fsync(self._open[file])
                os.pwrite(self._open[file], header[8:], 8)
                os.pwrite(self._open[file], header[:8], 0)
        if index := self._layout.index():
            write_whole(self._folder / INDEX, index)
        self.close()

    def close(self) -> None:
        """Close the files, as they are."""
        for descriptor in self._open.values():
            os.close(descriptor)
        self._open.clear()


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is there in whole or not at all.

    Raises:
        StorageError: the disk is full, or refuses.
    """
    aside = path.with_name(f".{path.name}.part")
    with _explained(path, len(data)):
        aside.write_bytes(data)
        aside.replace(path)


def _reserve(descriptor: int, size: int) -> None:
    """Take the room now, where the file system can: it is missing at the start rather than after an hour."""
    if not size or not hasattr(os, "posix_fallocate"):
        return
    try:
        os.posix_fallocate(descriptor, 0, size)
    except OSError as error:
        if error.errno not in {errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS}:
            raise


@contextmanager
def _explained(path: Path, size: int) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise StorageError(
                f"No room to write {size:,} bytes to '{path}' ({os.strerror(error.errno)}). Free some and start the same merge"
                " again: it goes on with what is missing.",
                "merge-disk-full",
            ) from error
        raise StorageError(
            f"'{path}' cannot be written ({error.strerror}). Give another folder.",
            "merge-output-not-writable",
        ) from error
