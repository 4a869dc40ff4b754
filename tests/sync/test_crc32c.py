import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ridgeline.sync.crc32c import masked_crcs


def bit_by_bit(data):
    """RFC 3720, appendix B.4, as it is written."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def masked(crc):
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def crcs_of(strings):
    data = np.frombuffer(b"".join(strings), np.uint8)
    lengths = np.array([len(one) for one in strings], np.int64)
    return masked_crcs(data, np.cumsum(lengths) - lengths, lengths).tolist()


def test_the_examples_of_the_rfc():
    examples = {
        bytes(32): 0x8A9136AA, b"\xff" * 32: 0x62A8AB43, bytes(range(32)): 0x46DD794E, bytes(range(31, -1, -1)): 0x113FDB5C,
        b"123456789": 0xE3069283, b"": 0,
    }  # fmt: skip
    assert crcs_of(list(examples)) == [masked(crc) for crc in examples.values()]


@given(st.lists(st.binary(max_size=1500), max_size=8))
def test_strings_of_any_length_side_by_side(strings):
    assert crcs_of(strings) == [masked(bit_by_bit(one)) for one in strings]
