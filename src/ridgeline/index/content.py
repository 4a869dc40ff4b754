"""Read from the log what the index only points to: objects and console output."""

from collections.abc import Sequence

from ridgeline.blobs.store import BlobStore
from ridgeline.core.errors import StorageError
from ridgeline.index.base import ConsoleLine, ObjectEntry
from ridgeline.index.reader import ConsoleFrame
from ridgeline.log.console import decode_console
from ridgeline.log.frame import HEADER, HEADER_BYTES, MAX_PAYLOAD_BYTES, Frame
from ridgeline.log.layout import Layout
from ridgeline.log.objects import decode_object
from ridgeline.log.scan import scan


def object_bytes(layout: Layout, run_id: str, entry: ObjectEntry) -> bytes:
    """Return an object's content, from its frame or from the blobs."""
    if entry.blob is not None:
        return BlobStore(layout.blobs).read(entry.blob)
    frame = _frame(layout, run_id, entry.segment, entry.offset)
    return decode_object(frame.flags, frame.payload)[1]


def console_lines(
    layout: Layout, run_id: str, frames: Sequence[ConsoleFrame], after: int, limit: int | None
) -> list[ConsoleLine]:
    """Return at most `limit` lines from number `after` on; frames without any of them are not read."""
    lines: list[ConsoleLine] = []
    first = 0
    for found in frames:
        if limit is not None and len(lines) >= limit:
            break
        if first + found.n_lines > after:
            frame = _frame(layout, run_id, found.seg, found.offset)
            printed = decode_console(frame.flags, frame.payload)
            texts = printed.text.removesuffix("\n").split("\n")
            lines += [
                ConsoleLine(n, printed.time, printed.stream, text)
                for n, text in enumerate(texts, first)
                if n >= after
            ]
        first += found.n_lines
    return lines if limit is None else lines[:limit]


def _frame(layout: Layout, run_id: str, seg: str, offset: int) -> Frame:
    path = layout.segment(run_id, seg)
    try:
        with path.open("rb") as file:
            file.seek(offset)
            head = file.read(HEADER_BYTES)
            size_bytes = HEADER.unpack(head)[1] if len(head) == HEADER_BYTES else 0
            frames = scan(head + file.read(min(size_bytes, MAX_PAYLOAD_BYTES))).frames
    except OSError as error:
        raise StorageError(
            f"The log {str(path)!r} cannot be read ({error.strerror or error}). Check the file and its permissions.",
            "log-read-failed",
        ) from error
    if not frames:
        raise StorageError(
            f"The log {str(path)!r} has no frame at byte {offset} any more. Run `ridgeline doctor` to see what happened.",
            "log-frame-gone",
        )
    return frames[0]
