"""How large a picture is, read from the head of its file, so that a page can keep its place before it has come."""

import struct

_SOF = frozenset(
    {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}
)  # JPEG frame headers


def image_size(data: bytes, mime: str) -> tuple[int, int] | None:
    """Return width and height in pixels of a PNG, GIF or JPEG; None for other kinds and for damaged files."""
    try:
        if mime == "image/png" and data[12:16] == b"IHDR":
            width, height = struct.unpack_from(">II", data, 16)
        elif mime == "image/gif":
            width, height = struct.unpack_from("<HH", data, 6)
        elif mime == "image/jpeg":
            return _jpeg_size(data)
        else:
            return None
    except struct.error:
        return None
    return width, height


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker, size = data[at + 1], struct.unpack_from(">H", data, at + 2)[0]
        if marker in _SOF:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        at += 2 + size
    return None
