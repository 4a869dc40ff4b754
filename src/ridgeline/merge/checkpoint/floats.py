"""Stored items as float32."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import InputError
from ridgeline.merge.kernels.numpy_ops import NumPyOps
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
    out = np.empty(raw.shape, np.float32)
    NumPyOps().widen(raw, dtype, out)
    return out
