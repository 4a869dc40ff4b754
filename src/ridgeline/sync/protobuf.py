"""Protocol Buffers on the wire, as far as trackers' files need it: https://protobuf.dev/programming-guides/encoding."""

import struct
from collections.abc import Iterator
from typing import TypeAlias

# The value of a field: an unsigned integer (wire type 0), or bytes (2: as they are; 1 and 5: eight and four of them).
FieldValue: TypeAlias = int | bytes

_VARINT, _I64, _LEN, _I32 = 0, 1, 2, 5
_SIGN = 1 << 63
_WRAP = 1 << 64
_DOUBLE = struct.Struct("<d")
_FLOAT = struct.Struct("<f")


class WireError(ValueError):
    """Bytes that are no message."""


def fields(message: bytes) -> Iterator[tuple[int, FieldValue]]:
    """Yield the number and value of each field of a message, in the order in which they stand.

    Raises:
        WireError: It is cut off, or no message.
    """
    at, end = 0, len(message)
    while at < end:
        key, at = _varint(message, at)
        wire = key & 7
        if wire == _VARINT:
            value, at = _varint(message, at)
            yield key >> 3, value
            continue
        if wire == _LEN:
            size, at = _varint(message, at)
        elif wire == _I64:
            size = 8
        elif wire == _I32:
            size = 4
        else:
            raise WireError(f"wire type {wire}")
        if at + size > end:
            raise WireError("it is cut off")
        yield key >> 3, message[at : at + size]
        at += size


def spans(data: bytes, at: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Yield number, start and end of the value of each field of the message that stands in `data` from `at` to `end`.

    Raises:
        WireError: It is cut off, or no message.
    """
    while at < end:
        key, at = _varint(data, at)
        wire = key & 7
        if wire == _LEN:
            size, at = _varint(data, at)
        elif wire == _VARINT:
            size = _varint(data, at)[1] - at
        elif wire in (_I64, _I32):
            size = 8 if wire == _I64 else 4
        else:
            raise WireError(f"wire type {wire}")
        if at + size > end:
            raise WireError("it is cut off")
        yield key >> 3, at, at + size
        at += size


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """Return an integer and where the next byte stands."""
    try:
        byte = data[at]
        at += 1
        if byte < 0x80:
            return byte, at
        value, shift = byte & 0x7F, 7
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value, at
            shift += 7
            if shift > 63:
                raise WireError("an integer of more than ten bytes")
    except IndexError:
        raise WireError("it is cut off") from None


def signed(value: FieldValue) -> int:
    """Return an int32 or int64."""
    number = _integer(value)
    return number - _WRAP if number & _SIGN else number


def zigzag(value: FieldValue) -> int:
    """Return a sint32 or sint64."""
    number = _integer(value)
    return (number >> 1) ^ -(number & 1)


def double(value: FieldValue) -> float:
    """Return a double."""
    return float(_DOUBLE.unpack(_raw(value))[0])


def text(value: FieldValue) -> str:
    """Return a string; what is not UTF-8 in it becomes '�'."""
    return _raw(value).decode(errors="replace")


def message(value: FieldValue) -> Iterator[tuple[int, FieldValue]]:
    """Yield the fields of a message inside a message."""
    return fields(_raw(value))


def _integer(value: FieldValue) -> int:
    if isinstance(value, bytes):
        raise WireError("bytes where an integer is due")
    return value


def _raw(value: FieldValue) -> bytes:
    if isinstance(value, int):
        raise WireError("an integer where bytes are due")
    return value


def put_integer(number: int, value: int) -> bytes:
    """Return a field of type int64, bool or enum."""
    return _put_varint(number << 3 | _VARINT) + _put_varint(value % _WRAP)


def put_double(number: int, value: float) -> bytes:
    """Return a field of type double."""
    return _put_varint(number << 3 | _I64) + _DOUBLE.pack(value)


def put_float(number: int, value: float) -> bytes:
    """Return a field of type float."""
    return _put_varint(number << 3 | _I32) + _FLOAT.pack(value)


def put_bytes(number: int, value: bytes) -> bytes:
    """Return a field of type bytes, string or message, or of packed numbers."""
    return _put_varint(number << 3 | _LEN) + _put_varint(len(value)) + value


def put_text(number: int, value: str) -> bytes:
    """Return a field of type string. Lone surrogates, which UTF-8 cannot hold, become '?'."""
    return put_bytes(number, value.encode(errors="replace"))


def _put_varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
