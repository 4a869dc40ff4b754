from collections.abc import Iterator
from pathlib import Path

import pytest

from ridgeline.record.run import Run


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """A run without captures."""
    with Run(repo=tmp_path, capture=False) as opened:
        yield opened
