"""Events: points and objects out of records.

https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/util/event.proto
"""

import struct
from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ridgeline.sync.protobuf import double, fields, message, signed, spans
from ridgeline.sync.tensorboard import hparams
from ridgeline.sync.tensorboard.records import Records, numbers_at
from ridgeline.sync.tensorboard.scalars import FLOAT_BYTES, KnownScalars, Points
from ridgeline.sync.tensorboard.values import Found, Metadata, Value, interpret, read_value

_DT_FLOAT = 1
_TIME_TAG = 0x09
_TIME_BYTES = 9  # and its tag
# So many events are read one by one before those that they teach to know are looked for; then twice as many.
_LESSON = 256


@dataclass(frozen=True, slots=True)
class TaggedObject:
    """An object of a tag at a step."""

    tag: str
    step: int
    time: float
    found: Found


@dataclass(slots=True)
class Batch:
    """What stands in the records of some bytes."""

    points: dict[str, list[Points]] = field(default_factory=lambda: defaultdict(list))
    objects: list[TaggedObject] = field(default_factory=list)
    first_time: float = float("inf")
    n_unread: int = 0

    @property
    def last_time(self) -> float:
        """Return the time of the last value; the first event of a file is its version, of when it was opened."""
        last = [float(one.time.max()) for found in self.points.values() for one in found if len(one.time)]
        return max([*last, *(one.time for one in self.objects)], default=float("-inf"))


class EventReader:
    """Reads the events of one run; what it learns of tags holds for all of its files."""

    def __init__(self) -> None:
        self.session = hparams.Session()
        self._metadata: dict[str, Metadata] = {}
        self._known = KnownScalars()

    def read(self, data: bytes, records: Records) -> Batch:
        """Return what stands in records of `data`. An event that cannot be read is counted, and the others are read."""
        bytes_ = np.frombuffer(data, np.uint8)
        batch = Batch(first_time=float(_times(bytes_, records).min(initial=np.inf)))
        alone: dict[str, list[tuple[int, float, float]]] = defaultdict(list)
        left, lesson = records, _LESSON
        while len(left.starts):
            found, is_known = self._known.find(bytes_, left)
            for tag, points in found.items():
                batch.points[tag] += points
            left = left.only(~is_known)
            for start, length in zip(
                left.starts[:lesson].tolist(), left.lengths[:lesson].tolist(), strict=True
            ):
                self._read_one(data[start : start + length], batch, alone)
            left = left.only(np.arange(len(left.starts)) >= lesson)
            lesson *= 2
        for tag, rows in alone.items():
            step, times, values = zip(*rows, strict=True)
            batch.points[tag].append(Points(np.array(step, np.int64), np.array(times), np.array(values)))
        return batch

    def _read_one(self, event: bytes, batch: Batch, alone: dict[str, list[tuple[int, float, float]]]) -> None:
        """Read an event field by field, and learn how to know the next ones like it."""
        try:
            time, step, values = 0.0, 0, []
            for number, value in fields(event):
                if number == 1:
                    time = double(value)
                elif number == 2:
                    step = signed(value)
                elif number == 5:
                    values += [read_value(one) for key, one in message(value) if key == 1]
            for one in values:
                number_found = self._take(one, step, time, batch)
                if number_found is not None:
                    alone[one.tag].append((step, time, number_found))
                    if len(values) == 1:
                        self._learn(one.tag, event, number_found)
        except (
            ValueError,
            OverflowError,
            struct.error,
        ):  # a WireError, or what NumPy and our objects make of it
            batch.n_unread += 1

    def _take(self, value: Value, step: int, time: float, batch: Batch) -> float | None:
        """Return the number that a value is, or put its objects into the batch."""
        if value.metadata is not None:
            self._metadata[value.tag] = value.metadata
        metadata = self._metadata.get(value.tag, Metadata())
        if metadata.plugin == hparams.PLUGIN:
            if value.metadata is not None:
                self.session.read(metadata.content)
            return None
        found = interpret(value, metadata.plugin)
        if isinstance(found, float):
            return found
        batch.objects += [TaggedObject(value.tag, step, time, one) for one in found]
        return None

    def _learn(self, tag: str, event: bytes, value: float) -> None:
        """Know events like this one, where all but its time and step is one float of four bytes."""
        summary = [start for number, start, _ in spans(event, 0, len(event)) if number == 5]
        bare = [number for number, _, _ in spans(event, 0, len(event))]
        if bare not in ([1, 5], [1, 2, 5]) or len(summary) != 1:
            return
        at = _summary_tag_at(event)
        body = event[at:]
        place = _float_place(body)
        if place is not None and _is_of(value, body[place : place + FLOAT_BYTES]):
            self._known.learn(tag, body, place)


def _is_of(value: float, raw: bytes) -> bool:
    (found,) = struct.unpack("<f", raw)
    return bool(found == value or (found != found and value != value))  # noqa: PLR0124 - both NaN


def _summary_tag_at(event: bytes) -> int:
    """Return where the summary of an event of a time, maybe a step, and a summary begins with its tag."""
    step_ends = [end for number, _, end in spans(event, 0, len(event)) if number == 2]
    return step_ends[0] if step_ends else _TIME_BYTES


def _times(data: NDArray[np.uint8], records: Records) -> NDArray[np.float64]:
    long = records.starts[records.lengths >= _TIME_BYTES]
    timed = long[data[long] == _TIME_TAG]
    times = numbers_at(data, timed + 1, "<f8").astype(np.float64)
    return times[np.isfinite(times)]


def _float_place(body: bytes) -> int | None:
    """Return where the value of a summary of one scalar stands; None where it is no float of four bytes."""
    places = [
        _place_in_value(body, at, end)
        for number, start, stop in spans(body, 0, len(body))
        if number == 5
        for key, at, end in spans(body, start, stop)
        if key == 1
    ]
    return places[0] if len(places) == 1 else None


def _place_in_value(body: bytes, start: int, stop: int) -> int | None:
    for number, at, end in spans(body, start, stop):
        if number == 2 and end - at == FLOAT_BYTES:
            return at
        if number == 8:
            inside = list(spans(body, at, end))
            is_float = any(key == 1 and body[a:b] == bytes([_DT_FLOAT]) for key, a, b in inside)
            held = [a for key, a, b in inside if key in (4, 5) and b - a == FLOAT_BYTES]
            return held[0] if is_float and len(held) == 1 else None
    return None
