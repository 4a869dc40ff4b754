import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ridgeline.core.errors import StorageError
from ridgeline.core.safetensors import ITEM_BYTES, Tensor, decode_safetensors, encode_safetensors

TENSORS = {
    "labels": Tensor("U8", (3,), b"\x00\x01\x01"),
    "p": Tensor("F32", (2, 2), np.array([[1, 2], [3, 4]], "<f4").tobytes()),
    "none": Tensor("F64", (0, 4), b""),
}


def file_of(header, data=b""):
    head = json.dumps(header).encode() if not isinstance(header, bytes) else header
    return len(head).to_bytes(8, "little") + head + data


def test_what_is_written_is_read():
    data = encode_safetensors(TENSORS, {"format": "test"})
    tensors, metadata = decode_safetensors(data)
    assert metadata == {"format": "test"}
    assert {name: (one.dtype, one.shape, bytes(one.data)) for name, one in tensors.items()} == {
        name: tuple(one) for name, one in TENSORS.items()
    }


def test_data_start_at_a_multiple_of_eight_and_wide_types_first():
    data = encode_safetensors(TENSORS, {"a": "bc"})
    length = int.from_bytes(data[:8], "little")
    assert length % 8 == 0
    header = json.loads(data[8 : 8 + length])
    assert header["p"]["data_offsets"] == [0, 16]
    assert header["labels"]["data_offsets"] == [16, 19]


ENTRY = {"dtype": "U8", "shape": [2], "data_offsets": [0, 2]}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "header would end at byte 8 of 0"),
        (b"\xff" * 8, "header would end"),
        (file_of(b"{"), "no JSON"),
        (file_of([1]), "no object"),
        (file_of({"__metadata__": {"a": 1}}), "metadata are not texts"),
        (file_of({"a": ENTRY}, b"abc"), "arrays are 2 bytes and its data 3"),
        (file_of({"a": ENTRY}, b"a"), "bytes 0 to 2 of 1"),
        (file_of({"a": ENTRY, "b": ENTRY}, b"ab"), "'b' begins at byte 0"),
        (file_of({"a": {**ENTRY, "shape": [3]}}, b"ab"), "its shape 3"),
        (file_of({"a": {**ENTRY, "shape": [-2]}}, b"ab"), "is described by"),
        (file_of({"a": {**ENTRY, "dtype": "Q4"}}, b"ab"), "is described by"),
        (file_of({"a": {**ENTRY, "data_offsets": [1, 3]}}, b"abc"), "begins at byte 1"),
        (file_of({"a": "tensor"}), "is described by"),
    ],
)
def test_what_is_no_file_is_refused(data, message):
    with pytest.raises(StorageError, match=rf"{message}.*\[safetensors-malformed\]"):
        decode_safetensors(data)


@given(st.binary(max_size=60), st.integers(0, 200))
def test_damage_is_told_and_never_crashes(noise, at):
    whole = bytearray(encode_safetensors(TENSORS, {}))
    whole[at : at + len(noise)] = noise
    try:
        tensors, _ = decode_safetensors(bytes(whole))
    except StorageError:
        return
    for tensor in tensors.values():
        assert len(tensor.data) == ITEM_BYTES[tensor.dtype] * int(np.prod(tensor.shape, dtype=np.int64))
