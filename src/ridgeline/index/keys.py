"""The key of a chunk and of an axis: one integer, so that one metric of all runs is one stretch of the table.

20 bits of mid allow a million metrics, 25 bits of rid 33 million runs, 15 bits of seq 134 million points a series, 3 bits
of part the 8 rows that a chunk may take; an axis takes one.
"""

from typing import Final

_PART_BITS: Final = 3
_SEQ_BITS: Final = 15
_RID_SHIFT: Final = _PART_BITS + _SEQ_BITS
_MID_SHIFT: Final = 43
MAX_SEQ: Final = (1 << _SEQ_BITS) - 1
MAX_PARTS: Final = 1 << _PART_BITS
_RUN_AND_SEQ: Final = (1 << _MID_SHIFT) - 1


def key_of(mid: int, rid: int = 0, seq: int = 0) -> int:
    """Return the key of a chunk, which is that of its first part; the others follow."""
    return mid << _MID_SHIFT | rid << _RID_SHIFT | seq << _PART_BITS


def mid_of(key: int) -> int:
    return key >> _MID_SHIFT


def rid_of(key: int) -> int:
    return (key & _RUN_AND_SEQ) >> _RID_SHIFT


def seq_of(key: int) -> int:
    return key >> _PART_BITS & MAX_SEQ


def with_mid(key: int, mid: int) -> int:
    """Return the key of the same run and seq with another metric."""
    return mid << _MID_SHIFT | key & _RUN_AND_SEQ
