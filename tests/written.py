"""Runs whose logs are written here, with ids and times of the test's choosing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ridgeline.log.events import EndEvent, RunEvent, SeriesEvent, SetEvent, encode_event
from ridgeline.log.frame import FrameType
from ridgeline.log.layout import Layout
from ridgeline.log.points import encode_points
from ridgeline.log.writer import SegmentWriter

_ROW = np.dtype([("sid", "<u4"), ("step", "<i8"), ("value", "<f8"), ("time", "<f8"), ("epoch", "<f8")])


@dataclass
class Series:
    name: str
    points: list[tuple[int, float]]  # step, value
    context: dict = field(default_factory=dict)
    epoch: Callable[[int], float] = lambda step: float("nan")
    time: Callable[[int], float] = float  # seconds after the run was created, by step


def write_run(
    folder: Path,
    run_id: str,
    params: dict,
    series: list[Series],
    created: float = 1000.0,
    lasted: float = 1e6,
    name: str | None = None,
) -> None:
    """Write the log of a finished run, with times of our choosing."""
    layout = Layout(folder / ".ridgeline")
    layout.create()
    events = [RunEvent(created, run_id, name or f"name-{run_id}", "pos", created, "host", 1, "user", "0")]
    events += [SetEvent(created, (key,), value) for key, value in params.items()]
    rows = []
    for sid, one in enumerate(series):
        events.append(SeriesEvent(created, sid, one.name, one.context, "float"))
        rows += [(sid, step, value, created + one.time(step), one.epoch(step)) for step, value in one.points]
    table = np.array(rows, dtype=_ROW)
    writer = SegmentWriter(layout.segment(run_id, f"{int(created):016x}-00000000"))
    parts = [table[start : start + 20_000].tobytes() for start in range(0, len(table), 20_000)]
    head = (FrameType.EVENTS, 0, b"".join(map(encode_event, events)))
    end = (FrameType.EVENTS, 0, encode_event(EndEvent(created + lasted, "finished", None)))
    writer.append([head, *((FrameType.POINTS, *encode_points(part, with_epoch=True)) for part in parts), end])
    writer.close()
