"""Read the header of a safetensors file, and believe nothing in it.

The format is specified at https://github.com/huggingface/safetensors (README, section Format): eight bytes of header length,
a JSON object, then the tensors, which fill the rest of the file without gaps.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ridgeline.core.errors import InputError, StorageError, did_you_mean
from ridgeline.merge.tensors.dtypes import DTYPES, DType

MAX_HEADER_BYTES = 100_000_000  # as the format's own reader has it
_LENGTH_BYTES = 8
_METADATA = "__metadata__"
_FIELDS = {"dtype", "shape", "data_offsets"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A tensor of a file; `start` and `end` are bytes of the file."""

    dtype: DType
    shape: tuple[int, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says that it holds, checked against its size."""

    entries: Mapping[str, Entry]
    metadata: Mapping[str, str]
    data_start: int
    size_bytes: int


class _WrongError(Exception):
    """What is wrong with a header, said without the file's name."""


def read_header(path: Path) -> Header:
    """Read and check the header of a file.

    Raises:
        StorageError: the file cannot be read, or is torn: its header speaks of more or fewer bytes than there are.
        InputError: the file is no safetensors file, or its header contradicts itself.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            length = int.from_bytes(file.read(_LENGTH_BYTES), "little")
            fits = size >= _LENGTH_BYTES and 2 <= length <= min(size - _LENGTH_BYTES, MAX_HEADER_BYTES)
            text = file.read(length) if fits else b""
    except OSError as error:
        raise StorageError(
            f"The file '{path}' cannot be read: {error.strerror}.", "merge-file-unreadable"
        ) from error
    if not fits:
        raise _torn(path, f"its header would take {length:,} bytes of {size:,}")
    start = _LENGTH_BYTES + length
    try:
        entries, metadata = _parse(text, start)
        end = _check_places(entries, start)
    except _WrongError as wrong:
        raise InputError(
            f"'{path}' is no valid safetensors file: {wrong}. Fetch or write it again.",
            "merge-header-invalid",
        ) from wrong
    if end != size:
        raise _torn(path, f"its tensors end at byte {end:,}, the file has {size:,}")
    return Header(entries, metadata, start, size)


def _torn(path: Path, why: str) -> StorageError:
    return StorageError(
        f"'{path}' is torn, or no safetensors file: {why}. Fetch or write it again.", "merge-file-torn"
    )


def _parse(text: bytes, start: int) -> tuple[dict[str, Entry], dict[str, str]]:
    try:
        found = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise _WrongError(f"its header is no JSON ({error})") from error
    if not isinstance(found, dict):
        raise _WrongError("its header is no JSON object")
    metadata = found.pop(_METADATA, {})
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise _WrongError("its metadata has values that are no texts")
    return {name: _entry(name, value, start) for name, value in found.items()}, metadata


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _WrongError(f"its header names {twice!r} twice")
    return found


def _entry(name: str, value: object, start: int) -> Entry:
    if not isinstance(value, dict) or set(value) != _FIELDS:
        raise _WrongError(f"tensor {name!r} is not described by dtype, shape and data_offsets")
    dtype = DTYPES.get(value["dtype"]) if isinstance(value["dtype"], str) else None
    if dtype is None:
        hint = did_you_mean(str(value["dtype"]), DTYPES)
        raise _WrongError(f"tensor {name!r} has dtype {value['dtype']!r}, which is unknown here{hint}")
    shape, offsets = _whole_numbers(value["shape"]), _whole_numbers(value["data_offsets"])
    if shape is None:
        raise _WrongError(f"tensor {name!r} has the shape {value['shape']!r}")
    if offsets is None or len(offsets) != 2 or offsets[0] > offsets[1]:
        raise _WrongError(f"tensor {name!r} has the data_offsets {value['data_offsets']!r}")
    size_bytes = math.prod(shape) * dtype.item_bytes
    if offsets[1] - offsets[0] != size_bytes:
        raise _WrongError(
            f"tensor {name!r} takes {offsets[1] - offsets[0]:,} bytes, {list(shape)} of {dtype.name} are {size_bytes:,}"
        )
    return Entry(dtype, shape, start + offsets[0], start + offsets[1])


def _whole_numbers(value: object) -> tuple[int, ...] | None:
    """Return a list of whole numbers from 0 up, or None if it is none."""
    if not isinstance(value, list) or not all(type(one) is int and one >= 0 for one in value):
        return None
    return tuple(value)


def _check_places(entries: Mapping[str, Entry], start: int) -> int:
    """Return where the last tensor ends; they follow one another without overlap and without gap."""
    at, before = start, ""
    for name, entry in sorted(entries.items(), key=lambda item: (item[1].start, item[1].end)):
        if entry.start < at:
            raise _WrongError(f"tensors {before!r} and {name!r} overlap")
        if entry.start > at:
            raise _WrongError(f"{entry.start - at:,} bytes before tensor {name!r} belong to none")
        at, before = entry.end, name
    return at
