"""Numbers as users pass them to `track`: Python's, NumPy's, and those of frameworks, also on a GPU."""

import math
import sys
from typing import Any, Literal, NamedTuple, TypeAlias

from ridgeline.core.errors import InputError

NumberKind: TypeAlias = Literal["float", "int", "bool"]

# A series of the left kind can take values of the kinds to its left without losing what they are.
WIDTH: dict[str, int] = {"bool": 0, "int": 1, "float": 2}

# The types whose every value is one number that is at hand: Python's, and NumPy's once they have been met.
SCALAR_KINDS: dict[type, NumberKind] = {float: "float", int: "int", bool: "bool"}
# What a conversion that is not ours may raise; what it stands for is the caller's mistake, named with the metric.
CONVERSION_ERRORS = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
# Arrays of these packages never change once made, so holding one is holding its value.
_IMMUTABLE_PACKAGES = frozenset({"jax", "jaxlib", "tensorflow"})


class DeviceScalar:
    """A number that is still being computed on an accelerator: kept as it is now, read later on the writer thread.

    Copying it on the device queues work there and returns; asking for its value would make the caller wait.
    """

    __slots__ = ("_copy", "_event")

    def __init__(self, tensor: Any) -> None:
        if hasattr(tensor, "detach"):
            self._copy = tensor.detach().clone()
        else:
            self._copy = tensor if _package(tensor) in _IMMUTABLE_PACKAGES else tensor.copy()
        self._event = _completion(tensor)

    def is_ready(self) -> bool:
        """Say whether `read` would return at once."""
        if self._event is not None:
            return bool(self._event.query())
        is_ready = getattr(self._copy, "is_ready", None)
        return bool(is_ready()) if callable(is_ready) else True

    def read(self) -> float:
        """Return the value, waiting for the device where it must."""
        if self._event is not None:
            self._event.synchronize()
        return float(self._copy)


class Number(NamedTuple):
    """A value to track: what kind its series is, and the number or where it will be."""

    kind: NumberKind
    value: float | DeviceScalar


def read_number(value: Any, name: str) -> Number:
    """Return what `value` is as a point of the metric `name`.

    Raises:
        InputError: it is not one number.
    """
    if type(value) is float:
        return Number("float", value)
    if hasattr(value, "dtype") and hasattr(value, "shape"):
        return _read_array(value, name)
    if not hasattr(value, "__float__") or isinstance(value, type):
        raise _no_number(value, name)
    return Number(_kind_of(value), _as_float(value, value, name))


def _read_array(value: Any, name: str) -> Number:
    if math.prod(value.shape) != 1:
        hint = f"it is an array of shape {tuple(value.shape)}; track one number, such as its mean"
        raise _wrong_value(value, name, hint)
    if _is_on_device(value):
        return Number(_kind_of_dtype(value), DeviceScalar(value))
    if _package(value) == "numpy" and getattr(value, "mask", False):  # numpy.ma.masked would read as 0
        raise _wrong_value(value, name, "it is masked, so it has no value")
    try:
        item = value.item()
    except CONVERSION_ERRORS as error:  # a tensor on the device "meta", say, which has a shape and no values
        raise _wrong_value(value, name, f"its value cannot be read ({error})") from error
    if not hasattr(item, "__float__"):  # complex numbers and dates, whose NumPy scalars do have it
        raise _no_number(value, name)
    number = Number(_kind_of(item), _as_float(item, value, name))
    if _package(value) == "numpy" and not hasattr(value, "__setitem__"):  # a scalar, not an array of one
        SCALAR_KINDS[type(value)] = number.kind
    return number


def _kind_of(value: object) -> NumberKind:
    return "bool" if isinstance(value, bool) else "int" if isinstance(value, int) else "float"


def _as_float(number: Any, value: object, name: str) -> float:
    try:
        return float(number)
    except CONVERSION_ERRORS as error:
        raise _wrong_value(value, name, f"it cannot become a 64-bit float ({error})") from error


def _no_number(value: object, name: str) -> InputError:
    if isinstance(value, str):
        return _wrong_value(value, name, "wrap words in ridgeline.Text(…)")
    hint = (
        "track takes a number (anything with __float__), a dict of numbers, or a ridgeline.Text, Image, Audio, Figure,"
        " Distribution or Table, or a list of those"
    )
    return _wrong_value(value, name, hint)


def _wrong_value(value: object, name: str, hint: str) -> InputError:
    try:
        shown = repr(value)
    except CONVERSION_ERRORS:
        shown = "whose repr fails"
    shown = shown if len(shown) <= 60 else shown[:57] + "…"
    return InputError(
        f"Metric {name!r} cannot take the {type(value).__name__} {shown}: {hint}.", "value-type"
    )


def _package(value: object) -> str:
    return type(value).__module__.partition(".")[0]


def _is_on_device(array: Any) -> bool:
    """Say whether reading the array could wait for an accelerator, or for work that was queued."""
    if _package(array) in _IMMUTABLE_PACKAGES or _package(array) == "cupy":
        return True
    device_type = getattr(getattr(array, "device", None), "type", "cpu")  # torch.device; a str in NumPy 2
    return bool(getattr(array, "is_cuda", False)) or device_type not in {"cpu", "meta"}


def _kind_of_dtype(array: Any) -> NumberKind:
    dtype = str(array.dtype)
    if "bool" in dtype:
        return "bool"
    return "int" if "int" in dtype else "float"


def _completion(tensor: Any) -> Any:
    """Return an event that the device passes once the work queued so far is done, or None where there is no such thing.

    The writer thread has a stream of its own, which does not wait for the caller's without it.
    """
    torch = sys.modules.get("torch")
    backend = getattr(torch, getattr(getattr(tensor, "device", None), "type", ""), None)
    if backend is None or not hasattr(backend, "current_stream"):
        return None
    return backend.current_stream(tensor.device).record_event()
