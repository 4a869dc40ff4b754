"""The framing of a `.wandb` file: LevelDB's log format behind a header of seven bytes.

file     = ':W&B' u16 0xBEE1 u8 version, then pieces; blocks of 32 KiB are counted from the start of the file
piece    = u32 CRC-32 of type and data | u16 size | u8 type | data; none crosses a block, less than 7 bytes are padding
type     = 1 a whole record, 2 its first piece, 3 one in the middle, 4 its last
"""

import struct
import zlib
from dataclasses import dataclass

from ridgeline.core.errors import StorageError

_HEAD = struct.Struct("<4sHB")
_MAGIC = (b":W&B", 0xBEE1)
_VERSION = 0
_BLOCK_BYTES = 1 << 15
_PIECE = struct.Struct("<IHB")
_WHOLE, _FIRST, _MIDDLE, _LAST = 1, 2, 3, 4


@dataclass(frozen=True, slots=True)
class Scan:
    """What stands in a stretch of a file."""

    records: list[bytes]
    next_offset: int  # where to go on when the file has grown
    damaged: int  # how many stretches were skipped


def check_head(data: bytes, path: str) -> bool:
    """Say whether the header is there yet.

    Raises:
        StorageError: It is another kind of file, or of a version that cannot be read.
    """
    if len(data) < _HEAD.size:
        return False
    *magic, version = _HEAD.unpack_from(data)
    if tuple(magic) != _MAGIC:
        raise StorageError(f"{path!r} is no file of W&B: it begins with {data[:7]!r}.", "wandb-unreadable")
    if version != _VERSION:
        message = f"{path!r} is of version {version} of W&B's file format, and only {_VERSION} can be read. Update ridgeline."
        raise StorageError(message, "wandb-version")
    return True


def scan(data: bytes, start: int = _HEAD.size) -> Scan:
    """Return the whole records from an offset on. A torn end is left for later; a damaged stretch is skipped to the next block."""
    records: list[bytes] = []
    pieces: list[bytes] = []
    at = resume = max(start, _HEAD.size)
    damaged = 0
    while True:
        left = _BLOCK_BYTES - at % _BLOCK_BYTES
        if left < _PIECE.size:
            at += left
            continue
        if at + _PIECE.size > len(data):
            break
        crc, size, kind = _PIECE.unpack_from(data, at)
        body_at = at + _PIECE.size
        fits = size <= left - _PIECE.size
        if fits and body_at + size > len(data):
            break
        body = data[body_at : body_at + size]
        if not fits or zlib.crc32(body, zlib.crc32(bytes([kind]))) != crc:
            if at + left >= len(data):
                break  # nothing whole follows: the end of a file that is still written
            damaged += 1
            pieces = []
            at = resume = at + left
            continue
        at = body_at + size
        if kind in (_WHOLE, _FIRST):
            pieces = [body]
        elif kind in (_MIDDLE, _LAST) and pieces:
            pieces.append(body)
        else:
            continue  # of a record whose beginning is damaged, or of a type unknown
        if kind in (_WHOLE, _LAST):
            records.append(b"".join(pieces))
            pieces = []
            resume = at
    return Scan(records, resume, damaged)
