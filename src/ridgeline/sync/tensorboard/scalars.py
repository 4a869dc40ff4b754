"""Scalars known at a glance.

An event is a time, a step and a body. The bodies of one scalar differ in the four bytes of its value alone. So once one was
read field by field, all that are the same but for those bytes are found side by side, words of eight bytes at a time.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ridgeline.sync.crc32c import words_of
from ridgeline.sync.tensorboard.records import Ints, Records, numbers_at

FLOAT_BYTES = 4
_WORD_BYTES = 8
_TIME_TAG, _STEP_TAG = 0x09, 0x10
_STEP_AT = 9  # behind the time and its tag
# From the start of a step to the CRC behind the shortest event that is looked at, a word can be read.
_LEAST_BYTES = _STEP_AT + 1 + _WORD_BYTES
_MOST_STEP_BYTES = 8
# Bodies of so many tags are known; a writer that makes up tags would fill the memory.
_MOST_KNOWN = 100_000
# Any odd numbers do, as what has the same hash is compared as a whole.
_HASH = np.random.default_rng(20_171).integers(1, 1 << 62, 1 << 10, dtype=np.uint64) | np.uint64(1)
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)

Words = NDArray[np.uint64]


class Points(NamedTuple):
    """Points of a tag, in the order in which they stand."""

    step: Ints
    time: NDArray[np.float64]
    value: NDArray[np.float64]


class _Heads(NamedTuple):
    """Of records: the step, where the body begins and how long it is; 0 long where it is no event that we know."""

    step: Ints
    body: Ints
    length: Ints


@dataclass(slots=True)
class _Shape:
    """Bodies of one length that have their value at one place."""

    length: int
    place: int
    bodies: dict[bytes, str] = field(default_factory=dict)  # and their tags
    table: tuple[Words, Words, Ints] | None = None  # hashes, sorted; words; tags

    @property
    def n_words(self) -> int:
        return -(-self.length // _WORD_BYTES)

    def mask(self) -> Words:
        """Return what of the words counts: neither what stands before the body nor the value."""
        before = self.n_words * _WORD_BYTES - self.length
        bits = np.full(self.n_words * _WORD_BYTES, 0xFF, np.uint8)
        bits[:before] = 0
        bits[before + self.place : before + self.place + FLOAT_BYTES] = 0
        return bits.view("<u8")

    def known(self) -> tuple[Words, Words, Ints]:
        """Return the hashes of the bodies, sorted, with their words and the numbers of their tags."""
        if self.table is None:
            pad = b"\0" * (self.n_words * _WORD_BYTES - self.length)
            words = np.frombuffer(b"".join(pad + body for body in self.bodies), "<u8").reshape(
                -1, self.n_words
            )
            hashes = _hash(words)
            order = np.argsort(hashes)
            self.table = hashes[order], words[order], order
        return self.table


class KnownScalars:
    """The bodies that were learned, and what is found by them."""

    def __init__(self) -> None:
        self._shapes: dict[tuple[int, int], _Shape] = {}
        self._n_known = 0

    def learn(self, tag: str, body: bytes, place: int) -> None:
        """Know bodies like this one, with any four bytes at `place`, as scalars of a tag."""
        shape = self._shapes.setdefault((len(body), place), _Shape(len(body), place))
        plain = body[:place] + bytes(FLOAT_BYTES) + body[place + FLOAT_BYTES :]
        if self._n_known < _MOST_KNOWN and shape.n_words <= len(_HASH) and plain not in shape.bodies:
            shape.bodies[plain] = tag
            shape.table = None
            self._n_known += 1

    def find(
        self, data: NDArray[np.uint8], records: Records
    ) -> tuple[dict[str, list[Points]], NDArray[np.bool_]]:
        """Return the points of the records that are known, by tag, and which records these are."""
        found: dict[str, list[Points]] = {}
        is_known = np.zeros(len(records.starts), bool)
        heads = _heads(data, records)
        for shape in self._shapes.values():
            (some,) = np.nonzero((heads.length == shape.length) & ~is_known)
            if not len(some):
                continue
            which = _match(data, heads.body[some] + shape.length, shape)
            is_known[some[which >= 0]] = True
            order = np.argsort(which, kind="stable")
            bounds = np.searchsorted(which[order], np.arange(len(shape.bodies) + 1))
            for number, tag in enumerate(shape.bodies.values()):
                mine = some[order[bounds[number] : bounds[number + 1]]]
                if len(mine):
                    time = numbers_at(data, records.starts[mine] + 1, "<f8").astype(np.float64)
                    value = numbers_at(data, heads.body[mine] + shape.place, "<f4").astype(np.float64)
                    found.setdefault(tag, []).append(Points(heads.step[mine], time, value))
        return found, is_known


def _heads(data: NDArray[np.uint8], records: Records) -> _Heads:
    step, body = np.zeros(len(records.starts), np.int64), np.zeros(len(records.starts), np.int64)
    length = np.zeros(len(records.starts), np.int64)
    (some,) = np.nonzero(records.lengths >= _LEAST_BYTES)
    some = some[data[records.starts[some]] == _TIME_TAG]
    starts = records.starts[some] + _STEP_AT
    has_step = data[starts] == _STEP_TAG
    body[some] = starts
    stepped = some[has_step]
    step[stepped], n_bytes = _varints(words_of(data, "<u8")[starts[has_step] + 1].astype(np.uint64))
    body[stepped] += 1 + n_bytes
    length[some] = records.starts[some] + records.lengths[some] - body[some]
    length[stepped[n_bytes == 0]] = 0
    return _Heads(step, body, length)


def _varints(words: Words) -> tuple[Ints, Ints]:
    """Return the integers that words begin with, and of how many bytes they are: 0 for one that is longer than the word."""
    value, n_bytes = np.zeros(len(words), np.int64), np.zeros(len(words), np.int64)
    going = np.arange(len(words))
    for i in range(_MOST_STEP_BYTES):
        byte = ((words[going] >> np.uint64(8 * i)) & np.uint64(0xFF)).astype(np.int64)
        value[going] |= (byte & 0x7F) << (7 * i)
        is_last = byte < 0x80
        n_bytes[going[is_last]] = i + 1
        going = going[~is_last]
        if not len(going):
            break
    return value, n_bytes


def _match(data: NDArray[np.uint8], ends: Ints, shape: _Shape) -> Ints:
    """Return which known body each is that ends somewhere; -1 for none."""
    hashes, known, numbers = shape.known()
    at_every_byte = words_of(data, "<u8")
    mask = shape.mask()
    columns = [
        at_every_byte[ends - (shape.n_words - i) * _WORD_BYTES].astype(np.uint64) & mask[i]
        for i in range(shape.n_words)
    ]
    words = np.stack(columns, axis=1)
    at = np.searchsorted(hashes, _hash(words)).clip(max=len(hashes) - 1)
    same = np.ones(len(ends), bool)
    for i in range(shape.n_words):
        same &= columns[i] == known[at, i]
    return np.where(same, numbers[at], -1)


def _hash(words: Words) -> Words:
    found = np.zeros(len(words), np.uint64)
    for i in range(words.shape[1]):
        found += words[:, i] * _HASH[i]
    return found
