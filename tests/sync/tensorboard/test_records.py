import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ridgeline.sync.crc32c import masked_crcs
from ridgeline.sync.tensorboard.records import find_records


def crc(data):
    return masked_crcs(np.frombuffer(data, np.uint8), np.array([0]), np.array([len(data)])).tobytes()


def record(payload):
    head = struct.pack("<Q", len(payload))
    return head + crc(head) + payload + crc(payload)


def payloads(data):
    found = find_records(data)
    return [data[a : a + n] for a, n in zip(found.starts, found.lengths, strict=True)], found


WHOLE = [b"first", b"", b"x" * 700, b"last one"]


@pytest.mark.parametrize("cut", range(sum(len(record(one)) for one in WHOLE[:2]) + 1))
def test_what_is_whole_is_found_wherever_a_file_ends(cut):
    data = b"".join(map(record, WHOLE[:2]))[:cut]
    ends = np.cumsum([len(record(one)) for one in WHOLE[:2]])
    n_whole = int((ends <= cut).sum())
    found, records = payloads(data)
    assert found == WHOLE[:n_whole]
    assert records.end == (0, *ends.tolist())[n_whole]
    assert records.n_damaged == 0


def test_damage_costs_the_record_it_hit():
    data = bytearray(b"".join(map(record, WHOLE)))
    data[12 + 2] ^= 1
    found, records = payloads(bytes(data))
    assert found == WHOLE[1:]
    assert (records.end, records.n_damaged) == (len(data), 1)


def test_a_damaged_length_is_passed_over_to_the_next_head():
    first, *others = map(record, WHOLE)
    data = b"\xff" * 8 + first[8:] + b"".join(others)
    found, records = payloads(data)
    assert found == WHOLE[1:]
    assert (records.end, records.n_damaged) == (len(data), 1)


def test_zeros_at_the_end_are_waited_for():
    found, records = payloads(record(b"a") + bytes(500))
    assert found == [b"a"]
    assert records.end == len(record(b"a"))


@given(st.binary(max_size=300))
def test_any_bytes_are_read_without_an_error(data):
    found, records = payloads(data)
    assert len(found) == 0
    assert records.end <= len(data)
