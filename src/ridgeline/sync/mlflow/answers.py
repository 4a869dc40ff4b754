"""What stands in the answers of a tracking server: JSON of Protocol Buffers, where anything may be missing."""

from collections.abc import Mapping

from ridgeline.core.values import Json


def tree(answer: Mapping[str, Json], key: str) -> dict[str, Json]:
    """Return a message inside one; an empty one where there is none."""
    found = answer.get(key)
    return found if isinstance(found, dict) else {}


def trees(answer: Mapping[str, Json], key: str) -> list[dict[str, Json]]:
    """Return the messages of a list."""
    found = answer.get(key)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def text(answer: Mapping[str, Json], key: str) -> str:
    """Return a text, or a number as one; '' where there is none."""
    found = answer.get(key)
    return str(found) if isinstance(found, str | int) else ""


def integer(answer: Mapping[str, Json], key: str) -> int | None:
    """Return a whole number, which JSON of Protocol Buffers may hold as text."""
    found = answer.get(key)
    if isinstance(found, str) and found.lstrip("-").isdigit():
        return int(found)
    return int(found) if isinstance(found, int | float) else None


def number(value: Json) -> float:
    """Return a number, of which JSON of Protocol Buffers holds NaN and the infinities as text."""
    try:
        return float(value) if isinstance(value, str | int | float) else float("nan")
    except ValueError:
        return float("nan")


def pairs(answer: Mapping[str, Json], key: str) -> dict[str, str]:
    """Return a list of keys and values as a dict."""
    return {text(one, "key"): text(one, "value") for one in trees(answer, key)}
