"""`track`: the one call that sits inside the training loop.

A plain number goes the short way: look the series up by name and context values, pack 28 bytes, append them. 0.25 µs without a
context, 0.45 µs with one, 0.15 µs a point for a dict of ten (bench/track.py). Everything else (a new series, other types,
mistakes) goes the long way, which checks, and opens the short way for the next call.
"""

import operator
import struct
import time
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from ridgeline.core.errors import InputError
from ridgeline.log.events import SeriesKind
from ridgeline.log.points import ROW, ROW_EPOCH
from ridgeline.record.buffer import GIL_ENABLED, NO_ROOM, ROWS_LIMIT_BYTES, TrackedPoint
from ridgeline.record.plan import NEWEST, Plan, dict_key
from ridgeline.record.recording import Recording
from ridgeline.record.series import Series
from ridgeline.record.tracked import ObjectKind, TrackedObject
from ridgeline.record.values import CONVERSION_ERRORS, SCALAR_KINDS, WIDTH, DeviceScalar, read_number

_Payload: TypeAlias = float | DeviceScalar | TrackedObject

_now = time.time
_pack = ROW.pack
_pack_epoch = ROW_EPOCH.pack
_FLOATS = frozenset({float})
_TEXT = frozenset({str})
_OBJECT_LIMIT = "Tracked objects wait for a disk that cannot be written, and no more fit into memory"


# Dicts that are known by their place; a program that keeps more contexts than this at once has their series looked up.
_MAX_PLACES = 4096


def _look_up(hot: dict[object, Series], name: str | None, context: Mapping[str, object]) -> Series:
    """Return the series that a context stands for, and know it by the place of the dict from here on.

    Raises:
        KeyError: it was not seen before.
    """
    key = (name, *context, *context.values())
    series = hot.get(key)
    if series is None:
        # Where there is more than text the types tell, and equal dicts may mean different series: not known by place.
        return hot[(key, *map(type, context.values()))]
    if len(hot) < _MAX_PLACES:
        hot[(name, id(context))] = series
    return series


class Tracker:
    """The half of a run that takes values."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._rows = recording.buffer.rows.data
        self._epoch_rows = recording.buffer.epoch_rows.data
        self._hot = recording.hot
        self._plans = recording.plans

    def track(
        self,
        value: Any,
        name: str | None = None,
        *,
        step: int | None = None,
        epoch: float | None = None,
        context: Mapping[str, str | int | float | bool] | None = None,
    ) -> None:
        """Record a value, or a dict of them by name, at a step.

        Args:
            value: a number (anything with __float__; on a GPU it is read later, without a sync here), a Text, Image,
                Audio, Figure, Distribution or Table, a list of those of one kind, or a dict of name → value.
            name: of the metric; None with a dict.
            step: a whole number; one more than the last of the series when it is left out.
            epoch: in which epoch this is.
            context: a flat dict that tells this series from others of the same name, such as {"subset": "dev"}.

        Raises:
            InputError: an argument is of a wrong type, or the run is closed. Nothing is recorded then.
        """
        try:
            hot = self._hot.get(type(value))
            if hot is not None:
                if context is None:
                    series = hot[name]
                else:
                    # The dict that was given last time, or one in its place; what is in it tells. 0.1 µs less than a key of it.
                    series = hot.get((name, id(context)))  # type: ignore[assignment]
                    if series is None or series.context != context:
                        series = _look_up(hot, name, context)
                if step is None:
                    step = series.next_step()
                if epoch is None:
                    rows = self._rows
                    rows += _pack(series.sid, step, value, _now())
                else:
                    rows = self._epoch_rows
                    rows += _pack_epoch(series.sid, step, value, _now(), epoch)
                series.given = step
                if len(rows) > ROWS_LIMIT_BYTES:
                    self._recording.forget_series()  # the long way makes room, or counts what has none
                return
            if (
                type(value) is dict
                and epoch is None
                and name is None
                and self._pack_dict(value, step, context)
            ):
                return
        except (KeyError, TypeError, AttributeError, ValueError, BufferError, struct.error):
            pass  # not seen before, a mistake, or the run was closed just now: the long way tells
        self._track_any(value, name, step, epoch, context)

    def _pack_dict(self, value: dict[str, Any], step: int | None, context: Any) -> bool:
        """Append the rows of a dict of floats that was seen before; return False, and do nothing, when not all are floats.

        Raises:
            KeyError, AttributeError, ValueError, struct.error: it was not seen before, or something is no argument.
        """
        plan = self._plans[NEWEST]
        if plan.names != [*value] or plan.context != context:
            plan = self._plans[NEWEST] = self._plans[dict_key(value, context)]
        values = [*value.values()]
        if not _FLOATS.issuperset(map(type, values)):
            return False
        arguments = plan.arguments.copy()
        arguments[1::2] = (step, _now()) * plan.n_rows
        arguments[2::4] = values
        if step is None:
            arguments[1::4] = [series.next_step() for series in plan.series]
        rows = self._rows
        rows += plan.pack(*arguments)
        if step is not None:
            plan.given = step
        if len(rows) > ROWS_LIMIT_BYTES:
            self._recording.forget_series()
        return True

    def _track_any(self, value: Any, name: str | None, step: Any, epoch: Any, context: Any) -> None:
        self._recording.check_open()
        if isinstance(value, Mapping):
            if name is not None:
                raise InputError(
                    f"A dict brings its own names, so name={name!r} has no place here; put it into the context.",
                    "metric-name",
                )
            items = [(key, item) for key, item in value.items()]
        else:
            items = [(name, value)]
        checked_step = None if step is None else _check_step(step, items[0][0] if items else name)
        checked_epoch = None if epoch is None else _check_epoch(epoch, items[0][0] if items else name)
        now = _now()
        # All are read before any is recorded: a dict with a mistake in it leaves nothing behind.
        found = [self._prepare(item, key, context) for key, item in items]
        rows: list[tuple[TrackedPoint, float]] = []
        others: list[tuple[TrackedPoint, DeviceScalar | TrackedObject]] = []
        for series, payloads in found:
            at_step = series.next_step() if checked_step is None else checked_step
            series.given = at_step
            point = TrackedPoint(series.sid, at_step, checked_epoch, now)
            for payload in payloads:
                if isinstance(payload, float):
                    rows.append((point, payload))
                else:
                    others.append((point, payload))
        if rows:
            self._put_rows(rows)
        for point, other in others:
            self._put(point, other)
        self._open_short_way(value, name, context, [series for series, _ in found])

    def _prepare(self, value: Any, name: Any, context: Any) -> tuple[Series, Sequence[_Payload]]:
        if isinstance(value, TrackedObject):
            return self._find(name, context, value.kind), (value,)
        if type(value) in (list, tuple) and any(isinstance(item, TrackedObject) for item in value):
            return self._find(name, context, _common_kind(value, name)), [
                item.listed(index) for index, item in enumerate(value)
            ]
        kind, number = read_number(value, name)
        return self._find(name, context, kind), (number,)

    def _find(self, name: Any, context: Any, kind: SeriesKind) -> Series:
        """Find a series, remembered with the types of its context: 1, 1.0 and True are one dict key, and three contexts."""
        find, known = self._recording.series.find, self._recording.known
        if context is None:
            key: tuple[object, ...] = (kind, name)
        elif type(context) is dict:
            values = context.values()
            key = (kind, name, *context, *values, *map(type, values))
        else:
            return find(name, context, kind)
        try:
            series = known.get(key)
        except (
            TypeError
        ):  # a context value that cannot be a key cannot be a context value either, and find says so
            return find(name, context, kind)
        if series is None:
            series = known[key] = find(name, context, kind)
        return series

    def _put_rows(self, rows: list[tuple[TrackedPoint, float]]) -> None:
        """Append the points of one call, all of them or none."""
        recording = self._recording
        try:
            fits = recording.buffer.add_rows(rows)
            if not fits and not (recording.make_room() and recording.buffer.add_rows(rows)):
                recording.boundary.report("points-dropped", NO_ROOM, len(rows))
        except BufferError as error:  # another thread has closed the run since this call began
            raise recording.closed() from error

    def _put(self, point: TrackedPoint, payload: DeviceScalar | TrackedObject) -> None:
        buffer = self._recording.buffer
        if isinstance(payload, DeviceScalar):
            if not buffer.on_device.put((point, payload), DEVICE_SCALAR_BYTES):
                self._recording.refused("points-dropped", NO_ROOM)
        elif not buffer.objects.put((point, payload), payload.size_bytes):
            self._recording.refused("objects-dropped", _OBJECT_LIMIT)

    def _open_short_way(self, value: Any, name: str | None, context: Any, series: list[Series]) -> None:
        """Let the next call of this shape go the short way, where nothing about it can be mistaken for another."""
        if len(self._rows) > ROWS_LIMIT_BYTES or not (context is None or type(context) is dict):
            return
        types = () if context is None else tuple(map(type, context.values()))
        only_text = _TEXT.issuperset(types)
        if type(value) in SCALAR_KINDS and series[0].kind in WIDTH:
            # A series of floats takes them all; one of ints or bools must hear of the first float.
            if series[0].kind != "float" and series[0].kind != SCALAR_KINDS[type(value)]:
                return
            key: Any = name if context is None else (name, *context, *context.values())
            # 1, 1.0 and True are one dict key and three contexts: where there is more than text, the types tell.
            self._hot.setdefault(type(value), {})[key if only_text else (key, *types)] = series[0]
        elif type(value) is dict and series and only_text and all(one.kind == "float" for one in series):
            # The newest even where it is not yet: the short way looks there first.
            self._plans[NEWEST] = self._plans[dict_key(value, context)] = Plan(series, [*value], context)


# The tensor object and its event; what it holds on the device is 4 bytes in a block of 512.
DEVICE_SCALAR_BYTES = 1024


def _common_kind(objects: Sequence[Any], name: object) -> ObjectKind:
    kinds = {item.kind if isinstance(item, TrackedObject) else type(item).__name__ for item in objects}
    if len(kinds) > 1:
        raise InputError(
            f"The list of {name!r} holds {' and '.join(sorted(kinds))}; the objects of a step are of one kind.",
            "object-list",
        )
    kind: ObjectKind = objects[0].kind
    return kind


def _check_step(step: Any, name: object) -> int:
    try:
        number = operator.index(step)
    except TypeError:
        number = None
    if number is None or not -(1 << 63) <= number < 1 << 63:
        raise InputError(
            f"The step of metric {name!r} is {step!r} ({type(step).__name__}); a step is a whole number of 64 bits. A"
            " fraction belongs into epoch.",
            "step-invalid",
        )
    return number


def _check_epoch(epoch: Any, name: object) -> float:
    try:
        if isinstance(epoch, str):
            raise TypeError("words are no number")
        return float(epoch)
    except CONVERSION_ERRORS as error:
        raise InputError(
            f"The epoch of metric {name!r} is a {type(epoch).__name__} that is no number ({error}).",
            "epoch-invalid",
        ) from error


if not GIL_ENABLED:
    _unlocked_track = Tracker.track

    def _locked_track(self: Tracker, *args: Any, **kwargs: Any) -> None:
        """Without the GIL an append to a bytearray can meet the writer taking from its front."""
        with self._recording.buffer.lock:
            _unlocked_track(self, *args, **kwargs)

    Tracker.track = _locked_track  # type: ignore[method-assign]
