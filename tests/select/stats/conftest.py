import json
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def peers():
    """Inputs, and what other packages compute from them."""
    return json.loads((Path(__file__).parents[1] / "data" / "statistics.json").read_text(encoding="utf-8"))
