r"""Values that params, contexts and events hold: JSON, plus NaN and ±Inf written as JSON.

A param has a path, a list of keys. Its address is the path written with dots: `hparams.optim.lr`. A dot or backslash
inside a key is escaped with a backslash, so that every path has one address and every address one path:
`["layers", "conv1.weight"]` is `layers.conv1\.weight`.
"""

import math
import re
from collections.abc import Iterator, Sequence
from typing import TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

_FLOAT_KEY = "$float"
_NON_FINITE = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}
# A user's own {"$float": …} gets one more '$', so that it comes back as it was.
_ESCAPED_KEY = re.compile(r"\$+float")


def encodable(text: str) -> str:
    """Return text that UTF-8 can hold: lone surrogates, as in the name of a file that is not UTF-8, become '?'."""
    return text if text.isascii() else text.encode(errors="replace").decode()


def join_path(path: Sequence[str]) -> str:
    """Return the address of a path of one or more keys."""
    if not path:
        raise ValueError("an address has at least one key")
    return ".".join([key.replace("\\", "\\\\").replace(".", "\\.") for key in path])


def split_path(address: str) -> list[str]:
    """Return the path of an address: the inverse of join_path.

    A backslash before any other character, or at the end, stands for itself.
    """
    if "\\" not in address:
        return address.split(".")
    keys: list[str] = [""]
    chars = iter(re.findall(r"\\[.\\]|.", address, re.DOTALL))
    for char in chars:
        if char == ".":
            keys.append("")
        else:
            keys[-1] += char[1:] if len(char) > 1 else char
    return keys


def flatten(params: dict[str, Json]) -> dict[str, Json]:
    """Return nested params as address → leaf, in their order.

    A leaf is anything but a dict with keys in it; an empty dict is a leaf, so that unflatten gives back what was there.
    """
    return dict(_leaves(params, ""))


def _leaves(node: dict[str, Json], prefix: str) -> Iterator[tuple[str, Json]]:
    for key, value in node.items():
        address = prefix + (
            key.replace("\\", "\\\\").replace(".", "\\.") if "." in key or "\\" in key else key
        )
        if isinstance(value, dict) and value:
            yield from _leaves(value, address + ".")
        else:
            yield address, value


def unflatten(leaves: dict[str, Json]) -> dict[str, Json]:
    """Return address → leaf as nested params: the inverse of flatten."""
    params: dict[str, Json] = {}
    for address, value in leaves.items():
        set_path(params, split_path(address), value)
    return params


def set_path(params: dict[str, Json], path: Sequence[str], value: Json) -> None:
    """Set the subtree at `path` in place. A scalar on the way becomes a dict; a dict at the end is replaced, not merged."""
    node = params
    for key in path[:-1]:
        child = node.get(key)
        if not isinstance(child, dict):
            child = node[key] = {}
        node = child
    node[path[-1]] = value


def delete_path(params: dict[str, Json], path: Sequence[str]) -> None:
    """Remove the subtree at `path` in place; a path that is not there is left so. Emptied parents stay, as in Python."""
    node = params
    for key in path[:-1]:
        child = node.get(key)
        if not isinstance(child, dict):
            return
        node = child
    node.pop(path[-1], None)


def copy_tree(value: Json) -> Json:
    """Return a copy whose dicts and lists are its own."""
    if isinstance(value, dict):
        return {key: copy_tree(item) for key, item in value.items()}
    if isinstance(value, list):
        return [copy_tree(item) for item in value]
    return value


def strict_json(value: Json) -> Json:
    """Return the value with NaN and ±Inf, which strict JSON does not have, as the texts `nan`, `inf` and `-inf`."""
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, dict):
        return {key: strict_json(item) for key, item in value.items()}
    return [strict_json(item) for item in value] if isinstance(value, list) else value


def encode_floats(value: Json) -> Json:
    """Return the value with NaN and ±Inf as `{"$float": "nan" | "inf" | "-inf"}`, which strict JSON can hold."""
    if isinstance(value, float):
        return value if math.isfinite(value) else {_FLOAT_KEY: repr(float(value))}
    if isinstance(value, dict):
        if len(value) == 1 and _ESCAPED_KEY.fullmatch(next(iter(value))):
            return {"$" + key: encode_floats(item) for key, item in value.items()}
        return {key: encode_floats(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [encode_floats(item) for item in value]
    return value


def decode_floats(value: Json) -> Json:
    """Return the value with `{"$float": …}` as floats: the inverse of encode_floats."""
    if isinstance(value, dict):
        if len(value) == 1:
            key, item = next(iter(value.items()))
            if key == _FLOAT_KEY and isinstance(item, str) and item in _NON_FINITE:
                return _NON_FINITE[item]
            if key != _FLOAT_KEY and _ESCAPED_KEY.fullmatch(key):
                return {key[1:]: decode_floats(item)}
        return {key: decode_floats(item) for key, item in value.items()}
    if isinstance(value, list):
        return [decode_floats(item) for item in value]
    return value
