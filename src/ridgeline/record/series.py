"""Series of one writer: what each (name, context) is called in its segment, and which step comes next."""

import json
import threading
import time
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any, Protocol

from ridgeline.core.errors import InputError
from ridgeline.core.values import Json
from ridgeline.log.events import SeriesEvent, SeriesKind
from ridgeline.record.values import WIDTH

_sorted_json = json.JSONEncoder(
    sort_keys=True
).encode  # json.dumps would make an encoder each time, half of its 1.8 µs
SeriesKey = tuple[str, str]  # name, context as JSON with sorted keys


def series_key(name: str, context: dict[str, Json]) -> SeriesKey:
    """Return what tells a series from all others of a run; 1, 1.0 and True are different context values."""
    return name, _sorted_json(context)


class HasGiven(Protocol):
    """What remembers the newest step that was given."""

    given: int | None


class Series:
    """One metric in one context, as this writer records it.

    Attributes:
        name: of the metric.
        context: of the metric, with sorted keys.
        kind: what its values are; None while it is not announced.

    `given` is the newest step that the caller gave; the hot path stores it, here or for many series at once in a Plan, and
    does no more. `plans` are the Plans that this series is part of.
    """

    __slots__ = ("_numbers", "_start", "context", "given", "kind", "name", "plans", "sid")

    def __init__(self, name: str, context: dict[str, Json], start: Callable[[SeriesKey], int]) -> None:
        self.name = name
        self.context = context
        self.kind: SeriesKind | None = None
        self.sid = -1
        self.given: int | None = None
        self.plans: list[HasGiven] = []
        self._start = start
        self._numbers: count[int] | None = None

    def next_step(self) -> int:
        """Return the step after the last one; `next` on a count is indivisible, so threads get different ones."""
        if self._numbers is None:
            self._numbers = count(self._start(series_key(self.name, self.context)))
        step = next(self._numbers)
        for source in (self, *self.plans):
            if source.given is not None and source.given >= step:
                step = source.given + 1
                self._numbers = count(step + 1)
        return step


class SeriesTable:
    """Finds the series of a name and context, and announces it in the log when it is new to the segment."""

    def __init__(self, announce: Callable[[SeriesEvent], None], start: Callable[[SeriesKey], int]) -> None:
        self._announce = announce
        self._start = start
        # By name, and keys, values and types of the context: its JSON would take a third of the time of a first call.
        self._by_key: dict[tuple[object, ...], Series] = {}
        self._sids = count()
        self._lock = threading.RLock()

    def find(self, name: object, context: object, kind: SeriesKind) -> Series:
        """Return the series, ready for values of `kind`.

        Raises:
            InputError: the name or context cannot be one, or the series holds another kind of thing.
        """
        checked = check_context(context, name)
        values = checked.values()
        checked_name = _check_name(name)
        key = (checked_name, *checked, *values, *map(type, values))
        with self._lock:
            series = self._by_key.get(key)
            if series is None:
                series = self._by_key[key] = Series(checked_name, checked, self._start)
            if series.sid < 0 or series.kind != kind:
                self._define(series, kind)
            return series

    def forked(self) -> None:
        """Announce every series again, as the child of a fork must in its own segment; steps count on."""
        self._lock = threading.RLock()
        self._sids = count()
        for series in self._by_key.values():
            series.sid = -1

    def _define(self, series: Series, kind: SeriesKind) -> None:
        wanted = series.kind or kind
        if wanted != kind:
            if wanted not in WIDTH or kind not in WIDTH:
                raise InputError(
                    f"Metric {series.name!r} holds {wanted} in the context {_sorted_json(series.context)}, and was now given"
                    f" {kind}. Track it under another name.",
                    "kind-changed",
                )
            wanted = max(wanted, kind, key=WIDTH.__getitem__)
        if series.sid >= 0 and wanted == series.kind:
            return
        sid = next(self._sids)
        # In the log before any row can carry the sid.
        self._announce(SeriesEvent(time.time(), sid, series.name, series.context, wanted))
        series.kind = wanted
        series.sid = sid


def check_context(context: object, name: object) -> dict[str, Json]:
    """Return a copy of a context with plain values and sorted keys, or raise InputError."""
    if context is None:
        return {}
    if not isinstance(context, dict | Mapping):  # a dict is told from the rest without asking the ABC
        raise InputError(
            f"The context of metric {name!r} is a {type(context).__name__}; give a flat dict such as"
            ' {"subset": "dev"}.',
            "context-invalid",
        )
    for key in context:
        if type(key) is not str or not key:
            raise InputError(
                f"The context of metric {name!r} has the key {key!r}; keys are words.", "context-invalid"
            )
    return {key: _context_value(name, key, context[key]) for key in sorted(context)}


def _context_value(name: object, key: str, value: Any) -> Json:
    if isinstance(value, str):
        return str(value.value) if hasattr(value, "value") else str(value)
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float) and value == value and value not in (float("inf"), float("-inf")):  # noqa: PLR0124  NaN is not itself
        return float(value)
    if getattr(value, "shape", None) == () and hasattr(value, "item") and type(value).__module__ == "numpy":
        return _context_value(name, key, value.item())
    raise InputError(
        f"The context of metric {name!r} has {key}={value!r} ({type(value).__name__}); a context value is a str, int,"
        " finite float or bool. Put what is larger into the params of the run.",
        "context-invalid",
    )


def _check_name(name: object) -> str:
    if isinstance(name, str) and name:
        return str(name)
    raise InputError(
        f'A metric needs a name, and this one is {name!r}: run.track(value, name="loss") or'
        ' run.track({"loss": value}).',
        "metric-name",
    )
