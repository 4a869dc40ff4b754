"""How to run a merge; none of it changes a byte of the output."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from ridgeline.merge.kernels.backends import Backend

OnProgress = Callable[[int, int], None]
"""Bytes of the output that are written, and all of them."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to run; none of it changes a byte of the output."""

    threads: int = 0
    """0: as many as there are processors for this process."""
    backend: Backend = "auto"
    device: str | None = None
    """A device of torch, such as `cuda`; None: the processor."""
    nonfinite: Literal["error", "keep"] = "error"
    """What to do where a merged value is NaN or infinite."""
    overwrite: bool = False
    """Replace another model in the folder."""
    on_progress: OnProgress | None = None
    ray: str | None = None
    """An address of Ray whose workers merge: `HOST:PORT`, `ray://HOST:PORT`, `auto` for the Ray that runs here, `local` for one
    that is started and stopped again; None: threads of this process."""

    def told(self, on_progress: OnProgress) -> "Options":
        """Return the same, with somebody who is told of progress."""
        return replace(self, on_progress=on_progress)

    @property
    def thread_count(self) -> int:
        """Return how many threads run."""
        if self.threads:
            return self.threads
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
