"""Parameters of a request, from its JSON or its address, each taken out as the type that it must have.

MLflow's clients write Protocol Buffers as JSON: a field that is not set is left out, 64-bit integers may be texts, and so are
`NaN`, `Infinity` and `-Infinity`. A field may go by its name in snake case or in camel case.
"""

import json
import math
import re
from collections.abc import Mapping

from ridgeline.core.values import Json
from ridgeline.server.mlflow.errors import MlflowError, missing

_NON_FINITE = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
_MAX_INT = 1 << 63


class Fields:
    """The fields of a message; `path` leads to it within the request."""

    def __init__(self, values: Mapping[str, Json], path: str = "", *, of_address: bool = False) -> None:
        self._values = values
        self._path = path
        self._of_address = of_address  # where a list of one looks like a single value

    def __contains__(self, name: str) -> bool:
        return self._get(name) is not None

    def text(self, name: str, default: str = "") -> str:
        """Return a text; `default` when it is not set."""
        value = self._get(name)
        if value is None:
            return default
        if not isinstance(value, str):
            raise self._wrong(name, value)
        return value

    def text_or_none(self, name: str) -> str | None:
        """Return a text; None when it is not set."""
        return self.text(name) if name in self else None

    def required(self, name: str) -> str:
        """Return a text that has to be there."""
        text = self.text(name)
        if not text:
            raise missing(self._path + name)
        return text

    def integer(self, name: str, default: int = 0) -> int:
        """Return a 64-bit integer; `default` when it is not set."""
        value = self._get(name)
        return default if value is None else self._integer(name, value)

    def integer_or_none(self, name: str) -> int | None:
        """Return a 64-bit integer; None when it is not set."""
        return self.integer(name) if name in self else None

    def required_integer(self, name: str) -> int:
        """Return a 64-bit integer that has to be there."""
        value = self._get(name)
        if value is None or value == "":
            raise missing(self._path + name)
        return self._integer(name, value)

    def required_number(self, name: str) -> float:
        """Return a number that has to be there."""
        value = self._get(name)
        if value is None or value == "":
            raise missing(self._path + name)
        if isinstance(value, str):
            if value in _NON_FINITE:
                return _NON_FINITE[value]
            try:
                return float(value)
            except ValueError:
                raise self._wrong(name, value) from None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._wrong(name, value)
        return float(value)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return true or false."""
        value = self._get(name)
        if value is None:
            return default
        if isinstance(value, str) and value.lower() in ("true", "false"):
            return value.lower() == "true"
        if not isinstance(value, bool):
            raise MlflowError(f"Invalid boolean value: {value}, must be 'true' or 'false'.")
        return value

    def texts(self, name: str) -> list[str]:
        """Return a list of texts; an empty one when it is not set."""
        items = self._list(name)
        found = [item for item in items if isinstance(item, str)]
        if len(found) != len(items):
            raise self._wrong(name, list(items))
        return found

    def items(self, name: str) -> list["Fields"]:
        """Return a list of messages; an empty one when it is not set."""
        items = self._list(name)
        found = [
            Fields(item, f"{self._path}{name}[{at}].")
            for at, item in enumerate(items)
            if isinstance(item, dict)
        ]
        if len(found) != len(items):
            raise self._wrong(name, list(items))
        return found

    def raw_items(self, name: str) -> list[dict[str, Json]]:
        """Return a list of messages as they came, for those of which there are many."""
        items = self._list(name)
        found = [item for item in items if isinstance(item, dict)]
        if len(found) != len(items):
            raise self._wrong(name, list(items))
        return found

    def message(self, name: str) -> "Fields":
        """Return a message; an empty one when it is not set."""
        value = self._get(name)
        if value is None:
            return Fields({}, f"{self._path}{name}.")
        if not isinstance(value, dict):
            raise self._wrong(name, value)
        return Fields(value, f"{self._path}{name}.")

    def choice(self, name: str, names: Mapping[int, str]) -> str | None:
        """Return the value of an enumeration, given by its name or its number; None when it is not set."""
        value = self._get(name)
        if value is None:
            return None
        if isinstance(value, str) and value in names.values():
            return value
        try:
            return names[self._integer(name, value)]
        except KeyError:
            raise self._wrong(name, value) from None

    def _get(self, name: str) -> Json:
        value = self._values.get(name)
        return self._values.get(_camel(name)) if value is None and "_" in name else value

    def _list(self, name: str) -> list[Json]:
        value = self._get(name)
        if value is None:
            return []
        if self._of_address and isinstance(value, str):
            return [value]
        if not isinstance(value, list):
            raise self._wrong(name, value)
        return value

    def _integer(self, name: str, value: Json) -> int:
        try:
            number = int(value) if isinstance(value, str) else value
        except ValueError:
            raise self._wrong(name, value) from None
        if isinstance(number, float) and number.is_integer():
            number = int(number)
        if isinstance(number, bool) or not isinstance(number, int) or not -_MAX_INT <= number < _MAX_INT:
            raise self._wrong(name, value)
        return number

    def _wrong(self, name: str, value: Json) -> MlflowError:
        return MlflowError(
            f"{invalid(self._path + name, value)}  Hint: Value was of type '{type(value).__name__}'. See the API docs for"
            " more information about request parameters."
        )


def invalid(parameter: str, value: Json, why: str = "") -> str:
    """Say that a value cannot be, in MLflow's words."""
    shown = json.dumps(value, sort_keys=True, separators=(",", ":"))[:500]
    return f"Invalid value {shown} for parameter '{parameter}' supplied{': ' + why if why else '.'}"


def _camel(name: str) -> str:
    return re.sub(r"_(\w)", lambda found: found[1].upper(), name)
