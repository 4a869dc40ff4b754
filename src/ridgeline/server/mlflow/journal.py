"""What MLflow keeps beside its runs: experiments, logged models and their files, in logs under `<root>/mlflow`.

A value is an event `env` of the log, and a file an event `artifact`; the last word on a key counts, as in the log of a run. Each
process writes a segment of its own.
"""

import math
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from ridgeline.core.clock import SYSTEM_CLOCK, Clock
from ridgeline.core.ids import new_segment_id
from ridgeline.core.values import Json
from ridgeline.log.events import ArtifactEvent, EnvEvent, Event, encode_event
from ridgeline.log.frame import FrameType
from ridgeline.log.layout import SUFFIX, Layout
from ridgeline.log.read import positioned_events, scan_file
from ridgeline.log.run_state import Artifact, RunState, fold
from ridgeline.log.writer import SegmentWriter


class Journal:
    """Values and files by key, kept durably. Safe to use from several threads and processes at once."""

    def __init__(self, layout: Layout, clock: Clock = SYSTEM_CLOCK) -> None:
        self._folder = layout.root / "mlflow"
        self._clock = clock
        self._lock = threading.RLock()
        self._writer: SegmentWriter | None = None
        self._state = RunState(id="", name="")
        self._sizes: dict[Path, int] = {}

    def values(self) -> Mapping[str, Json]:
        """Return the value of each key, as others left them, too."""
        with self._lock:
            self._refresh()
            return dict(self._state.env)

    def value(self, key: str) -> Json:
        """Return the value of a key; None when it has none."""
        with self._lock:
            self._refresh()
            return self._state.env.get(key)

    def files(self) -> Mapping[str, Artifact]:
        """Return the files by name."""
        with self._lock:
            self._refresh()
            return dict(self._state.artifacts)

    def set(self, key: str, value: Json) -> None:
        """Keep a value.

        Raises:
            InputError: It is too large for a frame.
            StorageError: The disk refuses.
        """
        with self._lock:
            self._refresh()
            self._append([EnvEvent(self._now(), key, value)])

    def set_file(self, name: str, sha: str | None, size_bytes: int | None, mime: str | None) -> None:
        """Keep that there is a file, or with no hash that there is none any more.

        Raises:
            StorageError: The disk refuses.
        """
        with self._lock:
            self._refresh()
            self._append([ArtifactEvent(self._now(), name, sha, None, size_bytes, mime)])

    def close(self) -> None:
        """Close the segment of this process."""
        with self._lock:
            if self._writer is not None:
                self._writer.close()
                self._writer = None

    def _now(self) -> float:
        last = self._state.updated
        return (
            self._clock.time()
            if math.isnan(last)
            else max(self._clock.time(), math.nextafter(last, math.inf))
        )

    def _append(self, events: Sequence[Event]) -> None:
        if self._writer is None:
            self._writer = SegmentWriter(self._folder / (new_segment_id(self._clock) + SUFFIX))
        self._writer.append([(FrameType.EVENTS, 0, b"".join(map(encode_event, events)))])
        self._writer.sync()
        for event in events:
            if isinstance(event, EnvEvent):
                self._state.env[event.key] = event.value
            elif isinstance(event, ArtifactEvent) and event.blob is None:
                self._state.artifacts.pop(event.name, None)
            elif isinstance(event, ArtifactEvent):
                self._state.artifacts[event.name] = Artifact(
                    event.name, event.blob, event.uri, event.size_bytes, event.mime, event.t
                )
            self._state.updated = event.t
        self._sizes[self._writer.path] = self._writer.size_bytes

    def _refresh(self) -> None:
        """Read all again when somebody else has written."""
        paths = sorted(self._folder.glob(f"*{SUFFIX}")) if self._folder.is_dir() else []
        sizes = {path: path.stat().st_size for path in paths}
        if sizes == self._sizes:
            return
        self._state = fold(
            pair for path in paths for pair in positioned_events(path.stem, scan_file(path).frames)
        )
        self._sizes = sizes
