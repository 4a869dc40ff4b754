"""Arrays as users pass them, without NumPy: whatever has a buffer, tensors of frameworks, and nested lists."""

import math
import sys
from array import array
from collections.abc import Iterator, Sequence
from itertools import chain
from struct import iter_unpack
from typing import Any, Final

from ridgeline.core.errors import InputError
from ridgeline.core.safetensors import ITEM_BYTES, Tensor
from ridgeline.record.values import CONVERSION_ERRORS

# What the buffer protocol calls a type, what safetensors does, and back.
_FLOATS: Final = {"e": "F16", "f": "F32", "d": "F64"}
_SIGNED: Final = {1: "I8", 2: "I16", 4: "I32", 8: "I64"}
_UNSIGNED: Final = {1: "U8", 2: "U16", 4: "U32", 8: "U64"}
CODES: Final = {
    "F16": "e", "F32": "f", "F64": "d", "I8": "b", "I16": "h", "I32": "i", "I64": "q",
    "U8": "B", "U16": "H", "U32": "I", "U64": "Q",
}  # fmt: skip
# The swapped order is the one that the machine has not.
_FOREIGN: Final = ">!" if sys.byteorder == "little" else "<"


def read_array(value: Any, what: str, shape: str, *, whole: bool = False) -> Tensor:
    """Return a copy of an array of numbers, with the type that it has.

    Args:
        value: an array or tensor of NumPy, PyTorch, JAX, TensorFlow, …; a buffer; or (nested) lists. Numbers in lists
            become 64-bit floats, or 64-bit integers where `whole` is asked for. bfloat16 becomes float32.
        what: what the array is, for an error.
        shape: how its axes are called, such as "examples × classes".
        whole: take whole numbers and bools instead of floats.

    Raises:
        InputError: it is no array of such numbers and as many axes, or an axis is empty.
    """
    n_axes = shape.count("×") + 1
    try:
        view = _view(value, n_axes, whole=whole)
    except CONVERSION_ERRORS as error:
        raise _wrong(what, shape, f"a {type(value).__name__} that is none ({error})") from error
    sizes = tuple(view.shape or ())
    if len(sizes) != n_axes or 0 in sizes:
        raise _wrong(what, shape, f"an array of the shape {sizes}")
    kind = view.format.lstrip("@=<")
    dtype = _FLOATS.get(kind) if not whole else _whole_type(kind, view.itemsize)
    if dtype is None or view.format[0] in _FOREIGN:
        raise _wrong(what, shape, f"an array whose items are {_named(value, view)}", whole=whole)
    return Tensor(dtype, sizes, view.tobytes())


def rows_of(tensor: Tensor) -> Iterator[tuple[Any, ...]]:
    """Return the rows of a matrix, or the items of a vector as tuples of one, as Python's numbers."""
    width = tensor.shape[1] if len(tensor.shape) > 1 else 1
    return iter_unpack(f"<{width}{CODES[tensor.dtype]}", tensor.data)


def as_numpy(tensor: Tensor) -> Any:
    """Return a NumPy array that views the bytes, or None where the program has not loaded NumPy."""
    numpy: Any = sys.modules.get("numpy")
    if numpy is None or not hasattr(numpy, "frombuffer"):  # half-way through its own import
        return None
    return numpy.frombuffer(tensor.data, f"<{_numpy_code(tensor.dtype)}").reshape(tensor.shape)


def _numpy_code(dtype: str) -> str:
    return f"{dtype[0].lower()}{ITEM_BYTES[dtype]}"


def _view(value: Any, n_axes: int, *, whole: bool) -> memoryview:
    if hasattr(value, "detach"):  # a tensor of PyTorch: this waits for its device
        value = value.detach().cpu()
        value = (value.float() if "bfloat16" in str(value.dtype) else value).numpy()
    elif hasattr(value, "get") and hasattr(value, "__cuda_array_interface__"):  # CuPy
        value = value.get()
    elif not _has_buffer(value) and hasattr(value, "__array__"):  # JAX, TensorFlow, pandas
        value = value.__array__()
    if "bfloat16" in str(getattr(value, "dtype", "")):
        value = value.astype("float32")
    if _has_buffer(value):
        return memoryview(value)
    return _nested(value, n_axes, whole=whole)


def _has_buffer(value: Any) -> bool:
    try:
        memoryview(value).release()
    except (TypeError, ValueError, BufferError):
        return False
    return True


def _nested(value: Any, n_axes: int, *, whole: bool) -> memoryview:
    """Copy lists of lists of numbers; each row is as long as the first."""
    if isinstance(value, str | bytes) or not isinstance(value, Sequence):
        raise TypeError("give an array, or a list of numbers or rows")
    rows = [_row(row) for row in value] if n_axes == 2 else [_row(value)]
    lengths = {len(row) for row in rows}
    if len(lengths) > 1:
        raise ValueError(f"its rows have {min(lengths)} to {max(lengths)} numbers")
    if n_axes == 1 and rows[0] and isinstance(rows[0][0], Sequence):
        raise TypeError("its items are lists")
    if whole and not all(float(item).is_integer() for row in rows for item in row):
        raise ValueError("its items are no whole numbers")
    numbers = (
        array("q", map(int, chain.from_iterable(rows)))
        if whole
        else array("d", map(float, chain.from_iterable(rows)))
    )
    shape = (len(rows), len(rows[0])) if n_axes == 2 and rows else (len(numbers),)
    if 0 in shape:
        raise ValueError("it is empty")
    items: Any = memoryview(numbers).cast("B")
    shaped: memoryview = items.cast(numbers.typecode, shape)
    return shaped


def _row(row: Any) -> Sequence[Any]:
    listed = row.tolist() if hasattr(row, "tolist") else row
    if isinstance(listed, str | bytes) or not isinstance(listed, Sequence):
        raise TypeError(f"a row is a {type(row).__name__}")
    return listed


def _whole_type(kind: str, itemsize: int) -> str | None:
    if kind == "?":
        return "U8"
    if kind in "bhilqn":
        return _SIGNED.get(itemsize)
    return _UNSIGNED.get(itemsize) if kind in "BHILQN" else None


def _named(value: Any, view: memoryview) -> str:
    return str(getattr(value, "dtype", view.format))


def _wrong(what: str, shape: str, found: str, *, whole: bool = False) -> InputError:
    kind = "whole numbers" if whole else "floats of 16, 32 or 64 bits"
    return InputError(
        f"The {what} of log_predictions are {kind} as {shape}, one or more of each, and not {found}.",
        "predictions-array",
    )


def sums_of_rows(tensor: Tensor) -> tuple[float, float, int]:
    """Return the least item, the sum that is farthest from 1, and its row; NaN anywhere makes the sum NaN."""
    matrix = as_numpy(tensor)
    if matrix is not None:
        sums = matrix.sum(axis=1, dtype="float64")
        off = abs(sums - 1)
        at = int(off.argmax())  # NaN counts as the largest
        return float(matrix.min()), float(sums[at]), at
    least, worst, at = math.inf, 1.0, 0
    for number, row in enumerate(rows_of(tensor)):
        total = math.fsum(row) if all(map(math.isfinite, row)) else math.nan
        if math.isnan(total):
            return math.nan, total, number
        least = min(least, *row)
        if abs(total - 1) > abs(worst - 1):
            worst, at = total, number
    return least, worst, at


def is_finite(tensor: Tensor) -> bool:
    """Say whether no item is NaN or infinite."""
    numbers = as_numpy(tensor)
    if numbers is None:
        return all(math.isfinite(item) for row in rows_of(tensor) for item in row)
    return bool(abs(numbers).max() < math.inf)


def ends_of(tensor: Tensor) -> tuple[int, int]:
    """Return the least and the largest item of whole numbers."""
    items = [item for (item,) in rows_of(tensor)]
    return min(items), max(items)
