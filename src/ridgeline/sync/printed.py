"""Console output that comes in pieces, as lines."""

import re

from ridgeline.log.console import Stream
from ridgeline.sync.source import SourceLine

# Cursor moves and erasures, by which progress bars draw over themselves; colours stay.
_MOVES = re.compile(r"\x1b\[[0-9;?]*[A-HJKSTfhlnsu]")


class Lines:
    """Puts pieces of both streams together to lines. Of a line that was drawn over, what stood there last counts."""

    def __init__(self) -> None:
        """Begin without any."""
        self._whole: list[SourceLine] = []
        self._open: dict[Stream, tuple[float, str]] = {}

    def add(self, time: float, stream: Stream, text: str) -> None:
        """Add a piece."""
        held = self._open.pop(stream, (time, ""))[1] + text
        *whole, rest = held.split("\n")
        self._whole += [SourceLine(time, stream, _as_seen(line)) for line in whole]
        if rest:
            self._open[stream] = (time, rest)

    def lines(self, *, ended: bool) -> tuple[SourceLine, ...]:
        """Return the lines; those without an end only when nothing can follow."""
        if not ended:
            return tuple(self._whole)
        rest = [SourceLine(time, stream, _as_seen(text)) for stream, (time, text) in self._open.items()]
        return (*self._whole, *rest)


def _as_seen(line: str) -> str:
    return _MOVES.sub("", line.rstrip("\r").rpartition("\r")[2])
