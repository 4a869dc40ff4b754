"""Numbers as users pass them to `track`: Python's, NumPy's, and those of frameworks, also on a GPU."""

import math
import sys
from typing import Any, Literal, NamedTuple, TypeAlias

from ridgeline.core.errors import InputError

NumberKind: TypeAlias = Literal["float", "int", "bool"]

# A series of the left kind can take values of the kinds to its left without losing what they are.
WIDTH: dict[str, int] = {"bool": 0, "int": 1, "float": 2}

_PLAIN: dict[type, NumberKind] = {float: "float", int: "int", bool: "bool"}
# The types whose every value is one number that is at hand: Python's, and NumPy's once they have been met.
SCALAR_KINDS: dict[type, NumberKind] = dict(_PLAIN)
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
    kind = _PLAIN.get(type(value))
    if kind is not None:
        return Number(kind, _as_float(value, name))
    shape = getattr(value, "shape", None)
    if shape is not None and hasattr(value, "dtype"):
        if math.prod(shape) != 1:
            raise _wrong_value(
                value, name, f"an array of shape {tuple(shape)}; track one number, such as its mean"
            )
        if _is_on_device(value):
            return Number(_kind_of_dtype(value), DeviceScalar(value))
        item = value.item()
        kind = _PLAIN.get(type(item), "float")
        number = _as_float(item, name)
        if type(value).__module__ == "numpy" and not hasattr(
            value, "__setitem__"
        ):  # a scalar, not an array of one
            SCALAR_KINDS[type(value)] = kind
        return Number(kind, number)
    return Number(
        _PLAIN.get(next((base for base in _PLAIN if isinstance(value, base)), float), "float"),
        _as_float(value, name),
    )


def _as_float(value: Any, name: str) -> float:
    if not hasattr(value, "__float__"):
        hint = (
            "wrap words in ridgeline.Text(…)"
            if isinstance(value, str)
            else "track takes a number (anything with __float__), a dict of numbers, or a ridgeline.Text, Image, Audio,"
            " Figure or Distribution"
        )
        raise _wrong_value(value, name, hint)
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise _wrong_value(value, name, f"it cannot become a 64-bit float ({error})") from error


def _wrong_value(value: object, name: str, hint: str) -> InputError:
    shown = repr(value)
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
