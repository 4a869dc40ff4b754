import math
import os
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ridgeline.core.errors import StorageError
from ridgeline.log.frame import DEFLATE, EPOCH, MAX_PAYLOAD_BYTES, SHUFFLED
from ridgeline.log.points import (
    MAX_ROWS,
    ROW,
    ROW_EPOCH,
    decode_points,
    encode_points,
    round_time,
    round_times,
)

# Floats as bit patterns: every NaN payload, both zeros, both infinities, denormals.
BITS = st.integers(0, 2**64 - 1) | st.sampled_from(
    [0x7FF0000000000000, 0xFFF0000000000000, 0x7FF8000000000001, 1 << 63]
)
STEPS = st.integers(-(2**63), 2**63 - 1)
ROWS = st.tuples(st.integers(0, 2**32 - 1), STEPS, BITS, BITS).map(lambda row: struct.pack("<IqQQ", *row))
EPOCH_ROWS = st.tuples(ROWS, BITS).map(lambda pair: pair[0] + struct.pack("<Q", pair[1]))


@given(st.lists(ROWS, max_size=80))
def test_rows_come_back_bit_by_bit(rows):
    plain = b"".join(rows)
    flags, payload = encode_points(plain, with_epoch=False)
    assert not flags & EPOCH
    assert decode_points(flags, payload) == plain


@given(st.lists(EPOCH_ROWS, max_size=80))
def test_rows_with_epoch_come_back_bit_by_bit(rows):
    plain = b"".join(rows)
    flags, payload = encode_points(plain, with_epoch=True)
    assert flags & EPOCH
    assert decode_points(flags, payload) == plain


def curve(n_rows):
    return b"".join(ROW.pack(i % 5, i // 5, math.exp(-i / 500), 1.7e9 + i / 50) for i in range(n_rows))


def test_few_rows_stay_plain_and_many_are_shuffled_and_deflated():
    assert encode_points(curve(31), with_epoch=False) == (0, curve(31))
    flags, payload = encode_points(curve(1000), with_epoch=False)
    assert flags == DEFLATE | SHUFFLED
    assert len(payload) < 16 * 1000


def test_shuffling_is_the_transposed_matrix_of_bytes():
    rows = curve(40)
    _, payload = encode_points(rows, with_epoch=False)
    plain = zlib.decompress(payload)
    assert all(plain[byte * 40 + row] == rows[row * 28 + byte] for row in range(40) for byte in range(28))


def test_noise_that_does_not_deflate_stays_plain():
    rows = os.urandom(28 * 64)
    assert encode_points(rows, with_epoch=False) == (0, rows)


@pytest.mark.parametrize("with_epoch", [False, True])
def test_the_most_rows_fit_a_frame_even_when_they_are_noise(with_epoch):
    size = (ROW_EPOCH if with_epoch else ROW).size
    _, payload = encode_points(os.urandom(MAX_ROWS * size), with_epoch=with_epoch)
    assert len(payload) <= MAX_PAYLOAD_BYTES


@pytest.mark.parametrize(
    ("flags", "payload"),
    [(0, bytes(27)), (EPOCH, bytes(28)), (SHUFFLED, bytes(29)), (DEFLATE, zlib.compress(bytes(5)))],
)
def test_rows_that_are_cut_are_refused(flags, payload):
    with pytest.raises(StorageError, match="not whole rows"):
        decode_points(flags, payload)


def test_a_view_is_decoded_without_being_copied_first():
    flags, payload = encode_points(curve(100), with_epoch=False)
    assert decode_points(flags, memoryview(payload)) == curve(100)
    assert decode_points(0, memoryview(curve(3))) == curve(3)


@given(st.floats(min_value=2**30, max_value=2**31, exclude_max=True))
def test_a_time_of_these_decades_is_rounded_down_to_1024ths_of_a_second(time):
    assert round_time(time) == math.floor(time * 1024) / 1024


@given(st.lists(st.floats(min_value=0, max_value=2**33), min_size=2, max_size=40))
def test_rounded_times_are_no_later_and_in_the_same_order(times):
    rounded = [round_time(time) for time in times]
    assert all(after <= before < after + 0.005 for before, after in zip(times, rounded, strict=True))
    assert [round_time(time) for time in sorted(times)] == sorted(rounded)
    assert [round_time(time) for time in rounded] == rounded


@pytest.mark.parametrize("row", [ROW, ROW_EPOCH])
def test_rounding_leaves_all_but_the_times(row):
    rest = (math.pi,) if row is ROW_EPOCH else ()
    rounded = bytearray().join(row.pack(i, -i, math.e * i, 1.79e9 + i / 7, *rest) for i in range(50))
    round_times(rounded, with_epoch=row is ROW_EPOCH)
    assert [(*point[:3], *point[4:]) for point in row.iter_unpack(rounded)] == [
        (i, -i, math.e * i, *rest) for i in range(50)
    ]
    assert [point[3] for point in row.iter_unpack(rounded)] == [round_time(1.79e9 + i / 7) for i in range(50)]
