"""Recovery: a cut gives a prefix, a flipped bit costs one frame, and no wrong frame is ever taken."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ridgeline.log.frame import HEADER_BYTES, encode_frame
from ridgeline.log.points import ROW, encode_points
from ridgeline.log.scan import Gap, scan


def small_log(inner):
    """Return a log of 24 frames with the magic and `inner` inside payloads, and the offsets where they start."""
    payloads = [b"", b"x" * 30, b"RLG1", inner, b"RLG\0RLG1" * 3, bytes(40)] * 4
    frames = [encode_frame(1 + i % 4, 0, i, payload) for i, payload in enumerate(payloads)]
    offsets = [sum(map(len, frames[:i])) for i in range(len(frames) + 1)]
    return b"".join(frames), offsets


def taken(found):
    return [(frame.type, frame.number, bytes(frame.payload), frame.offset) for frame in found.frames]


LOG, OFFSETS = small_log(encode_frame(2, 0, 5, b"inner") + encode_frame(2, 0, 6, b"inner"))
WHOLE = taken(scan(LOG))
# Without whole frames inside: an edit that writes the magic before one makes a frame, as any forger can.
SPLICED, SPLICED_OFFSETS = small_log(b"RLG\0 no frame")
SPLICED_WHOLE = taken(scan(SPLICED))


def test_a_whole_log():
    found = scan(LOG)
    assert len(found.frames) == 24
    assert (found.gaps, found.next_offset, found.next_number, found.torn) == ([], len(LOG), 24, False)


def test_cut_at_every_byte_a_prefix_comes_back_and_no_gap():
    for cut in range(len(LOG) + 1):
        found = scan(LOG[:cut])
        n_whole = max(i for i, offset in enumerate(OFFSETS) if offset <= cut)
        assert taken(found) == WHOLE[:n_whole]
        assert found.gaps == []
        assert (found.next_offset, found.next_number) == (OFFSETS[n_whole], n_whole)
        assert found.torn == (cut != OFFSETS[n_whole])


def test_a_log_that_grows_byte_by_byte_is_read_once():
    frames, offset, number = [], 0, 0
    for size in range(len(LOG) + 1):
        found = scan(memoryview(LOG)[offset:size], base_offset=offset, next_number=number)
        frames += taken(found)
        assert found.gaps == []
        offset, number = found.next_offset, found.next_number
    assert frames == WHOLE


@pytest.mark.parametrize(
    "tail", [b"", b"RLG1", b"\0" * 100, LOG[3:60]], ids=["clean", "magic", "zeros", "torn"]
)
def test_every_bit_flipped_costs_one_frame_and_leaves_a_gap(tail):
    for offset in range(len(LOG)):
        hit = max(i for i, start in enumerate(OFFSETS) if start <= offset)
        for bit in range(8):
            damaged = bytearray(LOG + tail)
            damaged[offset] ^= 1 << bit
            found = scan(bytes(damaged))
            assert taken(found) == WHOLE[:hit] + WHOLE[hit + 1 :]
            if hit < 23:
                assert found.gaps == [Gap(OFFSETS[hit], OFFSETS[hit + 1] - OFFSETS[hit], 1)]
            else:
                assert found.gaps == []
                assert (found.next_offset, found.torn) == (OFFSETS[23], True)


def test_damage_in_the_last_frame_is_a_gap_once_another_follows():
    damaged = LOG[:-1] + bytes([LOG[-1] ^ 1])
    before = scan(damaged)
    after = scan(damaged + encode_frame(1, 0, 24, b"next"))
    assert before.torn
    assert before.gaps == []
    assert after.gaps == [Gap(OFFSETS[23], OFFSETS[24] - OFFSETS[23], 1)]
    assert after.frames[-1].number == 24


@settings(max_examples=300)
@given(
    start=st.integers(0, len(SPLICED)),
    size=st.integers(0, 300),
    put=st.binary(max_size=60) | st.just(b"RLG1") | st.sampled_from([SPLICED[:50], SPLICED[40:140]]),
)
def test_whatever_replaces_a_stretch_no_wrong_frame_is_taken(start, size, put):
    found = scan(SPLICED[:start] + put + SPLICED[start + size :])
    numbers = [frame.number for frame in found.frames]
    assert numbers == sorted(set(numbers))
    true = {number: (kind, payload) for kind, number, payload, _ in SPLICED_WHOLE}
    assert all((frame.type, bytes(frame.payload)) == true[frame.number] for frame in found.frames)


@settings(max_examples=300)
@given(start=st.integers(0, len(SPLICED)), size=st.integers(0, 300), put=st.binary(max_size=60))
def test_frames_outside_a_damaged_stretch_are_all_taken(start, size, put):
    found = scan(SPLICED[:start] + put + SPLICED[start + size :])
    outside = {i for i in range(24) if SPLICED_OFFSETS[i + 1] <= start or SPLICED_OFFSETS[i] >= start + size}
    assert outside <= {frame.number for frame in found.frames}


@given(st.binary(max_size=300))
def test_noise_is_no_log_and_no_error(noise):
    found = scan(noise)
    assert found.frames == []
    assert found.torn == bool(noise)


def test_gap_counts_the_frames_that_are_missing():
    log = b"".join(encode_frame(1, 0, number, b"x") for number in (0, 1, 5, 6))
    size = HEADER_BYTES + 1
    assert scan(log).gaps == [Gap(2 * size, 0, 3)]
    assert scan(log, next_number=0).next_number == 7


def test_a_log_is_taken_up_where_it_was_left():
    found = scan(LOG[OFFSETS[10] :], base_offset=OFFSETS[10], next_number=10)
    assert taken(found) == WHOLE[10:]
    assert found.gaps == []


def test_payloads_are_views_of_the_data():
    data = encode_frame(1, 0, 0, b"payload")
    assert scan(data).frames[0].payload.obj is data


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_damage_is_passed_over_in_any_kind_of_buffer(kind):
    damaged = LOG[:30] + b"\xff" + LOG[31:]
    assert taken(scan(kind(damaged))) == WHOLE[:1] + WHOLE[2:]


def test_scanning_is_fast():
    rows = b"".join(ROW.pack(1, i, i / 7, 1e9 + i) for i in range(1000))
    flags, payload = encode_points(rows, with_epoch=False)
    log = b"".join(encode_frame(2, flags, number, payload) for number in range(20000))
    best = min(timed(log) for _ in range(5))
    assert len(log) / best > 200e6  # bytes a second; 1.5 GB/s on an idle core


def timed(log):
    started = time.process_time()
    assert len(scan(log).frames) == 20000
    return time.process_time() - started
