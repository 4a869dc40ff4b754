"""Which segments are being written now."""

import os
from dataclasses import dataclass
from pathlib import Path

from ridgeline.core.clock import Clock
from ridgeline.log.layout import Layout
from ridgeline.log.marker import LiveMarker, read_markers
from ridgeline.log.status import is_live


@dataclass(frozen=True, slots=True)
class Live:
    """The live segments of one moment."""

    segments: frozenset[tuple[str, str]]  # run id, segment id

    @property
    def runs(self) -> frozenset[str]:
        """Return the ids of the runs that are running."""
        return frozenset(run_id for run_id, _ in self.segments)


class LiveMarkers:
    """The live markers of a repo. Their text never changes, so after the first look only their mtimes are read."""

    def __init__(self, layout: Layout, clock: Clock) -> None:
        self._layout = layout
        self._clock = clock
        self._known: dict[str, LiveMarker] = {}

    def look(self) -> Live:
        """Return what is live now."""
        names = self._names()
        if any(name not in self._known for name in names):
            self._known = {found.path.name: found for found in read_markers(self._layout)}
        now = self._clock.time()
        segments: set[tuple[str, str]] = set()
        for name in names:
            found = self._known.get(name)
            beat = _mtime(self._layout.live / name)
            if found is not None and beat is not None and is_live(found._replace(beat=beat), now):
                segments.add((found.run_id, found.seg))
        return Live(frozenset(segments))

    def _names(self) -> list[str]:
        try:
            names = os.listdir(self._layout.live)  # noqa: PTH208 - polled four times a second
        except (FileNotFoundError, NotADirectoryError):
            return []
        return [name for name in names if "~" in name and not name.startswith(".")]


def _mtime(path: Path) -> float | None:
    try:
        return path.stat().st_mtime
    except OSError:  # its writer has just ended
        return None
