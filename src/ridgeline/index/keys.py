"""The key of a chunk and of an axis: one integer, so that one metric of all runs is one stretch of the table.

20 bits of mid allow a million metrics, 27 bits of rid 134 million runs, 16 bits of seq 268 million points a series.
"""

from typing import Final

_SEQ_BITS: Final = 16
_MID_SHIFT: Final = 43
MAX_SEQ: Final = (1 << _SEQ_BITS) - 1
_RUN_AND_SEQ: Final = (1 << _MID_SHIFT) - 1


def key_of(mid: int, rid: int = 0, seq: int = 0) -> int:
    """Return the key of a chunk."""
    return mid << _MID_SHIFT | rid << _SEQ_BITS | seq


def mid_of(key: int) -> int:
    return key >> _MID_SHIFT


def rid_of(key: int) -> int:
    return (key & _RUN_AND_SEQ) >> _SEQ_BITS


def with_mid(key: int, mid: int) -> int:
    """Return the key of the same run and seq with another metric."""
    return mid << _MID_SHIFT | key & _RUN_AND_SEQ
