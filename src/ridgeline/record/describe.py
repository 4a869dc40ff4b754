"""Whatever a framework keeps as its settings, as params: text stands for what has no plain form."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from ridgeline.core.errors import InputError
from ridgeline.core.values import Json
from ridgeline.record.params import to_json

# A repr beyond this is a dump, not a setting.
_MAX_TEXT_CHARS = 500
# Settings are a few levels deep; what is deeper, or holds itself, is told by its text.
_MAX_DEPTH = 16
# Keys of no words would make an address that nobody can write.
_NO_KEY = "(empty)"


def describe(value: Any, *, depth: int = 0) -> Json:
    """Return `value` as a param, whatever it is.

    What `run[…] = value` takes stays as it is. A class or function becomes its name, an array that is too large its shape,
    any other object its repr, or the name of its class where the repr is an address in memory.
    """
    try:
        return to_json(value, ("value",))
    except InputError:
        pass
    if depth < _MAX_DEPTH and isinstance(value, Mapping):
        return {str(key) or _NO_KEY: describe(item, depth=depth + 1) for key, item in value.items()}
    if (
        depth < _MAX_DEPTH
        and isinstance(value, Sequence | AbstractSet)
        and not isinstance(value, bytes | bytearray)
    ):
        return [describe(item, depth=depth + 1) for item in value]
    return _text(value)


def _text(value: Any) -> str:
    if isinstance(value, type) or (callable(value) and hasattr(value, "__qualname__")):
        return f"{value.__module__}.{value.__qualname__}"
    kind = type(value)
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        return f"{kind.__name__} of shape {tuple(value.shape)}, {value.dtype}"
    shown = repr(value)
    if " at 0x" in shown or len(shown) > _MAX_TEXT_CHARS:
        return f"{kind.__module__}.{kind.__qualname__}"
    return shown
