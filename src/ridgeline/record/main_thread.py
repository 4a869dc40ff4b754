"""Have the main thread do what only it may, such as setting a signal handler."""

import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

# Kept, one for each that was asked for, with what says that it was called: the interpreter holds bare addresses of them.
_callbacks: dict[Callable[[], None], tuple[Any, threading.Event]] = {}
# A main thread that is just about to wait when it is woken sleeps on: it is woken again.
_PAUSES_SECS = (0.01, 0.05, 0.25, 1.0, 5.0)


def run_in_main_thread(act: Callable[[], None]) -> None:
    """Ask the main thread to call `act` at its next step of Python; it must not raise.

    A main thread that waits for another one (Thread.join, Queue.get, Event.wait) is woken for it, and waits on. One that
    is inside of C code comes to it when that returns. Does nothing where Python is not CPython.
    """
    try:
        import ctypes

        add_pending_call = ctypes.pythonapi.Py_AddPendingCall
    except (ImportError, AttributeError):
        return

    done = threading.Event()

    def call(_: object) -> int:
        act()
        done.set()
        return 0

    # setdefault is indivisible: of two threads that ask at once, both get the one that is kept.
    made = (ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)(call), done)
    callback, called = _callbacks.get(act) or _callbacks.setdefault(act, made)
    if add_pending_call(callback, None) == 0:
        threading.Thread(target=_wake, args=(called,), name="ridgeline-wake", daemon=True).start()


def _wake(called: threading.Event) -> None:
    """Wake the main thread where it waits, again and again until it has done what it was asked for."""
    for pause in _PAUSES_SECS:
        if _waits_for_a_thread(threading.main_thread()):
            _nudge(threading.main_thread())
        if called.wait(pause):
            return


def _waits_for_a_thread(thread: threading.Thread) -> bool:
    """Say whether a thread waits for a lock: such a wait goes on by itself when it is woken, which not every one does."""
    frame = sys._current_frames().get(thread.ident or 0)  # noqa: SLF001 - documented, and there is no other way
    return frame is not None and frame.f_code.co_filename == threading.__file__


def _nudge(thread: threading.Thread) -> None:
    """Interrupt a wait by SIGURG, which is ignored by default, with a handler that does nothing."""
    import ctypes

    if thread.ident is None or signal.getsignal(signal.SIGURG) is not signal.SIG_DFL:
        return
    # A function of C that may be called at any moment, since signal.signal() is for the main thread alone.
    nothing = ctypes.cast(ctypes.pythonapi.Py_IsInitialized, ctypes.c_void_p)
    set_handler = ctypes.pythonapi.PyOS_setsig
    set_handler.restype, set_handler.argtypes = ctypes.c_void_p, (ctypes.c_int, ctypes.c_void_p)
    set_handler(signal.SIGURG, nothing)
    signal.pthread_kill(thread.ident, signal.SIGURG)
