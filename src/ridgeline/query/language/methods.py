"""Methods and parts of values: texts, times, spans, lists and dicts. What is not in these tables cannot be called."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import TypeAlias

from ridgeline.query.language.scalars import check_length
from ridgeline.query.language.values import Value

Implementation: TypeAlias = Callable[..., Value]


def _joined(separator: str, items: Value) -> Value:
    if not isinstance(items, (tuple, frozenset)) or not all(isinstance(item, str) for item in items):
        raise TypeError("join takes a list of texts")
    texts = [str(item) for item in (items if isinstance(items, tuple) else sorted(items, key=str))]
    check_length(sum(map(len, texts)) + len(separator) * len(texts))
    return separator.join(texts)


def _replaced(text: str, old: str, new: str, count: int = -1) -> Value:
    check_length(len(text) + text.count(old) * len(new))
    return text.replace(old, new, count)


def _padded(name: str) -> Implementation:
    def pad(text: str, width: int, fill: str = " ") -> Value:
        check_length(width)
        return str(getattr(text, name)(width, fill))

    return pad


def _zero_filled(text: str, width: int) -> Value:
    check_length(width)
    return text.zfill(width)


def _split(text: str, separator: str | None = None, limit: int = -1) -> Value:
    return tuple(text.split(separator, limit))


def _split_from_right(text: str, separator: str | None = None, limit: int = -1) -> Value:
    return tuple(text.rsplit(separator, limit))


def _text(name: str) -> Implementation:
    """Return a method of str that takes and returns values of ours."""
    method: Implementation = getattr(str, name)
    return method


_TEXT: dict[str, Implementation] = {
    **{
        name: _text(name)
        for name in [
            "capitalize",
            "casefold",
            "count",
            "endswith",
            "find",
            "index",
            "isalnum",
            "isalpha",
            "isascii",
            "isdecimal",
            "isdigit",
            "islower",
            "isnumeric",
            "isspace",
            "istitle",
            "isupper",
            "lower",
            "lstrip",
            "partition",
            "removeprefix",
            "removesuffix",
            "rfind",
            "rindex",
            "rpartition",
            "rstrip",
            "startswith",
            "strip",
            "swapcase",
            "title",
            "upper",
        ]
    },
    "center": _padded("center"),
    "contains": str.__contains__,
    "join": _joined,
    "ljust": _padded("ljust"),
    "replace": _replaced,
    "rjust": _padded("rjust"),
    "rsplit": _split_from_right,
    "split": _split,
    "splitlines": lambda text: tuple(text.splitlines()),
    "zfill": _zero_filled,
}


_WIDE_DIRECTIVE = re.compile(r"%[-_^#+0-9]*[0-9]")  # glibc pads to any width


def _formatted(moment: datetime | date, form: str) -> Value:
    check_length(len(form) * 20)  # no directive without a width writes more
    if _WIDE_DIRECTIVE.search(form):
        raise ValueError("no widths")
    return moment.strftime(form.encode("utf-8", "replace").decode())


_TIME: dict[str, Implementation] = {
    "date": lambda moment: moment.date(),
    "isoformat": lambda moment: moment.isoformat(),
    "isoweekday": lambda moment: moment.isoweekday(),
    "strftime": _formatted,
    "timestamp": lambda moment: moment.timestamp(),
    "weekday": lambda moment: moment.weekday(),
}
_DATE = {name: _TIME[name] for name in ("isoformat", "isoweekday", "strftime", "weekday")}

_LIST: dict[str, Implementation] = {
    "contains": lambda items, item: item in items,
    "count": lambda items, item: items.count(item),
    "index": lambda items, item: items.index(item),
}

_DICT: dict[str, Implementation] = {
    "get": lambda mapping, key, default=None: mapping.get(key, default),
    "items": lambda mapping: tuple(mapping.items()),
    "keys": tuple,
    "values": lambda mapping: tuple(mapping.values()),
}

_SET: dict[str, Implementation] = {
    "contains": lambda items, item: item in items,
    "isdisjoint": lambda items, other: items.isdisjoint(other),
    "issubset": lambda items, other: items.issubset(other),
    "issuperset": lambda items, other: items.issuperset(other),
    "union": lambda items, other: items.union(other),
    "intersection": lambda items, other: items.intersection(other),
    "difference": lambda items, other: items.difference(other),
}

_SPAN: dict[str, Implementation] = {"total_seconds": lambda span: span.total_seconds()}

_METHODS: dict[type, dict[str, Implementation]] = {
    str: _TEXT,
    datetime: _TIME,
    date: _DATE,
    timedelta: _SPAN,
    tuple: _LIST,
    dict: _DICT,
    frozenset: _SET,
}
METHOD_NAMES = frozenset(name for methods in _METHODS.values() for name in methods)

_PARTS: dict[type, tuple[str, ...]] = {
    datetime: ("year", "month", "day", "hour", "minute", "second", "microsecond"),
    date: ("year", "month", "day"),
    timedelta: ("days", "seconds", "microseconds"),
}
PART_NAMES = frozenset(name for parts in _PARTS.values() for name in parts)


def call_method(name: str) -> Callable[..., Value]:
    """Return a function that calls the method `name` of its first argument."""

    def call(receiver: Value, *arguments: Value) -> Value:
        method = _METHODS.get(type(receiver), {}).get(name)
        if method is None:
            raise TypeError(f"no method {name}")
        return method(receiver, *arguments)

    return call


def take_part(name: str) -> Callable[[Value], Value]:
    """Return a function that reads a part of a time, or a key of a dict."""

    def take(value: Value) -> Value:
        if isinstance(value, dict):
            return value.get(name)
        if name not in _PARTS.get(type(value), ()):
            raise TypeError(f"no part {name}")
        part: Value = getattr(value, name)
        return part

    return take


def take_item(value: Value, key: Value) -> Value:
    """Return an item of a list or text, or a key of a dict; a LookupError where there is none."""
    if isinstance(value, dict):
        if not isinstance(key, str):
            raise KeyError(key)
        return value[key]
    if isinstance(value, (str, tuple)) and isinstance(key, int) and not isinstance(key, bool):
        return value[key]
    raise TypeError("no items")


def take_slice(start: int | None, stop: int | None, step: int | None) -> Callable[[Value], Value]:
    """Return a function that cuts a slice out of a list or text."""
    bounds = slice(start, stop, step)

    def take(value: Value) -> Value:
        if not isinstance(value, (str, tuple)):
            raise TypeError("no slices")
        return value[bounds]

    return take
