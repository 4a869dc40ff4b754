"""CRC-32C of many byte strings at once (RFC 3720, appendix B.4), and as TFRecord files hold it, masked.

A CRC without its initial and final inversion is linear: that of a string with zeros before it is that of the string, and that
of two strings one after another is that of the first, shifted by as many zeros as the second is long, XOR that of the second.
So all strings are taken side by side, eight bytes at a time, zeros before the first byte; large ones are cut into pieces of 64
bytes, and the results put together pair by pair.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

_POLYNOMIAL = 0x82F63B78  # reversed
_ALL_ONES = np.uint32(0xFFFFFFFF)
_WORD_BYTES = 8
_PIECE_BYTES = 64
_LOG_PIECE = _PIECE_BYTES.bit_length() - 1
# Above this a string is cut into pieces: so many words one after another would take longer.
_MOST_SMALL_BYTES = 512
_MASK_DELTA = np.uint32(0xA282EAD8)  # https://www.tensorflow.org/tutorials/load_data/tfrecord
_MOST_AT_ONCE = 1 << 15  # arrays of so many words stay in a cache of 1 MiB

U32 = NDArray[np.uint32]
Ints = NDArray[np.int64]


def masked_crcs(data: NDArray[np.uint8], starts: Ints, lengths: Ints) -> U32:
    """Return the masked CRC-32C of strings that stand in `data`."""
    crcs = np.zeros(len(starts), np.uint32)
    small = lengths <= _MOST_SMALL_BYTES
    (some,) = np.nonzero(small)
    some = some[np.argsort(-lengths[some], kind="stable")]
    for begin in range(0, len(some), _MOST_AT_ONCE):
        part = some[begin : begin + _MOST_AT_ONCE]
        crcs[part] = _side_by_side(data, starts[part], lengths[part])
    for which in np.nonzero(~small)[0]:
        crcs[which] = _in_pieces(data[starts[which] : starts[which] + lengths[which]])
    crcs ^= _initial(lengths) ^ _ALL_ONES
    return ((crcs >> np.uint32(15)) | (crcs << np.uint32(17))) + _MASK_DELTA


def words_of(data: NDArray[np.uint8], dtype: str) -> NDArray[np.generic]:
    """Return the numbers of a type that stand at every byte of some bytes, without a copy."""
    kind = np.dtype(dtype)
    return np.ndarray((max(0, len(data) - kind.itemsize + 1),), kind, data, 0, (1,))


def _side_by_side(data: NDArray[np.uint8], starts: Ints, lengths: Ints) -> U32:
    """Return CRCs without inversions of strings, the longest first."""
    n_words = -(-lengths // _WORD_BYTES)
    most = int(n_words.max(initial=0))
    ends = starts + lengths
    if bool((ends < n_words * _WORD_BYTES).any()):  # the first word of one begins before the data do
        data = np.concatenate([np.zeros(_WORD_BYTES, np.uint8), data])
        ends = ends + _WORD_BYTES
    at_every_byte = words_of(data, "<u8")
    crcs = np.zeros(len(starts), np.uint32)
    for left in range(most, 0, -1):  # so many words from the end; those that have as many come first
        n_active = int(np.searchsorted(-n_words, -left, side="right"))
        words = at_every_byte[ends[:n_active] - left * _WORD_BYTES]
        missing = (left * _WORD_BYTES - lengths[:n_active]).clip(0)
        words &= _ALL << (missing.astype(np.uint64) * np.uint64(8))
        crcs[:n_active] = _word_step(crcs[:n_active], words)
    return crcs


_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)


def _word_step(crcs: U32, words: NDArray[np.uint64]) -> U32:
    """Return CRCs after eight bytes more."""
    tables = _word_tables()
    both = (words ^ crcs).view(np.int64)
    low = 0xFFFF
    found = tables[0].take(both & low)
    found ^= tables[1].take((both >> 16) & low)
    found ^= tables[2].take((both >> 32) & low)
    found ^= tables[3].take((both >> 48) & low)
    return found


def _in_pieces(string: NDArray[np.uint8]) -> np.uint32:
    """Return the CRC without inversions of one string."""
    n_pieces = -(-len(string) // _PIECE_BYTES)
    level = (n_pieces - 1).bit_length()
    padded = np.zeros(_PIECE_BYTES << level, np.uint8)
    padded[len(padded) - len(string) :] = string
    words = padded.view("<u8").reshape(-1, _PIECE_BYTES // _WORD_BYTES)
    crcs = np.zeros(len(words), np.uint32)
    for i in range(words.shape[1]):
        crcs = _word_step(crcs, words[:, i])
    for joined in range(level):
        crcs = _shift(crcs[::2], _zeros_tables(_LOG_PIECE + joined)) ^ crcs[1::2]
    return np.uint32(crcs[0])


def _initial(lengths: NDArray[np.int64]) -> U32:
    """Return what all ones before a string of each length come to."""
    distinct, which = np.unique(lengths, return_inverse=True)
    found = np.full(len(distinct), _ALL_ONES)
    for bit in range(int(distinct.max(initial=0)).bit_length()):
        shifted = _shift(found, _zeros_tables(bit))
        found = np.where((distinct >> bit) & 1 == 1, shifted, found)
    return found[which.ravel()]


def _shift(crcs: U32, tables: U32) -> U32:
    """Return CRCs after as many zeros as the tables are of."""
    low = np.uint32(0xFF)
    parts = [tables[i][(crcs >> np.uint32(8 * i)) & low] for i in range(4)]
    shifted: U32 = parts[0] ^ parts[1] ^ parts[2] ^ parts[3]
    return shifted


@lru_cache(maxsize=1)
def _byte_table() -> U32:
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = np.where(table & 1, (table >> np.uint32(1)) ^ np.uint32(_POLYNOMIAL), table >> np.uint32(1))
    return table


@lru_cache(maxsize=1)
def _word_tables() -> tuple[U32, U32, U32, U32]:
    """Return the CRCs of two bytes that six, four, two and no zeros follow."""
    one = _byte_table()
    values = np.arange(1 << 16, dtype=np.uint32)
    tables = []
    for n_bytes in range(1, _WORD_BYTES + 1):
        values = one[values & np.uint32(0xFF)] ^ (values >> np.uint32(8))
        if n_bytes % 2 == 0:
            tables.append(values)
    return tables[3], tables[2], tables[1], tables[0]


@lru_cache(maxsize=64)
def _zeros_tables(log_zeros: int) -> U32:
    """Return four tables, one a byte of the CRC, of what 2^log_zeros zeros make of it."""
    if log_zeros == 0:
        values = (
            np.arange(256, dtype=np.uint32)[None, :]
            << (np.uint32(8) * np.arange(4, dtype=np.uint32))[:, None]
        )
        tables: U32 = _byte_table()[values & np.uint32(0xFF)] ^ (values >> np.uint32(8))
        return tables
    half = _zeros_tables(log_zeros - 1)
    return _shift(half, half)
