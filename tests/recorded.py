"""What the log holds of a run, read with the log's own reader."""

from dataclasses import dataclass, field
from pathlib import Path

from ridgeline.log.console import ConsoleText, decode_console
from ridgeline.log.events import Event, SeriesEvent
from ridgeline.log.frame import EPOCH, FrameType
from ridgeline.log.layout import Layout
from ridgeline.log.objects import ObjectHeader, decode_object
from ridgeline.log.points import ROW, ROW_EPOCH, decode_points
from ridgeline.log.read import events_in, read_run_state, scan_file
from ridgeline.log.run_state import RunState
from ridgeline.log.status import live_segments, run_status

Key = tuple[str, tuple[tuple[str, object], ...]]


@dataclass
class Recorded:
    """All that the segments of a run hold."""

    state: RunState
    status: str
    segments: list[Path]
    points: dict[Key, list[tuple[int, float | None, float]]] = field(default_factory=dict)
    kinds: dict[Key, list[str]] = field(default_factory=dict)
    objects: list[tuple[str, ObjectHeader, bytes]] = field(default_factory=list)
    console: list[ConsoleText] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def values(self, name: str, **context: object) -> list[float]:
        return [value for _, _, value in self.points[key(name, **context)]]

    def steps(self, name: str, **context: object) -> list[int]:
        return [step for step, _, _ in self.points[key(name, **context)]]

    def printed(self, stream: str) -> str:
        return "".join(text.text for text in self.console if text.stream == stream)


def key(name: str, **context: object) -> Key:
    return name, tuple(sorted(context.items()))


def read_back(root: Path, run_id: str) -> Recorded:
    layout = Layout(root)
    live = {seg for run, seg in live_segments(layout) if run == run_id}
    state = read_run_state(layout, run_id)
    found = list(layout.segments_of(run_id))
    recorded = Recorded(state, run_status(state.sessions, live), [segment.path for segment in found])
    for segment in found:
        scan = scan_file(segment.path)
        assert scan.gaps == []
        names: dict[int, Key] = {}
        for frame in scan.frames:
            if frame.type == FrameType.EVENTS:
                events = list(events_in([frame]))
                recorded.events += events
                for event in events:
                    if isinstance(event, SeriesEvent):
                        names[event.sid] = key(event.name, **event.context)
                        recorded.kinds.setdefault(names[event.sid], []).append(event.kind)
            elif frame.type == FrameType.POINTS:
                row = ROW_EPOCH if frame.flags & EPOCH else ROW
                for sid, step, value, _, *epoch in row.iter_unpack(decode_points(frame.flags, frame.payload)):
                    # a KeyError here is a row before the announcement of its series
                    recorded.points.setdefault(names[sid], []).append(
                        (step, epoch[0] if epoch else None, value)
                    )
            elif frame.type == FrameType.OBJECT:
                header, data = decode_object(frame.flags, frame.payload)
                recorded.objects.append((names[header.sid][0], header, data))
            elif frame.type == FrameType.CONSOLE:
                recorded.console.append(decode_console(frame.flags, frame.payload))
    return recorded
