"""CONSOLE frames: f64 time | u8 stream | 3 × 0 | UTF-8 text of whole lines, ANSI colours kept."""

import struct
from dataclasses import dataclass
from typing import Literal, TypeAlias

from ridgeline.log.frame import inflate, malformed

Stream: TypeAlias = Literal["stdout", "stderr"]

_HEAD = struct.Struct("<dB3x")
_NUMBERS: dict[Stream, int] = {"stdout": 1, "stderr": 2}
_STREAMS: dict[int, Stream] = {1: "stdout", 2: "stderr"}


@dataclass(frozen=True, slots=True)
class ConsoleText:
    """Lines that were printed by `time`, each with its newline but maybe the last of all."""

    time: float
    stream: Stream
    text: str


def encode_console(printed: ConsoleText) -> bytes:
    """Return the payload of a CONSOLE frame. Lone surrogates, which UTF-8 cannot hold, become '?'."""
    return _HEAD.pack(printed.time, _NUMBERS[printed.stream]) + printed.text.encode(errors="replace")


def decode_console(flags: int, payload: bytes | memoryview) -> ConsoleText:
    """Return what a CONSOLE frame holds.

    Raises:
        StorageError: the payload is not what its flags say, or of an unknown stream.
    """
    plain = bytes(inflate(flags, payload))
    if len(plain) < _HEAD.size:
        raise malformed("it is too short for console text")
    time, number = _HEAD.unpack_from(plain)
    stream = _STREAMS.get(number)
    if stream is None:
        raise malformed(f"its console stream is {number}, and 1 is stdout, 2 stderr")
    return ConsoleText(time, stream, plain[_HEAD.size :].decode(errors="replace"))
