"""Find the frames in a stretch of a log, and say what is damaged or missing."""

import zlib
from dataclasses import dataclass
from typing import NamedTuple

from ridgeline.log.frame import (
    ESCAPED,
    HEADER,
    HEADER_BYTES,
    MAGIC,
    MAX_PAYLOAD_BYTES,
    Frame,
    unescape,
)


class Gap(NamedTuple):
    """Bytes that are no frame of the log, with a frame after them; `missing` frames are lost with them.

    `size_bytes` is 0 where frames are missing without a trace; `missing` is 0 where the bytes held none, or held one
    that was already taken (a write that was repeated).
    """

    offset: int
    size_bytes: int
    missing: int


@dataclass(frozen=True, slots=True)
class Scan:
    """What a stretch of a log holds.

    The next scan takes up at `next_offset`, expecting frame `next_number`. `torn`: bytes follow there that are no frame
    yet. They are in flight, cut off by a crash, or damaged; only a later frame tells, so they are looked at again.
    """

    frames: list[Frame]
    gaps: list[Gap]
    next_offset: int
    next_number: int
    torn: bool


def scan(data: bytes | memoryview, *, base_offset: int = 0, next_number: int = 0) -> Scan:
    """Return the frames in `data`, the bytes of a log from `base_offset` on, where frame `next_number` is expected.

    Never raises, whatever the bytes are. Copies nothing: a payload is a view of `data`, unless it was escaped.
    """
    view = memoryview(data)
    frames: list[Frame] = []
    gaps: list[Gap] = []
    taken = 0  # everything before this offset in `data` is accounted for
    position = 0
    haystack: bytes | None = data if isinstance(data, bytes) else None
    while True:
        parsed = _frame_at(view, position, base_offset)
        if parsed is None:
            # Only damage needs the bytes as an object that can be searched.
            if haystack is None and len(view) - position >= HEADER_BYTES:
                haystack = bytes(view)
            position = haystack.find(MAGIC, position + 1) if haystack is not None else -1
            if position < 0:
                break
            continue
        frame, end = parsed
        missing = frame.number - next_number
        if missing < 0:
            gaps.append(Gap(base_offset + taken, end - taken, 0))
        else:
            if missing or position > taken:
                gaps.append(Gap(base_offset + taken, position - taken, missing))
            frames.append(frame)
            next_number += missing + 1
        taken = position = end
    return Scan(frames, gaps, base_offset + taken, next_number, torn=taken < len(view))


def _frame_at(view: memoryview, position: int, base_offset: int) -> tuple[Frame, int] | None:
    """Return the frame whose header stands at `position` and the offset of its end, or None when there is none."""
    start = position + HEADER_BYTES
    if start > len(view):
        return None
    magic, size, frame_type, flags, _version, _reserved, number, crc = HEADER.unpack_from(view, position)
    end: int = start + size
    if magic != MAGIC or size > MAX_PAYLOAD_BYTES or end > len(view):
        return None
    payload = view[start:end]
    if zlib.crc32(payload, zlib.crc32(view[position + 4 : position + 16])) != crc:
        return None
    if flags & ESCAPED:
        flags &= ~ESCAPED
        payload = unescape(payload)
    return Frame(frame_type, flags, number, payload, base_offset + position), end
