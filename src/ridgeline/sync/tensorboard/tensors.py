"""TensorProto: the arrays and texts in event files.

https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/framework/tensor.proto
"""

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ridgeline.sync.protobuf import FieldValue, WireError, fields, message, signed

_TYPES = {  # DataType of types.proto → how tensor_content holds it
    1: "<f4", 2: "<f8", 3: "<i4", 4: "<u1", 5: "<i2", 6: "<i1", 9: "<i8", 10: "?", 17: "<u2", 19: "<f2", 22: "<u4", 23: "<u8",
}  # fmt: skip
# One number may stand for all, so a few bytes can ask for any memory.
_MOST_NUMBERS = 1 << 26
_STRING, _BFLOAT16 = 7, 14
_PACKED = {5: "<f4", 6: "<f8"}  # float_val, double_val
_VARINTS = frozenset({7, 10, 11, 16, 17})  # int_val, int64_val, bool_val, uint32_val, uint64_val
_HALVES, _STRINGS = 13, 8
_UNSIGNED = frozenset({4, 17, 22, 23})


@dataclass(slots=True)
class Tensor:
    """A tensor: either texts, or numbers. Both are of the shape, flat."""

    shape: tuple[int, ...] = ()
    numbers: NDArray[np.generic] | None = None
    texts: list[bytes] = field(default_factory=list)

    @property
    def array(self) -> NDArray[np.float64]:
        """Return the numbers as they stand in the shape.

        Raises:
            WireError: It holds texts, or not as many numbers as the shape says.
        """
        size = math.prod(self.shape)
        if self.numbers is None:
            raise WireError("a tensor of texts where numbers are due")
        if size > _MOST_NUMBERS:
            raise WireError(f"a tensor of {size} numbers")
        flat = self.numbers.astype(np.float64)
        if 0 < len(flat) < size:  # the last value stands for all that follow
            flat = np.concatenate([flat, np.full(size - len(flat), flat[-1])])
        if len(flat) != size:
            raise WireError(f"{len(flat)} numbers in a tensor of shape {self.shape}")
        return flat.reshape(self.shape)


def read_tensor(data: bytes) -> Tensor:
    """Read a TensorProto.

    Raises:
        WireError: It is none, or of a type that event files do not hold.
    """
    dtype = 0
    tensor = Tensor()
    content = b""
    values: list[NDArray[np.generic]] = []
    for number, value in fields(data):
        if number == 1:
            dtype = signed(value)
        elif number == 2:
            tensor.shape = _shape(value)
        elif number == 4 and isinstance(value, bytes):
            content = value
        elif number == _STRINGS and isinstance(value, bytes):
            tensor.texts.append(value)
        elif number in _PACKED and isinstance(value, bytes):
            values.append(np.frombuffer(value, _PACKED[number]))
        elif number in _VARINTS or number == _HALVES:
            values.append(_integers(value, is_signed=dtype not in _UNSIGNED))
    if dtype != _STRING:
        tensor.numbers = _numbers(dtype, content, values)
    return tensor


def _shape(value: FieldValue) -> tuple[int, ...]:
    sizes = []
    for number, dim in message(value):
        if number == 2:
            size = [signed(one) for key, one in message(dim) if key == 1]
            sizes.append(size[-1] if size else 0)
    if any(size < 0 for size in sizes):
        raise WireError("a tensor of unknown shape")
    return tuple(sizes)


def _numbers(dtype: int, content: bytes, values: list[NDArray[np.generic]]) -> NDArray[np.generic]:
    found = np.concatenate(values) if values else np.zeros(0)
    if dtype == _BFLOAT16:
        halves = np.frombuffer(content, "<u2") if content else found.astype(np.uint16)
        return (halves.astype(np.uint32) << np.uint32(16)).view(np.float32)
    if dtype not in _TYPES:
        raise WireError(f"a tensor of type {dtype}")
    if content:
        kind = np.dtype(_TYPES[dtype])
        if len(content) % kind.itemsize:
            raise WireError(f"a tensor of {len(content)} bytes, each value of {kind.itemsize}")
        return np.frombuffer(content, kind)
    return found.astype(np.uint16).view(np.float16) if _TYPES[dtype] == "<f2" else found


def _integers(value: FieldValue, *, is_signed: bool) -> NDArray[np.generic]:
    """Return integers, packed or one alone."""
    if isinstance(value, int):
        raw = [value]
    else:
        raw, number, shift = [], 0, 0
        for byte in value:
            number |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                raw.append(number)
                number = shift = 0
    whole = [signed(one) for one in raw] if is_signed else raw
    return np.array(whole, np.int64 if is_signed else np.uint64)
