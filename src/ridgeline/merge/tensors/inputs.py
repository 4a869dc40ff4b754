"""A tensor that goes into a merge: a part of a file, or whatever else can give its items."""

import mmap
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import StorageError
from ridgeline.merge.tensors.dtypes import DType

_PAGE = mmap.PAGESIZE


class TensorInput(Protocol):
    """A tensor of one model as the engine reads it.

    A stored tensor is one; so is a LoRA product that is worked out where it is read, or an embedding with its rows put in
    another order. `read` is called from several threads.
    """

    @property
    def name(self) -> str:
        """Return what messages call it, and what tells it from others of its model."""

    @property
    def dtype(self) -> DType:
        """Return the type of the items."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Return the dimensions."""

    @property
    def stored_bytes(self) -> int:
        """Return what reading all of it reads from files."""

    def read(self, start: int, stop: int) -> NDArray[Any]:
        """Return the items `start` to `stop` of the flat tensor in row-major order, as `dtype.raw`; not to be changed."""

    def release(self, start: int, stop: int) -> None:
        """Say that these items are not read again soon."""


class MappedFile:
    """A file's bytes, mapped into memory; what is read lies in the page cache, not in memory of this process."""

    def __init__(self, path: Path, size_bytes: int) -> None:
        self.path = path
        try:
            with path.open("rb") as file:
                status = os.fstat(file.fileno())
                if status.st_size != size_bytes:
                    raise StorageError(
                        f"'{path}' changed while it was opened: {size_bytes:,} bytes, then {status.st_size:,}. Start again.",
                        "merge-file-torn",
                    )
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except OSError as error:
            if isinstance(error, StorageError):
                raise
            raise StorageError(
                f"The file '{path}' cannot be mapped: {error.strerror}.", "merge-file-unreadable"
            ) from error
        self.bytes = np.frombuffer(self._map, np.uint8)

    def __reduce__(self) -> tuple[type["MappedFile"], tuple[Path, int]]:
        """Travel as a path, and be mapped again where it arrives; a link may lead elsewhere there."""
        return MappedFile, (self.path.resolve(), len(self._map))

    def release(self, start: int, end: int) -> None:
        """Take whole pages between two bytes out of this process; the page cache keeps them."""
        first, last = -(-start // _PAGE) * _PAGE, end // _PAGE * _PAGE
        if first < last and hasattr(mmap, "MADV_DONTNEED"):
            self._map.madvise(mmap.MADV_DONTNEED, first, last - first)


@dataclass(frozen=True, slots=True)
class Stored:
    """A tensor of a safetensors file."""

    name: str
    dtype: DType
    shape: tuple[int, ...]
    file: MappedFile
    start: int
    end: int

    @property
    def stored_bytes(self) -> int:
        return self.end - self.start

    def read(self, start: int, stop: int) -> NDArray[Any]:
        width = self.dtype.item_bytes
        data = self.file.bytes[self.start + start * width : self.start + stop * width]
        if (self.start + start * width) % width:  # the format allows tensors at any byte
            data = data.copy()
        return data.view(self.dtype.raw)

    def release(self, start: int, stop: int) -> None:
        width = self.dtype.item_bytes
        self.file.release(self.start + start * width, self.start + stop * width)


def as_bytes(items: NDArray[Any]) -> memoryview:
    """Return the bytes of contiguous items, without a copy."""
    return items.view(np.uint8).data


def elements(shape: Sequence[int]) -> int:
    """Return the number of items of a shape."""
    return int(np.prod(shape, dtype=np.int64))
