"""The framing of TensorBoard's event files: u64 size | masked CRC-32C of the size | data | masked CRC-32C of the data.

Records of one size are framed together: a record costs half a microsecond so, and several one by one.
"""

import numpy as np
from numpy.typing import NDArray

from ridgeline.sync.crc32c import masked_crcs


def framed(rows: NDArray[np.uint8]) -> bytes:
    """Return the rows of an n × size array as records."""
    n, size = rows.shape
    record = np.empty((n, 8 + 4 + size + 4), np.uint8)
    record[:, :8] = np.frombuffer(size.to_bytes(8, "little"), np.uint8)
    record[:, 8:12] = _crcs(record[:1, :8])
    record[:, 12:-4] = rows
    record[:, -4:] = _crcs(rows)
    return record.tobytes()


def framed_one(data: bytes) -> bytes:
    """Return one record."""
    return framed(np.frombuffer(data, np.uint8).reshape(1, -1))


def _crcs(rows: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the bytes of the masked CRC-32C of each row of an n × size array, [n, 4]."""
    n, size = rows.shape
    crcs = masked_crcs(
        np.ascontiguousarray(rows).ravel(), size * np.arange(n, dtype=np.int64), np.full(n, size, np.int64)
    )
    return crcs.astype("<u4").view(np.uint8).reshape(n, 4)
