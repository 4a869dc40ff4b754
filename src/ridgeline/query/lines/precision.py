"""Whether values may be sent as float32: half the bytes, and mostly nobody can see the difference."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ridgeline.query.lines.curves import Floats, Ints

_FLOAT32: Final = np.finfo(np.float32)
# Rounding may move a point by so much of the range of its line: a sixteenth of a pixel of a chart of a thousand.
_SEEN_OF_RANGE: Final = 2.0**-14
# Beyond, every float64 is a whole number.
_WHOLE: Final = 2.0**53


def shows_in_float32(values: Floats, offsets: Ints) -> bool:
    """Tell whether lines look the same, and whole numbers are the same, when their values are rounded to float32.

    Args:
        values: Of all lines, NaN where one has none.
        offsets: Line i stands at offsets[i]:offsets[i + 1].
    """
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        error = np.abs(values - values.astype(np.float32))
        if not np.any(error > 0):  # what becomes infinite is off by infinity
            return True
        size = np.abs(values)
        if np.any((error > 0) & ((size > _FLOAT32.max) | (size < _FLOAT32.tiny))):
            return False
        if np.any((error > 0) & (size < _WHOLE) & (values == np.rint(values))):
            return False
        starts = offsets[:-1][np.diff(offsets) > 0]
        spread = np.fmax.reduceat(values, starts) - np.fmin.reduceat(values, starts)
        worst = np.fmax.reduceat(error, starts)
        return not bool(np.any((worst > _SEEN_OF_RANGE * spread) & (spread > 0)))


def finite(values: Floats) -> Floats:
    """Return values with what is infinite at the end of the range, since an infinite point can not be drawn."""
    largest = np.finfo(np.float64).max
    return np.clip(values, -largest, largest)


def to_float32(values: Floats) -> NDArray[np.float32]:
    """Return values as float32, what is beyond its range at its end."""
    return np.clip(values, -float(_FLOAT32.max), float(_FLOAT32.max)).astype(np.float32)
