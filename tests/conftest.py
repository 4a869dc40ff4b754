from collections.abc import Callable
from pathlib import Path

import pytest

from recorded import Recorded, read_back
from ridgeline.record.run import Run


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
