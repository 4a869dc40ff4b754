import struct

import numpy as np

from ridgeline.sync.export.tfrecord import framed, framed_one


def crc32c(data):
    """CRC-32C bit by bit."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def masked(crc):
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF


def test_records_of_one_size_are_framed_as_each_alone():
    rows = np.random.default_rng(0).integers(0, 256, (50, 17), np.uint8)
    together = framed(rows)
    assert together == b"".join(framed_one(row.tobytes()) for row in rows)
    size, crc = struct.unpack_from("<QI", together)
    assert (size, crc) == (17, masked(crc32c(struct.pack("<Q", 17))))
    assert struct.unpack_from("<I", together, 12 + 17)[0] == masked(crc32c(rows[0].tobytes()))
