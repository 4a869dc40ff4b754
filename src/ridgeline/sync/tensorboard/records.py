"""Records of a TFRecord file: u64 length | masked CRC of it | bytes | masked CRC of them, little-endian.

https://www.tensorflow.org/tutorials/load_data/tfrecord
"""

import struct
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ridgeline.sync.crc32c import masked_crcs, words_of

_HEAD_BYTES = 12
_FOOT_BYTES = 4
_LENGTH = struct.Struct("<Q")
# A file that ends in the middle of a record is waited for; a length that no record has is damage.
MOST_RECORD_BYTES = 1 << 31

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Records:
    """Where the whole records of some bytes stand.

    Attributes:
        starts: Of their payloads.
        lengths: Of their payloads.
        end: Where the bytes begin that no whole record was found in: the start of the next one, or of a torn one.
        n_damaged: How many stretches of bytes were left out, since their CRC does not hold.
    """

    starts: Ints
    lengths: Ints
    end: int
    n_damaged: int

    def only(self, chosen: NDArray[np.bool_]) -> "Records":
        """Return some of the records."""
        return replace(self, starts=self.starts[chosen], lengths=self.lengths[chosen])


def find_records(data: bytes) -> Records:
    """Return the records in bytes that begin with one; what is damaged is skipped up to the next head that holds."""
    bytes_ = np.frombuffer(data, np.uint8)
    found: list[Records] = []
    at = n_damaged = 0
    while True:
        part = _walk(data, bytes_, at)
        found.append(part)
        n_damaged += part.n_damaged
        rest = len(data) - part.end
        if rest < _HEAD_BYTES or _head_holds(bytes_, part.end):
            break  # its end is still to come
        following = _next_head(bytes_, part.end + 1)
        if following is None:
            break
        n_damaged += 1
        at = following
    starts = np.concatenate([part.starts for part in found])
    return Records(starts, np.concatenate([part.lengths for part in found]), found[-1].end, n_damaged)


def _walk(data: bytes, bytes_: NDArray[np.uint8], at: int) -> Records:
    """Return records one after another, up to the first head that does not hold or whose record is not whole."""
    starts: list[int] = []
    unpack, size = _LENGTH.unpack_from, len(data)
    add = starts.append
    while at + _HEAD_BYTES <= size:
        (length,) = unpack(data, at)
        following = at + length + (_HEAD_BYTES + _FOOT_BYTES)
        if following > size:
            break
        add(at + _HEAD_BYTES)
        at = following
    payloads = np.array(starts, np.int64)
    heads = payloads - _HEAD_BYTES
    lengths = numbers_at(bytes_, heads, "<i8").astype(np.int64)
    holds = masked_crcs(bytes_, heads, np.full(len(heads), 8, np.int64)) == numbers_at(
        bytes_, heads + 8, "<u4"
    )
    if not holds.all():
        n_good = int(np.argmin(holds))
        at = int(heads[n_good])
        payloads, lengths = payloads[:n_good], lengths[:n_good]
    whole = masked_crcs(bytes_, payloads, lengths) == numbers_at(bytes_, payloads + lengths, "<u4")
    return Records(payloads[whole], lengths[whole], at, int((~whole).sum()))


def _head_holds(bytes_: NDArray[np.uint8], at: int) -> bool:
    here = np.array([at])
    length = int(numbers_at(bytes_, here, "<u8")[0])
    crc = masked_crcs(bytes_, here, np.array([8]))[0]
    return length < MOST_RECORD_BYTES and bool(crc == numbers_at(bytes_, here + 8, "<u4")[0])


def _next_head(bytes_: NDArray[np.uint8], at: int) -> int | None:
    """Return where the next twelve bytes stand that are a head; chance takes others for one once in 2³² places."""
    step = 1 << 16
    for begin in range(at, len(bytes_) - _HEAD_BYTES + 1, step):
        places = np.arange(begin, min(begin + step, len(bytes_) - _HEAD_BYTES + 1), dtype=np.int64)
        crcs = masked_crcs(bytes_, places, np.full(len(places), 8, np.int64))
        (found,) = np.nonzero(crcs == numbers_at(bytes_, places + 8, "<u4"))
        for place in places[found]:
            if _head_holds(bytes_, int(place)):
                return int(place)
    return None


def numbers_at(bytes_: NDArray[np.uint8], at: Ints, dtype: str) -> NDArray[np.generic]:
    """Return the numbers of a type that stand at some places, aligned or not."""
    return words_of(bytes_, dtype)[at]
