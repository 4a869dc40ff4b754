"""Params as users give them: turned into JSON values at the call, or refused there with their key and type."""

import math
import os
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from enum import Enum
from types import SimpleNamespace
from typing import Any, NoReturn

from ridgeline.core.errors import InputError, NotFoundError, did_you_mean
from ridgeline.core.values import Json, flatten, join_path, split_path

# A param describes a run; more than this is data, and belongs into an artifact.
_MAX_ARRAY_ITEMS = 4096


class ParamDict(dict[str, Json]):
    """A subtree of the params, to read. Writing goes through the run, so that it is recorded."""

    def _refuse(self, *_args: object, **_kwargs: object) -> NoReturn:
        raise InputError(
            "This dict is a copy of the params; a change to it would not be recorded. Set it on the run:"
            ' run["hparams.lr"] = 3e-5. dict(…) gives a copy of your own.',
            "params-read-only",
        )

    __setitem__ = __delitem__ = __ior__ = _refuse
    update = setdefault = pop = popitem = clear = _refuse

    def __reduce__(self) -> tuple[type[dict[str, Json]], tuple[dict[str, Json]]]:
        return dict, (dict(self),)


def param_path(address: object) -> tuple[str, ...]:
    """Return the path of `hparams.optim.lr`, or raise InputError when it is no address."""
    if not isinstance(address, str) or not address or "" in (path := split_path(address)):
        raise InputError(
            f"A param is addressed by words joined by dots, such as 'hparams.optim.lr', not {address!r}"
            f" ({type(address).__name__}).",
            "param-address",
        )
    return tuple(path)


def look_up(params: dict[str, Json], path: tuple[str, ...]) -> Json:
    """Return the value or subtree at `path`.

    Raises:
        NotFoundError: there is none.
    """
    node: Json = params
    for key in path:
        if not isinstance(node, dict) or key not in node:
            address = join_path(path)
            raise NotFoundError(
                f"The run has no param {address!r}.{did_you_mean(address, flatten(params))}",
                "param-not-found",
            )
        node = node[key]
    return read_only(node)


def read_only(node: Json) -> Json:
    """Return a copy whose dicts refuse to be changed."""
    if isinstance(node, dict):
        return ParamDict({key: read_only(item) for key, item in node.items()})
    return [read_only(item) for item in node] if isinstance(node, list) else node


def to_json(value: Any, path: tuple[str, ...]) -> Json:
    """Return `value` as JSON: dicts, lists, None, bool, int, float and str, all its own.

    Raises:
        InputError: it holds something that is none of these and has no plain form, which says where and what; or itself.
    """
    try:
        return _to_json(value, path)
    except RecursionError:
        raise InputError(
            f"The param {join_path(path)!r} is nested too deeply, or holds itself. Give a tree of values.",
            "param-too-deep",
        ) from None


def _to_json(value: Any, path: tuple[str, ...]) -> Json:
    # Enum first: a member of a str or int Enum is also a str or int.
    if isinstance(value, Enum):
        return _to_json(value.value, path) if isinstance(value.value, str | int | float) else value.name
    if value is None or isinstance(value, bool):
        return value
    for plain in (str, int, float):
        if isinstance(value, plain):
            return plain(value)
    if isinstance(value, Mapping):
        return {_key(key, path): _to_json(item, (*path, str(key))) for key, item in value.items()}
    if isinstance(value, AbstractSet):
        return sorted((_to_json(item, path) for item in value), key=repr)
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray | memoryview):
        return [_to_json(item, (*path, str(i))) for i, item in enumerate(value)]
    return _object_to_json(value, path)


def _object_to_json(value: Any, path: tuple[str, ...]) -> Json:
    kind = type(value)
    fields = getattr(kind, "__dataclass_fields__", None)
    if fields is not None:
        return {
            name: _to_json(getattr(value, name), (*path, name)) for name in fields if hasattr(value, name)
        }
    if isinstance(value, SimpleNamespace) or (kind.__module__, kind.__name__) == ("argparse", "Namespace"):
        return _to_json(vars(value), path)
    if isinstance(value, os.PathLike):
        return os.fsdecode(value)
    if isinstance(value, date):  # and datetime
        return value.isoformat()
    if hasattr(value, "tolist") and hasattr(value, "shape"):
        return _array_to_json(value, path)
    if kind.__module__ in {"decimal", "fractions"}:
        return float(value)
    if kind.__module__ == "torch" and kind.__name__ in {"device", "dtype"}:
        return str(value)
    raise InputError(
        f"The param {join_path(path)!r} is a {kind.__module__}.{kind.__qualname__}, which has no plain form. Give a"
        " number, text, bool, None, list, dict, dataclass, Namespace, Enum or Path, or str() of it.",
        "param-type",
    )


def _array_to_json(array: Any, path: tuple[str, ...]) -> Json:
    if math.prod(array.shape) > _MAX_ARRAY_ITEMS:
        raise InputError(
            f"The param {join_path(path)!r} is an array of shape {tuple(array.shape)}; a param holds at most"
            f" {_MAX_ARRAY_ITEMS} items. Save it to a file and log that with run.log_artifact(path).",
            "param-too-large",
        )
    return _to_json(array.tolist(), path)


def _key(key: object, path: tuple[str, ...]) -> str:
    if isinstance(key, str) and key:
        return str(key)
    if isinstance(key, int) and not isinstance(key, bool):
        return str(key)
    where = join_path(path) if path else "the params"
    raise InputError(
        f"A key in {where!r} is {key!r} ({type(key).__name__}); keys are words or whole numbers.", "param-key"
    )
