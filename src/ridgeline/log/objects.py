"""OBJECT frames: one image, text, figure … each: u32 length | JSON header | bytes. Large ones lie in the blobs."""

import json
import struct
from dataclasses import asdict, dataclass

from ridgeline.core.errors import InputError
from ridgeline.core.values import Json, decode_floats, encode_floats
from ridgeline.log.frame import inflate, malformed

# Above this the bytes go to the blobs: a log stays quick to read through.
MAX_INLINE_BYTES = 64 << 10
_LENGTH = struct.Struct("<I")


@dataclass(frozen=True, slots=True)
class ObjectHeader:
    """What is known of a tracked object. `blob` is its sha256 when its bytes are not in the frame."""

    sid: int
    step: int
    epoch: float | None
    time: float
    mime: str
    meta: dict[str, Json]
    blob: str | None
    size_bytes: int


def encode_object(header: ObjectHeader, data: bytes = b"") -> bytes:
    """Return the payload of an OBJECT frame; `data` is empty when `header.blob` says where the bytes are.

    Raises:
        InputError: the bytes are more than 64 KiB and belong into the blobs, or the header cannot be written as JSON.
    """
    if len(data) > MAX_INLINE_BYTES:
        raise InputError(
            f"An object of {len(data)} bytes does not fit a frame, which takes {MAX_INLINE_BYTES}. Put it into the blobs.",
            "object-too-large",
        )
    try:
        head = json.dumps(encode_floats(asdict(header)), separators=(",", ":"), allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise InputError(
            f"An object header cannot be written as JSON: {error}. Make meta plain.", "value-not-json"
        ) from error
    return _LENGTH.pack(len(head)) + head + data


def decode_object(flags: int, payload: bytes | memoryview) -> tuple[ObjectHeader, bytes]:
    """Return header and bytes of an OBJECT frame.

    Raises:
        StorageError: the payload is not what its flags say or not an object.
    """
    plain = bytes(inflate(flags, payload))
    if len(plain) < _LENGTH.size:
        raise malformed("it is too short for an object")
    end = _LENGTH.size + _LENGTH.unpack_from(plain)[0]
    if end > len(plain):
        raise malformed("its object header is longer than it")
    try:
        return _header(decode_floats(json.loads(plain[_LENGTH.size : end]))), plain[end:]
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise malformed(f"its object header is not one ({type(error).__name__}: {error})") from error


def _header(tree: Json) -> ObjectHeader:
    match tree:
        case {
            "sid": int(sid),
            "step": int(step),
            "epoch": (None | int() | float()) as epoch,
            "time": (int() | float()) as time,
            "mime": str(mime),
            "meta": dict(meta),
            "blob": (None | str()) as blob,
            "size_bytes": int(size_bytes),
        } if 0 <= sid < 1 << 32 and -(1 << 63) <= step < 1 << 63 and 0 <= size_bytes < 1 << 63:
            at_epoch = None if epoch is None else float(epoch)
            return ObjectHeader(sid, step, at_epoch, float(time), mime, meta, blob, size_bytes)
    raise TypeError("a key is missing, of the wrong type or out of range")
