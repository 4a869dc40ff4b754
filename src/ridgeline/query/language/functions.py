"""The functions that an expression may call, on Python values and, where it pays, on arrays."""

import math
import statistics
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ridgeline.query.language.elementwise import apply, weigh
from ridgeline.query.language.nodes import Node
from ridgeline.query.language.scalars import COMPARISONS, MAX_TEXT, Runaway, add, check_length
from ridgeline.query.language.scope import Scope
from ridgeline.query.language.signatures import TYPES
from ridgeline.query.language.values import EXACT_INT, Column, Numbers, Scalar, Value

Floats: TypeAlias = NDArray[np.float64]
MAX_RANGE = 10_000


# Where these are undefined, they are null: NaN out of a number, or ±Inf out of a finite one.
_ARRAY: dict[str, Callable[[Floats], Floats]] = {
    "math.cos": np.cos,
    "math.exp": np.exp,
    "math.expm1": np.expm1,
    "math.fabs": np.abs,
    "math.log": np.log,
    "math.log10": np.log10,
    "math.log1p": np.log1p,
    "math.log2": np.log2,
    "math.sin": np.sin,
    "math.sqrt": np.sqrt,
    "math.tan": np.tan,
    "math.tanh": np.tanh,
}
_TESTS: dict[str, Callable[[Floats], NDArray[np.bool_]]] = {
    "math.isfinite": np.isfinite,
    "math.isinf": np.isinf,
    "math.isnan": np.isnan,
}


def call(scope: Scope, node: Node, name: str, arguments: list[Column], keywords: dict[str, Column]) -> Column:
    """Return a function of columns; `name` is one of SIGNATURES."""
    if name in ("datetime.now", "datetime.today", "datetime.utcnow"):
        return Scalar(scope.now.astimezone(scope.zone))
    if len(arguments) == 1 and not keywords and isinstance(arguments[0], Numbers):
        fast = _on_array(name, arguments[0])
        if fast is not None:
            return fast
    function = _by_value(name, scope.zone)
    names = tuple(keywords)

    def with_keywords(*values: Value) -> Value:
        count = len(values) - len(names)
        return function(*values[:count], **dict(zip(names, values[count:], strict=True)))

    return apply(scope, node, with_keywords, *arguments, *keywords.values())


def _on_array(name: str, column: Numbers) -> Numbers | None:
    """Return the function of an array of numbers, for those functions that have a fast way."""
    if column.unit != "number":
        return None
    data = column.data
    if name == "abs" and data.dtype != np.bool_:
        return Numbers(column.axis, np.abs(data), column.valid)
    if name == "float":
        return Numbers(column.axis, data.astype(np.float64), column.valid)
    if name in _TESTS:
        return Numbers(column.axis, _TESTS[name](data.astype(np.float64)), column.valid)
    if name in ("int", "math.floor", "math.ceil", "math.trunc"):
        return _to_int(name, column)
    if name not in _ARRAY:
        return None
    values = data.astype(np.float64)
    with np.errstate(all="ignore"):
        result = _ARRAY[name](values)
    undefined = (np.isnan(result) & ~np.isnan(values)) | (np.isinf(result) & np.isfinite(values))
    valid = column.valid
    if undefined.any():
        valid = ~undefined if valid is None else valid & ~undefined
    return Numbers(column.axis, result, valid)


def _to_int(name: str, column: Numbers) -> Numbers | None:
    if column.data.dtype != np.float64:
        return Numbers(column.axis, column.data.astype(np.int64), column.valid)
    usable = np.isfinite(column.data) if column.valid is None else np.isfinite(column.data) & column.valid
    values = np.where(usable, column.data, 0.0)
    if np.abs(values).max(initial=0.0) > EXACT_INT:
        return None
    rounded = {"math.floor": np.floor, "math.ceil": np.ceil}.get(name, np.trunc)(values)
    return Numbers(column.axis, rounded.astype(np.int64), None if usable.all() else usable)


def items_of(value: Value) -> tuple[Value, ...]:
    """Return what a list, set, dict (its keys) or text consists of."""
    if isinstance(value, (tuple, dict, str)):
        return tuple(value)
    if isinstance(value, frozenset):
        return tuple(sorted(value, key=lambda item: (type(item).__name__, repr(item))))
    raise TypeError("not a list")


def _least(*values: Value) -> Value:
    return _extreme("<", values)


def _greatest(*values: Value) -> Value:
    return _extreme(">", values)


def _extreme(op: str, values: tuple[Value, ...]) -> Value:
    items = items_of(values[0]) if len(values) == 1 else values
    if not items:
        return None
    best = items[0]
    for item in items:
        if item is None:
            return None
        if COMPARISONS[op](item, best):
            best = item
    return best


def _total(value: Value) -> Value:
    total: Value = 0
    for item in items_of(value):
        if item is None:
            return None
        total = add(total, item)
    return total


def _average(kind: Callable[[list[float]], float]) -> Callable[..., Value]:
    def average(*values: Value) -> Value:
        items = items_of(values[0]) if len(values) == 1 else values
        numbers = [item for item in items if isinstance(item, (bool, int, float))]
        if len(numbers) != len(items):
            raise TypeError("not numbers")
        return kind([float(number) for number in numbers]) if numbers else None

    return average


def _range(*bounds: int) -> Value:
    span = range(*bounds)
    if len(span) > MAX_RANGE:
        raise Runaway(f"a range of {len(span):,} numbers; at most {MAX_RANGE:,} are counted")
    return tuple(span)


def _rounded(value: float, ndigits: int | None = None) -> Value:
    if ndigits is not None and abs(ndigits) > 400:
        raise ValueError("no such digit")  # Python computes 10 ** ndigits for an int
    return round(value, ndigits)


def _to_integer(value: Value) -> Value:
    if isinstance(value, str):
        check_length(len(value) * 200)  # Python takes long for long ones
    if not isinstance(value, (str, bool, int, float)):
        raise TypeError("not a number")
    return int(value)


def _to_float(value: Value) -> Value:
    if not isinstance(value, (str, bool, int, float)):
        raise TypeError("not a number")
    return float(value)


def _to_text(value: Value) -> Value:
    check_length(weigh(value, MAX_TEXT))
    return str(list(value) if isinstance(value, tuple) else value)


def _set_of(*values: Value) -> Value:
    return frozenset(items_of(values[0])) if values else frozenset()


def _sorted(value: Value, *, reverse: bool = False) -> Value:
    return tuple(sorted(items_of(value), reverse=bool(reverse)))  # type: ignore[type-var]  # a TypeError is null


def _size(value: Value) -> Value:
    if not isinstance(value, (str, tuple, dict, frozenset)):
        raise TypeError("no length")
    return len(value)


def _log(value: float, base: float = math.e) -> Value:
    return math.log(value) if base == math.e else math.log(value, base)


_BY_VALUE: dict[str, Callable[..., Value]] = {
    "abs": abs,
    "all": lambda value: all(items_of(value)),
    "any": lambda value: any(items_of(value)),
    "bool": bool,
    "date": date,
    "float": _to_float,
    "int": _to_integer,
    "len": _size,
    "list": lambda *values: items_of(values[0]) if values else (),
    "math.log": _log,
    "max": _greatest,
    "mean": _average(statistics.fmean),
    "median": _average(statistics.median),
    "min": _least,
    "range": _range,
    "round": _rounded,
    "set": _set_of,
    "sorted": _sorted,
    "str": _to_text,
    "sum": _total,
    "timedelta": timedelta,
    "tuple": lambda *values: items_of(values[0]) if values else (),
}


def _by_value(name: str, zone: tzinfo | None) -> Callable[..., Value]:
    if name in _BY_VALUE:
        return _BY_VALUE[name]
    if name.startswith("math."):
        function: Callable[..., Value] = getattr(math, name.removeprefix("math."))
        return function
    return _TIMES[name](zone)


def _moment(zone: tzinfo | None) -> Callable[..., Value]:
    """A time without a zone is in the asker's; as the local time of this machine if none is known."""

    def moment(*values: int, **keywords: int) -> Value:
        return _in_zone(datetime(*values, **keywords), zone)  # type: ignore[arg-type] # noqa: DTZ001 - the zone comes next

    return moment


def _parsed(text: str, form: str) -> datetime:
    if len(text) > 200 or len(form) > 100:
        raise ValueError("no time is that long")  # strptime builds a regular expression from the form
    return datetime.strptime(text, form)  # noqa: DTZ007 - the caller gives it a zone


def _in_zone(moment: datetime, zone: tzinfo | None) -> datetime:
    if moment.tzinfo is None and zone is not None:
        moment = moment.replace(tzinfo=zone)
    return moment.astimezone(zone)


_TIMES: dict[str, Callable[[tzinfo | None], Callable[..., Value]]] = {
    "datetime": _moment,
    "datetime.fromisoformat": lambda zone: lambda text: _in_zone(datetime.fromisoformat(text), zone),
    "datetime.fromtimestamp": lambda zone: (
        lambda seconds: datetime.fromtimestamp(seconds, UTC).astimezone(zone)
    ),
    "datetime.strptime": lambda zone: lambda text, form: _in_zone(_parsed(text, form), zone),
}


def is_instance(names: tuple[str, ...]) -> Callable[[Value], Value]:
    """Return a function that tells whether a value has one of these types."""
    types = tuple(kind for name in names for kind in TYPES[name])
    return lambda value: isinstance(value, types)
