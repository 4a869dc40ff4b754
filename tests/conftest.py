from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from recorded import Recorded, read_back
from ridgeline.record.run import Run

# Tests judge what comes back, not how long it takes: on a shared machine any example may stall for a second.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture
def read_id() -> Callable[[Path, str], Recorded]:
    """Read a run back as another process would: repository root and run id to all that the log holds."""
    return read_back


@pytest.fixture
def read() -> Callable[[Run], Recorded]:
    """Read a run of this process back, after a flush."""

    def read_run(run: Run) -> Recorded:
        run.flush()
        return read_back(run.repo, run.id)

    return read_run
