"""Ids and params of runs that come from elsewhere."""

import hashlib
import re
from collections.abc import Iterable, Mapping

from ridgeline.core.values import Json, set_path

_FIT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_UNFIT = re.compile(r"[^A-Za-z0-9._-]+")
_HASH_DIGITS = 12
_MOST_ID_CHARS = 80


def stable_id(*words: str) -> str:
    """Return an id for what is named by some words, such as a run and its project: the same for the same words.

    The first word leads, so that a run is found by the id that it had. Words that an id cannot hold are told apart by a hash.
    """
    joined = ".".join(word for word in words if word)
    if _FIT_ID.fullmatch(joined):
        return joined
    plain = _UNFIT.sub("-", joined).strip("-._")[:_MOST_ID_CHARS] or "run"
    digest = hashlib.sha256("\0".join(words).encode(errors="replace")).hexdigest()[:_HASH_DIGITS]
    return f"{plain}-{digest}"


def nest(pairs: Iterable[tuple[str, Json]], separator: str = ".") -> dict[str, Json]:
    """Return params nested by the dots in their keys; a key that stands in another's way keeps its dots."""
    tree: dict[str, Json] = {}
    for key, value in sorted(pairs, key=lambda pair: pair[0]):
        path = key.split(separator) if all(key.split(separator)) else [key]
        set_path(tree, [key] if _blocked(tree, path) else path, value)
    return tree


def _blocked(tree: Mapping[str, Json], path: list[str]) -> bool:
    node: Json = dict(tree)
    for key in path[:-1]:
        if not isinstance(node, dict) or key not in node:
            return not isinstance(node, dict)
        node = node[key]
    return not isinstance(node, dict) or path[-1] in node


def plain_values(value: object) -> Json:
    """Return a value as JSON holds it: what is no number, text, bool, list or dict becomes its text."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Mapping):
        return {str(key): plain_values(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain_values(item) for item in value]
    return str(value)
