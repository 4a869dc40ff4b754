"""SIGTERM and SIGHUP, which ask the process to stop: told to whoever hooked them, before they have their usual effect."""

import os
import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

from ridgeline.record.main_thread import run_in_main_thread

# Who closes a terminal, or loses the connection to it, sends SIGHUP; schedulers and `kill` send SIGTERM.
_NAMES = ("SIGTERM", "SIGHUP")
_NUMBERS = tuple(getattr(signal, name) for name in _NAMES if hasattr(signal, name))


class StopSignals:
    """Handlers of ours, which call those that were there before them.

    `asked` is called where the program has a handler of its own, which may save a checkpoint and go on for a while;
    `stopping` where the process is about to end.
    """

    def __init__(self, asked: Callable[[], None], stopping: Callable[[], None]) -> None:
        self._asked = asked
        self._stopping = stopping
        self._earlier: dict[int, Any] = {}

    def hook(self) -> None:
        """Set the handlers that are not set yet. Only the main thread may: another one asks it to, and goes on."""
        if len(self._earlier) == len(_NUMBERS):
            return
        if threading.current_thread() is threading.main_thread():
            self._hook()
        else:
            run_in_main_thread(self._hook)

    def _hook(self) -> None:
        """Set handlers where there is none, or one of Python's that ours can call; leave ignored and C handlers alone."""
        for number in _NUMBERS:
            earlier = signal.getsignal(number)
            if number not in self._earlier and (earlier is signal.SIG_DFL or callable(earlier)):
                self._earlier[number] = earlier
                signal.signal(number, self._on_signal)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        earlier = self._earlier[number]
        if callable(earlier) and earlier is not signal.SIG_DFL:
            self._asked()
            earlier(number, frame)
            return
        self._stopping()
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
