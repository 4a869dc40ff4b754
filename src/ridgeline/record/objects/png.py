"""Pixels as a PNG file, with nothing but zlib."""

import struct
import zlib

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_COLOUR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}  # channels → grey, grey + alpha, RGB, RGBA
# Level 3 is 4 times as fast as 6 and 5% larger on photographs without filters.
_LEVEL = 3


def encode_png(pixels: bytes, width: int, height: int, channels: int) -> bytes:
    """Return a PNG of 8-bit `pixels`, given row by row, channels innermost."""
    stride = width * channels
    rows = b"".join([b"\0" + pixels[start : start + stride] for start in range(0, stride * height, stride)])
    header = struct.pack(">IIBBBBB", width, height, 8, _COLOUR_TYPES[channels], 0, 0, 0)
    return b"".join(
        (
            _SIGNATURE,
            _chunk(b"IHDR", header),
            _chunk(b"IDAT", zlib.compress(rows, _LEVEL)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(data, zlib.crc32(name)))
