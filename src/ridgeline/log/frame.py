"""One frame: a 20-byte header and a payload. The specification is docs/explain/format.md."""

import struct
import zlib
from enum import IntEnum
from typing import NamedTuple

from ridgeline.core.errors import InputError, StorageError

MAGIC = b"RLG1"
VERSION = 1
HEADER = struct.Struct("<4sIBBBBII")  # magic, payload size, type, flags, version, 0, frame number, CRC-32
HEADER_BYTES = HEADER.size
MAX_FRAME_BYTES = 1 << 20
MAX_PAYLOAD_BYTES = MAX_FRAME_BYTES - HEADER_BYTES
# Bounds what a hostile frame of 1 MiB can make a reader allocate: deflate packs up to 1032 : 1.
MAX_INFLATED_BYTES = 4 << 20

# Flags of a frame. Bits 0x20, 0x40 and 0x80 are reserved.
DEFLATE = 0x01
SHUFFLED = 0x02
ZSTD = 0x04
EPOCH = 0x08
ESCAPED = 0x10

# No payload on disk holds the magic: 'RLG' is written 'RLG\0' in a payload that would. So a log that is recorded as an
# object inside another log is never taken for frames of the outer one after damage.
_STEM = b"RLG"
_ESCAPED_STEM = b"RLG\0"


class FrameType(IntEnum):
    """What a payload is. A reader skips the types that it does not know."""

    EVENTS = 1
    POINTS = 2
    OBJECT = 3
    CONSOLE = 4
    CHECKPOINT = 5


class Frame(NamedTuple):
    """A frame whose CRC held. `payload` is unescaped, but still deflated or shuffled where `flags` say so."""

    type: int
    flags: int
    number: int
    payload: memoryview
    offset: int


def encode_frame(frame_type: int, flags: int, number: int, payload: bytes | bytearray) -> bytes:
    """Return the bytes of a frame.

    Raises:
        InputError: the frame would exceed 1 MiB.
    """
    if MAGIC in payload:
        payload = payload.replace(_STEM, _ESCAPED_STEM)
        flags |= ESCAPED
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise InputError(
            f"A frame holds at most {MAX_PAYLOAD_BYTES} bytes, and this payload of type {frame_type} has"
            f" {len(payload)}. Split it into several frames, or store it as a blob.",
            "frame-too-large",
        )
    head = HEADER.pack(MAGIC, len(payload), frame_type, flags, VERSION, 0, number, 0)[4:16]
    crc = zlib.crc32(payload, zlib.crc32(head))
    return b"".join((MAGIC, head, crc.to_bytes(4, "little"), payload))


def unescape(payload: memoryview) -> memoryview:
    """Return the payload of a frame with the flag ESCAPED as it was before encode_frame."""
    return memoryview(bytes(payload).replace(_ESCAPED_STEM, _STEM))


def inflate(flags: int, payload: bytes | memoryview) -> bytes | memoryview:
    """Return the payload without its deflate layer, or unchanged when it has none.

    Raises:
        StorageError: the payload is not what its flags say, asks for zstd, or grows beyond 4 MiB.
    """
    if flags & ~(DEFLATE | SHUFFLED | EPOCH):
        raise malformed(f"its flags {flags:#04x} ask for what this version cannot read; update ridgeline")
    if not flags & DEFLATE:
        return payload
    inflater = zlib.decompressobj()
    try:
        plain = inflater.decompress(payload, MAX_INFLATED_BYTES)
    except zlib.error as error:
        raise malformed(f"its deflate stream is damaged ({error})") from error
    if inflater.unconsumed_tail:
        raise malformed(f"it inflates to more than {MAX_INFLATED_BYTES} bytes")
    if not inflater.eof or inflater.unused_data:
        raise malformed("its deflate stream does not end where the payload ends")
    return plain


def malformed(reason: str) -> StorageError:
    """Return the error of a frame whose CRC holds and whose payload cannot be read: its writer was at fault."""
    return StorageError(
        f"A frame cannot be read: {reason}. It is left out; the frames after it are not.", "frame-malformed"
    )
