import struct
import zlib

from hypothesis import given
from hypothesis import strategies as st

from ridgeline.sync.wandb.datastore import scan

HEAD = b":W&B\xe1\xbe\x00"
BLOCK = 1 << 15


def written(records):
    """Write records as LevelDB's log does: the slow, obvious version."""
    out = bytearray(HEAD)
    for record in records:
        rest, first = record, True
        while True:
            left = BLOCK - len(out) % BLOCK
            if left < 7:
                out += bytes(left)
                continue
            piece, rest = rest[: left - 7], rest[left - 7 :]
            kind = {(True, True): 1, (True, False): 2, (False, False): 3, (False, True): 4}[first, not rest]
            out += struct.pack("<IHB", zlib.crc32(bytes([kind]) + piece), len(piece), kind) + piece
            first = False
            if not rest:
                break
    return bytes(out)


@given(st.lists(st.integers(0, 80_000), max_size=8), st.floats(0, 1))
def test_what_is_cut_at_any_byte_is_read_on_from_there(sizes, share):
    records = [bytes([number]) * size for number, size in enumerate(sizes)]
    data = written(records)
    first = scan(data[: int(len(data) * share)])
    rest = scan(data, first.next_offset)
    assert first.records + rest.records == records
    assert (first.damaged, rest.damaged) == (0, 0)


def test_damage_costs_the_records_of_its_block():
    records = [bytes([number]) * 5000 for number in range(40)]
    data = bytearray(written(records))
    data[BLOCK + 100] ^= 1
    found = scan(bytes(data))
    assert found.damaged == 1
    assert 30 < len(found.records) < 40
    assert all(record in records for record in found.records)
