"""Take the logs in while questions are answered: the first index of 100,000 runs takes a minute or two."""

import threading
import time
from typing import Final, NamedTuple

from ridgeline.core.errors import RidgelineError
from ridgeline.index.base import Index
from ridgeline.log.layout import Layout

# A page waits so long for the whole, and for a few runs, which take no longer unless they are huge, until this.
_PATIENCE_SECS: Final = 0.7
_PATIENCE_FOR_FEW_SECS: Final = 10.0
_FEW: Final = 300
_PIECE_SECS: Final = 0.5
# Pages ask for everything again when the generation changes: more and more seldom, so that this takes no longer than to index.
_SHOWN_EACH: Final = 0.15


class Backlog(NamedTuple):
    """How far an index has got: runs that it has, and runs there are."""

    indexed: int
    total: int


class CatchUp:
    """Brings an index up to the logs once, in a thread of its own, which begins at once."""

    def __init__(self, index: Index, layout: Layout) -> None:
        self._index = index
        self._layout = layout
        self._began = time.monotonic()
        self._total = 0
        self._is_small = False
        self._generation = index.generation
        self._counted, self._done, self._closed = (threading.Event() for _ in range(3))
        self._thread = threading.Thread(target=self._work, name="ridgeline-catch-up", daemon=True)
        self._thread.start()

    @property
    def generation(self) -> int:
        """Return the generation to answer for."""
        return self._generation

    def wait(self) -> bool:
        """Return whether the index is up to the logs, after a wait that who opens a page will bear."""
        self._counted.wait(self._left(_PATIENCE_SECS))
        return self._done.wait(self._left(_PATIENCE_FOR_FEW_SECS if self._is_small else _PATIENCE_SECS))

    def wait_to_the_end(self) -> None:
        """Return when the index is up to the logs."""
        self._done.wait()

    def backlog(self) -> Backlog | None:
        """Return how far it has got; None when it is done."""
        if self._done.is_set():
            return None
        indexed = self._index.n_runs()
        return Backlog(indexed, max(indexed, self._total))

    def close(self) -> None:
        """Stop, and return when the index is not in use any more."""
        self._closed.set()
        self._thread.join()

    def _left(self, patience_secs: float) -> float:
        return max(0.0, self._began + patience_secs - time.monotonic())

    def _work(self) -> None:
        try:
            self._total = self._layout.count_runs()
            self._is_small = self._total - self._index.n_runs() < _FEW
            self._counted.set()
            self._take_in()
        except (RidgelineError, OSError):
            return  # whoever asks next meets it again, and is told
        finally:
            self._counted.set()
            self._done.set()

    def _take_in(self) -> None:
        show_at = 0.0
        while not self._closed.is_set():
            generation = self._index.refresh(limit_secs=_PIECE_SECS)
            elapsed = time.monotonic() - self._began
            if elapsed >= show_at or not self._index.behind:
                self._generation = generation
                show_at = elapsed * (1 + _SHOWN_EACH)
            if not self._index.behind:
                return
