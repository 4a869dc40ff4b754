"""Printed text as a reader should see it: progress bars folded to what they ended as."""

import re

# Cursor up and down, as nested progress bars use them. Colours and the rest stay in the text.
_CONTROL = re.compile(r"(\n|\r|\x1b\[\d*[AB]|\x1b\[[0-2]?K)")
_PIECE_LIMIT_CHARS = 64 << 10
_HELD_LINES = 64


class Screen:
    """A terminal of a few lines. Lines above the cursor are done; those at and below it may still change."""

    def __init__(self) -> None:
        self._lines = [""]
        self._row = 0
        self._fresh = False  # after '\\r': the next text begins the line anew
        self._partial = ""  # a control sequence that was cut between two writes

    def feed(self, text: str) -> list[str]:
        """Take printed text; return the lines that are done, without their newlines."""
        text = self._partial + text
        cut = text.rfind("\x1b")
        # The end of an escape sequence may come with the next write.
        self._partial = (
            text[cut:]
            if cut >= 0 and len(text) - cut < 8 and not text[cut:].strip("\x1b[0123456789;")
            else ""
        )
        text = text[: len(text) - len(self._partial)]
        for part in _CONTROL.split(text):
            if part:
                self._apply(part)
        return self._take_done()

    def close(self) -> list[str]:
        """Return what is left, the unfinished line included."""
        lines, self._lines, self._row = self._lines, [""], 0
        while lines and not lines[-1]:
            lines.pop()
        return lines

    def _apply(self, part: str) -> None:
        if part == "\n":
            self._move(self._row + 1)
        elif part == "\r":
            self._fresh = True
        elif part[0] == "\x1b" and part[-1] in "AB" and part[1:2] == "[":
            distance = int(part[2:-1] or 1)
            self._move(self._row + (distance if part[-1] == "B" else -distance))
        elif part[0] == "\x1b" and part[-1] == "K" and part[1:2] == "[":
            if self._fresh or part == "\x1b[2K":
                self._lines[self._row] = ""
        elif self._fresh:
            self._lines[self._row] = part
            self._fresh = False
        elif len(self._lines[self._row]) < _PIECE_LIMIT_CHARS:
            self._lines[self._row] += part
        else:  # no newline for a long time: give out what there is
            self._move(self._row + 1)
            self._lines[self._row] = part

    def _move(self, row: int) -> None:
        self._fresh = False
        self._row = max(0, row)
        while len(self._lines) <= self._row:
            self._lines.append("")

    def _take_done(self) -> list[str]:
        # A cursor that went far up keeps no more than a screen of lines waiting.
        n_done = max(self._row, len(self._lines) - _HELD_LINES)
        done = self._lines[:n_done]
        del self._lines[:n_done]
        self._row = max(0, self._row - n_done)
        self._lines = self._lines or [""]
        return done
