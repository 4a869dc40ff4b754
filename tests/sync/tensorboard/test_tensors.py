import struct

import numpy as np
import pytest

from ridgeline.sync.protobuf import WireError, put_bytes, put_float, put_integer
from ridgeline.sync.tensorboard.tensors import read_tensor

FLOAT, DOUBLE, INT32, STRING, INT64, BFLOAT16, HALF, COMPLEX = 1, 2, 3, 7, 9, 14, 19, 8


def shape(*sizes):
    return put_bytes(2, b"".join(put_bytes(2, put_integer(1, size)) for size in sizes))


def tensor(dtype, *parts):
    return put_integer(1, dtype) + b"".join(parts)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (tensor(FLOAT, shape(2), put_bytes(5, struct.pack("<2f", 1.5, -2))), [1.5, -2]),
        (tensor(FLOAT, shape(2), put_float(5, 1.5), put_float(5, -2)), [1.5, -2]),  # not packed
        (tensor(FLOAT, shape(3), put_float(5, 7)), [7, 7, 7]),  # the last stands for the rest
        (tensor(DOUBLE, shape(2), put_bytes(4, struct.pack("<2d", 1e-300, 2))), [1e-300, 2]),
        (tensor(INT32, shape(3), put_bytes(7, b"\x01" + b"\xff" * 9 + b"\x01" + b"\xac\x02")), [1, -1, 300]),
        (tensor(INT64, shape(1), put_integer(10, -5)), [-5]),
        (tensor(HALF, shape(1), put_integer(13, 0x3E00)), [1.5]),
        (tensor(BFLOAT16, shape(1), put_integer(13, 0x3FC0)), [1.5]),
        (tensor(BFLOAT16, shape(2), put_bytes(4, struct.pack("<2H", 0x3FC0, 0xBF80))), [1.5, -1]),
    ],
)  # fmt: skip
def test_numbers_however_they_are_held(data, expected):
    assert read_tensor(data).array.tolist() == expected


def test_texts_and_shapes():
    found = read_tensor(tensor(STRING, shape(1, 2), put_bytes(8, b"a"), put_bytes(8, b"b")))
    assert (found.shape, found.texts) == ((1, 2), [b"a", b"b"])
    assert read_tensor(tensor(DOUBLE, put_bytes(4, struct.pack("<d", 3)))).array == np.array(3.0)


@pytest.mark.parametrize(
    "data",
    [
        tensor(FLOAT, shape(3), put_bytes(5, struct.pack("<4f", 1, 2, 3, 4))),
        tensor(FLOAT, shape(-1), put_float(5, 1)),
        tensor(FLOAT, shape(1 << 40), put_float(5, 1)),  # a few bytes that ask for terabytes
        tensor(DOUBLE, shape(1), put_bytes(4, b"123")),
        tensor(COMPLEX, shape(1), put_bytes(4, bytes(8))),
        tensor(STRING, shape(1), put_bytes(8, b"a")),
        b"\xff",
    ],
)
def test_what_is_no_tensor_of_numbers(data):
    with pytest.raises(WireError):
        _ = read_tensor(data).array
