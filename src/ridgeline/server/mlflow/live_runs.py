"""The runs that clients log to now, each with its file open, and their heartbeat."""

import contextlib
import logging
import threading
from collections.abc import Iterator

from ridgeline.core.clock import SYSTEM_CLOCK, Clock
from ridgeline.core.errors import StorageError
from ridgeline.log.layout import Layout
from ridgeline.server.mlflow.open_run import OpenRun

_LOG = logging.getLogger("ridgeline.server")
# A client that has said nothing for so long is taken for dead: MLflow's never say that they are alive. When it speaks again,
# its run is running again.
IDLE_SECS = 3600.0
# Each holds a file open, and a process may usually have 1024.
MOST_OPEN = 400
_TEND_SECS = 2.0


class LiveRuns:
    """Gives out runs to write to, one caller a run at a time."""

    def __init__(self, layout: Layout, clock: Clock = SYSTEM_CLOCK, idle_secs: float = IDLE_SECS) -> None:
        self._layout = layout
        self._clock = clock
        self._idle_secs = idle_secs
        self._lock = threading.Lock()
        self._runs: dict[str, OpenRun] = {}
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()

    @contextlib.contextmanager
    def hold(self, run_id: str, *, new: bool = False) -> Iterator[OpenRun]:
        """Hold a run, as it is in its log now; `new`: one that is not there yet.

        Raises:
            MlflowError: There is no such run.
            StorageError: Its log cannot be read.
        """
        while True:
            run = self._get(run_id)
            with run.lock:
                if run.closed:
                    continue  # it was, between the two lines above
                if not new:
                    run.load()
                yield run
                return

    def version(self, run_id: str) -> int:
        """Return a number that changes when this process changed something else about a run than its points."""
        run = self._runs.get(run_id)
        return -1 if run is None else run.version

    def tend(self) -> None:
        """Let all beat, and let go of those that nobody asks for."""
        now = self._clock.monotonic()
        with self._lock:
            runs = sorted(self._runs.values(), key=lambda run: run.used)
        for at, run in enumerate(runs):
            with run.lock:
                try:
                    if now - run.used > self._idle_secs or at < len(runs) - MOST_OPEN:
                        self._let_go(run)
                    else:
                        run.tend()
                except StorageError as error:
                    _LOG.warning("Run %s of an MLflow client: %s", run.run_id, error)

    def close(self) -> None:
        """Let go of all runs."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        with self._lock:
            runs = list(self._runs.values())
        for run in runs:
            with run.lock, contextlib.suppress(StorageError):
                self._let_go(run)

    def _get(self, run_id: str) -> OpenRun:
        with self._lock:
            if self._thread is None and not self._stop.is_set():
                self._thread = threading.Thread(target=self._tend_on, name="ridgeline-mlflow", daemon=True)
                self._thread.start()
            run = self._runs.get(run_id)
            if run is None:
                run = self._runs[run_id] = OpenRun(self._layout, run_id, self._clock)
            return run

    def _let_go(self, run: OpenRun) -> None:
        with self._lock:
            self._runs.pop(run.run_id, None)
        run.close()

    def _tend_on(self) -> None:
        while not self._stop.wait(_TEND_SECS):
            self.tend()
