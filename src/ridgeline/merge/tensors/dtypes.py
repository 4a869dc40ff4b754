"""Types of tensors by the names that safetensors gives them."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np

from ridgeline.core.errors import InputError, did_you_mean


@dataclass(frozen=True, slots=True)
class DType:
    """What a tensor's items are."""

    name: str
    item_bytes: int
    kind: Literal["float", "float8", "exact"]
    """`float` merges; the others are copied from one model."""
    torch_name: str

    @property
    def raw(self) -> np.dtype[np.generic]:
        """Return the NumPy type that holds the items; bfloat16, which NumPy lacks, as its 16 bits."""
        return _raw(self.name, self.item_bytes)


@cache
def _raw(name: str, item_bytes: int) -> np.dtype[np.generic]:
    return np.dtype(_RAW.get(name, f"<u{item_bytes}"))


_RAW = {"F64": "<f8", "F32": "<f4", "F16": "<f2"}
_ALL = (
    DType("F64", 8, "float", "float64"),
    DType("F32", 4, "float", "float32"),
    DType("F16", 2, "float", "float16"),
    DType("BF16", 2, "float", "bfloat16"),
    DType("F8_E4M3", 1, "float8", "float8_e4m3fn"),
    DType("F8_E5M2", 1, "float8", "float8_e5m2"),
    DType("F8_E8M0", 1, "float8", "float8_e8m0fnu"),
    DType("I64", 8, "exact", "int64"),
    DType("I32", 4, "exact", "int32"),
    DType("I16", 2, "exact", "int16"),
    DType("I8", 1, "exact", "int8"),
    DType("U64", 8, "exact", "uint64"),
    DType("U32", 4, "exact", "uint32"),
    DType("U16", 2, "exact", "uint16"),
    DType("U8", 1, "exact", "uint8"),
    DType("BOOL", 1, "exact", "bool"),
    DType("C64", 8, "exact", "complex64"),
)
DTYPES = {one.name: one for one in _ALL}
_BY_TORCH_NAME = {one.torch_name: one for one in _ALL if one.kind == "float"} | {
    "half": DTYPES["F16"],
    "float": DTYPES["F32"],
    "double": DTYPES["F64"],
}


def float_dtype(name: str) -> DType:
    """Return the type that a recipe calls `bfloat16`, `float16`, `float32` or `float64`.

    Raises:
        InputError: it is none of them.
    """
    found = _BY_TORCH_NAME.get(name.removeprefix("torch."))
    if found is None:
        raise InputError(
            f"No dtype {name!r} to write; it is one of {', '.join(_BY_TORCH_NAME)}.{did_you_mean(name, _BY_TORCH_NAME)}",
            "merge-dtype",
        )
    return found
