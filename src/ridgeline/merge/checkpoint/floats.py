"""Stored items as float32."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import InputError
from ridgeline.merge.tensors.dtypes import DType


def as_floats(raw: NDArray[Any], dtype: DType) -> NDArray[np.float32]:
    """Return stored items, [n], as float32, in an array of its own.

    Raises:
        InputError: they are no floats.
    """
    if dtype.kind != "float":
        raise InputError(
            f"{dtype.name} values do not merge; only F64, F32, F16 and BF16 do.", "merge-not-floats"
        )
    if dtype.name == "BF16":  # the upper half of a float32
        upper: NDArray[np.uint32] = np.left_shift(raw, 16, dtype=np.uint32)
        return upper.view(np.float32)
    floats: NDArray[np.float32] = raw.astype(np.float32)
    return floats
