"""Named arrays as bytes: eight bytes of header length, a JSON header, then the arrays one after the other.

The safetensors format, for what fits into memory. It is specified at https://github.com/huggingface/safetensors (README,
section Format). Nothing here needs NumPy, and nothing that is read is run.
"""

import json
import math
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from ridgeline.core.errors import StorageError

ITEM_BYTES: Final = {
    "BOOL": 1, "U8": 1, "I8": 1, "U16": 2, "I16": 2, "F16": 2, "BF16": 2, "U32": 4, "I32": 4, "F32": 4,
    "U64": 8, "I64": 8, "F64": 8,
}  # fmt: skip
_MAX_HEADER_BYTES = 100_000_000  # as the format's own reader has it
_METADATA = "__metadata__"


class Tensor(NamedTuple):
    """An array: its type by the name that the format gives it, its shape, and its little-endian bytes in row-major order."""

    dtype: str
    shape: tuple[int, ...]
    data: bytes | memoryview


def encode_safetensors(tensors: Mapping[str, Tensor], metadata: Mapping[str, str]) -> bytes:
    """Return a whole file; the header is padded with spaces so that the data starts at a multiple of 8.

    Wide types come first, so that each array starts at a multiple of its item's size; else the order stays.
    """
    ordered = sorted(tensors.items(), key=lambda item: -ITEM_BYTES[item[1].dtype])
    header: dict[str, object] = {_METADATA: dict(metadata)} if metadata else {}
    offset = 0
    for name, tensor in ordered:
        end = offset + math.prod(tensor.shape) * ITEM_BYTES[tensor.dtype]
        header[name] = {"dtype": tensor.dtype, "shape": tensor.shape, "data_offsets": (offset, end)}
        offset = end
    head = json.dumps(header, separators=(",", ":")).encode()
    head += b" " * (-len(head) % 8)
    return b"".join((len(head).to_bytes(8, "little"), head, *(tensor.data for _, tensor in ordered)))


def decode_safetensors(data: bytes) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Return the arrays, as views of the bytes, and the metadata.

    Raises:
        StorageError: the bytes are no such file: a length is wrong, arrays overlap or leave gaps, or a type is unknown.
    """
    end = 8 + int.from_bytes(data[:8], "little")
    if len(data) < 8 or end > len(data) or end > _MAX_HEADER_BYTES:
        raise _malformed(f"its header would end at byte {end} of {len(data)}")
    try:
        header = json.loads(data[8:end])
    except (ValueError, RecursionError) as error:
        raise _malformed(f"its header is no JSON ({error})") from error
    if not isinstance(header, dict):
        raise _malformed("its header is no object")
    metadata = header.pop(_METADATA, {})
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise _malformed("its metadata are not texts")
    body = memoryview(data)[end:]
    found = sorted(_tensors(header, body), key=lambda item: item[0])
    reached = 0
    for start, stop, name, _ in found:
        if start != reached:
            raise _malformed(f"the array {name!r} begins at byte {start} of the data, and not at {reached}")
        reached = stop
    if reached != len(body):
        raise _malformed(f"its arrays are {reached} bytes and its data {len(body)}")
    return {name: tensor for _, _, name, tensor in found}, metadata


def _tensors(header: dict[str, object], body: memoryview) -> Iterator[tuple[int, int, str, Tensor]]:
    for name, described in header.items():
        match described:
            case {"dtype": str(dtype), "shape": list(shape), "data_offsets": [int(start), int(stop)]} if (
                dtype in ITEM_BYTES and all(type(size) is int and size >= 0 for size in shape)
            ):
                size_bytes = math.prod(shape) * ITEM_BYTES[dtype]
                if not 0 <= start <= stop <= len(body) or stop - start != size_bytes:
                    raise _malformed(
                        f"the array {name!r} has bytes {start} to {stop} of {len(body)}, its shape {size_bytes}"
                    )
                yield start, stop, name, Tensor(dtype, tuple(shape), body[start:stop])
            case _:
                raise _malformed(f"the array {name!r} is described by {described!r}")


def _malformed(what: str) -> StorageError:
    return StorageError(f"These bytes are no safetensors file: {what}.", "safetensors-malformed")
