"""What the program prints, copied as it goes to standard output and standard error.

The `write` of the stream objects is wrapped, not the objects exchanged: logging handlers and progress bars that hold on to
them are heard too, and whoever compares or restores `sys.stdout` notices nothing. In notebooks these are the kernel's.
"""

import sys
import time
from collections import deque
from collections.abc import Callable
from itertools import groupby
from operator import itemgetter
from typing import Any

from ridgeline.log.console import ConsoleText, Stream
from ridgeline.record.boundary import Boundary
from ridgeline.record.capture.screen import Screen
from ridgeline.record.notebook import notebook_events

_STREAMS: tuple[Stream, ...] = ("stdout", "stderr")
# What may wait in memory to be written. Python prints 20 MB a second at most, so more comes only while the disk hangs.
_LIMIT_CHARS = 32 << 20
_TEXT_LIMIT_CHARS = 128 << 10  # at 4 bytes a character, half a frame


class Console:
    """Hears both streams from `attach` to `detach`, folds progress bars, and gives out whole lines."""

    def __init__(self, boundary: Boundary) -> None:
        self._boundary = boundary
        self._heard: deque[tuple[float, Stream, str]] = deque()
        self._n_chars = 0
        self._screens = {stream: Screen() for stream in _STREAMS}
        self._attached: list[_Tee] = []
        self._cells: Any | None = None

    def attach(self) -> None:
        """Begin to listen."""
        self._listen()
        self._cells = notebook_events()
        if self._cells is not None:
            # IPython 9 puts the `write` of before a cell back after it, so ours is set again for each.
            self._cells.register("pre_run_cell", self._on_cell)

    def _on_cell(self, _info: Any = None) -> None:
        with self._boundary.guard("console-not-captured", "The console could not be captured"):
            self._listen()

    def _listen(self) -> None:
        for stream in _STREAMS:
            target = getattr(sys, stream)
            if target is None:  # a program without a console
                continue
            tee = _Tee.on(target)
            if tee is None:
                self._boundary.report(
                    "console-not-captured", f"sys.{stream} does not let its write be wrapped"
                )
                continue
            if (self, stream) not in tee.listeners:
                tee.listeners.append((self, stream))
                self._attached.append(tee)

    def detach(self) -> None:
        """Stop listening."""
        if self._cells is not None:
            self._cells.unregister("pre_run_cell", self._on_cell)
            self._cells = None
        for tee in self._attached:
            tee.listeners = [(console, stream) for console, stream in tee.listeners if console is not self]
            tee.remove_if_unused()
        self._attached = []

    def hear(self, stream: Stream, text: str) -> None:
        """Take printed text: on the printing thread, so no more than this."""
        if self._n_chars < _LIMIT_CHARS:
            self._n_chars += len(text)
            self._heard.append((time.time(), stream, text))
        else:
            self._boundary.report("console-dropped", "More was printed at once than is recorded")

    def take(self) -> list[ConsoleText]:
        """Return the lines that were finished since the last call, the two streams in the order they were printed in."""
        printed: list[ConsoleText] = []
        heard = [self._heard.popleft() for _ in range(len(self._heard))]
        self._n_chars = 0
        # Neighbours on a stream in one piece: nested progress bars go down and up again in several writes.
        for stream, group in groupby(heard, key=itemgetter(1)):
            texts = list(group)
            _append(
                printed,
                texts[0][0],
                stream,
                self._screens[stream].feed("".join([text for _, _, text in texts])),
            )
        return printed

    def take_rest(self) -> list[ConsoleText]:
        """Return also the lines without an end, when the run is closed."""
        printed = self.take()
        for stream, screen in self._screens.items():
            _append(printed, time.time(), stream, screen.close())
        return printed


def _append(printed: list[ConsoleText], heard_at: float, stream: Stream, lines: list[str]) -> None:
    text = "".join([line + "\n" for line in lines])
    if not text:
        return
    last = printed[-1] if printed else None
    # One frame for neighbours on the same stream.
    if last is not None and last.stream == stream and len(last.text) + len(text) < _TEXT_LIMIT_CHARS:
        printed[-1] = ConsoleText(last.time, stream, last.text + text)
        return
    printed.extend(
        ConsoleText(heard_at, stream, text[start : start + _TEXT_LIMIT_CHARS])
        for start in range(0, len(text), _TEXT_LIMIT_CHARS)
    )


class _Tee:
    """The wrapped `write` of one stream object, shared by all runs that listen to it."""

    def __init__(self, target: Any) -> None:
        self._target = target
        self._write: Callable[[str], int] = target.write
        self._wraps_attribute = "write" in vars(target)
        self.listeners: list[tuple[Console, Stream]] = []

    @classmethod
    def on(cls, target: Any) -> "_Tee | None":
        """Return the tee on this stream, set now unless it is there; None where it cannot be."""
        there = getattr(target.write, "ridgeline_tee", None)
        if isinstance(there, cls):
            return there
        try:
            tee = cls(target)

            def write(text: str) -> int:
                written = tee._write(text)
                for console, stream in tee.listeners:
                    console.hear(stream, text)
                return written

            write.ridgeline_tee = tee  # type: ignore[attr-defined]
            target.write = write
        except (AttributeError, TypeError):
            return None
        return tee

    def remove_if_unused(self) -> None:
        """Put the stream's own `write` back, unless somebody has wrapped ours since."""
        if self.listeners or getattr(self._target.write, "ridgeline_tee", None) is not self:
            return
        if self._wraps_attribute:
            self._target.write = self._write
        else:
            del self._target.write
