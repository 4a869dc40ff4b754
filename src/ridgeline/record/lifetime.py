"""How a process ends, and how it forks, seen by the runs that are open in it.

    returns, sys.exit(0)                  finished
    sys.exit(other), unhandled exception  failed, with the traceback
    raise SystemExit(other)               finished: Python tells nobody, so write sys.exit(other)
    exception in a thread                 failed, unless the run is closed by the program itself
    Ctrl-C, SIGTERM, SIGHUP               stopped
    kill -9, power cut                    no end is written: readers see the heartbeat missing and say lost

The hooks are set when the first run opens and call what was there before them. Signal handlers are for the main thread
alone: for a run that another thread opens it sets them when it next comes to it. While it is inside of C code all that
time (a long time.sleep, an event loop with nothing to do), a signal kills as if nobody had asked, and the run is lost.
"""

import atexit
import os
import sys
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, NamedTuple, NoReturn, Protocol

from ridgeline.log.events import EndStatus
from ridgeline.record.notebook import notebook_events
from ridgeline.record.signals import StopSignals

# What a signal may wait for a last flush: schedulers give 5 to 30 s before they kill.
_SIGNAL_FLUSH_SECS = 3.0
_TRACEBACK_LIMIT_CHARS = 64 << 10


class Endable(Protocol):
    """A recording, as seen from here."""

    left_as: EndStatus

    def flush(self, timeout_secs: float | None = None) -> None: ...
    def end(self, status: EndStatus, error: str | None = None) -> None: ...
    def forked(self) -> None: ...


class Ending(NamedTuple):
    """How the process is about to end."""

    status: EndStatus
    error: str | None


class _Process:
    """What is known about this process. One object, so that a fork's child can start afresh in one place."""

    def __init__(self) -> None:
        self.open: set[Endable] = set()
        self.ending: Ending | None = None
        self.hooked = False
        self.finalizer_pid = 0


_process = _Process()


def enroll(recording: Endable) -> None:
    """End this recording when the process ends."""
    _process.open.add(recording)
    if not _process.hooked:
        _process.hooked = True
        atexit.register(_at_exit)
        _hook_exceptions()
        _hook_sys_exit()
        _hook_notebook()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=_after_fork)
    _stop_signals.hook()


def withdraw(recording: Endable) -> None:
    """Forget a recording that has ended. Takes no lock."""
    _process.open.discard(recording)


def flush_all(timeout_secs: float | None = None) -> None:
    """Flush every open recording of this process."""
    for recording in list(_process.open):
        recording.flush(timeout_secs)


def traceback_text(error: BaseException) -> str:
    """Return the traceback as Python prints it; of a very long one, the end."""
    import traceback

    return "".join(traceback.format_exception(error))[-_TRACEBACK_LIMIT_CHARS:]


def ending_of(error: BaseException) -> Ending:
    """Return how a run ends that this exception ends."""
    if isinstance(error, KeyboardInterrupt):
        return Ending("stopped", None)
    if isinstance(error, SystemExit):
        clean = error.code is None or error.code == 0
        return Ending("finished", None) if clean else Ending("failed", f"SystemExit: {error.code}")
    return Ending("failed", traceback_text(error))


def writing_began() -> None:
    """Make sure that the end of a child of multiprocessing is seen: it leaves by os._exit, past every atexit function."""
    util = sys.modules.get("multiprocessing.util")
    process = sys.modules.get("multiprocessing.process")
    if util is None or process is None or process.parent_process() is None:
        return
    if _process.finalizer_pid != os.getpid():
        _process.finalizer_pid = os.getpid()
        util.Finalize(None, _at_child_exit, exitpriority=100)


def _end_all(ending: Ending | None) -> None:
    for recording in list(_process.open):
        status, error = ending or Ending(recording.left_as, None)
        recording.end(status, error)


def _at_exit() -> None:
    # Python keeps the exception that ended the program there, also when a later excepthook does not call ours.
    last: BaseException | None = None if _is_interactive() else getattr(sys, "last_value", None)
    _end_all(_process.ending or (None if last is None else ending_of(last)))


def _at_child_exit() -> None:
    # multiprocessing calls this while the exception that ended the child is still being handled.
    error = sys.exc_info()[1]
    _end_all(ending_of(error) if error is not None else _process.ending)


def _note(ending: Ending) -> None:
    """The first cause counts: what follows it is mostly its consequence."""
    _process.ending = _process.ending or ending


def _is_interactive() -> bool:
    """Say whether somebody types: then an exception ends a line or a cell, not the program."""
    return hasattr(sys, "ps1")


def _hook_exceptions() -> None:
    earlier, earlier_thread = sys.excepthook, threading.excepthook

    def on_exception(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if not _is_interactive():
            _note(ending_of(error))
        earlier(kind, error, trace)

    def on_thread_exception(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            _note(ending_of(args.exc_value))
        earlier_thread(args)

    sys.excepthook = on_exception
    threading.excepthook = on_thread_exception


def _hook_sys_exit() -> None:
    """Learn the exit code: when the interpreter calls the atexit functions it is no longer to be found."""
    earlier: Callable[[Any], NoReturn] = sys.exit

    def exit(code: Any = None, /) -> NoReturn:  # noqa: A001 - shown as the name of sys.exit in tracebacks
        if code is not None and code != 0:
            _note(ending_of(SystemExit(code)))
        earlier(code)

    sys.exit = exit


def _hook_notebook() -> None:
    """In a notebook an exception ends a cell, not the process: a run left open ends as the last cell did."""
    events = notebook_events()
    if events is None:
        return

    def on_cell(result: Any) -> None:
        error = result.error_in_exec or result.error_before_exec
        _process.ending = ending_of(error) if isinstance(error, BaseException) else None

    events.register("post_run_cell", on_cell)


def _asked_to_stop() -> None:
    _process.ending = Ending("stopped", None)
    # The program may save a checkpoint and go on for a while, so its runs stay open.
    flush_all(_SIGNAL_FLUSH_SECS)


def _stopping() -> None:
    _process.ending = Ending("stopped", None)
    _end_all(_process.ending)


_stop_signals = StopSignals(_asked_to_stop, _stopping)


def _after_fork() -> None:
    _process.ending = None
    for recording in list(_process.open):
        recording.forked()
