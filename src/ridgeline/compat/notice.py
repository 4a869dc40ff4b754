"""What a shim says of what it does not do."""

import warnings
from typing import NoReturn

from ridgeline.core.errors import InputError

_said: set[str] = set()


class CompatWarning(UserWarning):
    """A call of another tracker's does nothing here, and need not."""


def say_once(text: str) -> None:
    """Warn once per process."""
    if text not in _said:
        _said.add(text)
        warnings.warn(text, CompatWarning, stacklevel=3)


def refuse(call: str, instead: str) -> NoReturn:
    """Refuse a call, and name the way to do it here.

    Raises:
        InputError: always.
    """
    raise InputError(f"{call} is not done here. {instead}", "compat-not-done")
