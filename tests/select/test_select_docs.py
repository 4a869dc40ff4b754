"""What the pages on choosing example by example and among bases show runs, and comes out as they say."""

import re
from pathlib import Path

import numpy as np
import pytest

from ridgeline.select.reuse.mechanisms import MECHANISMS

EXPLAIN = Path(__file__).parents[2] / "docs" / "explain"


@pytest.fixture
def shown():
    """Run the code of a page and return its names."""

    def run(page):
        code = re.findall(r"^    (.*)$|^$", (EXPLAIN / page).read_text("utf-8"), re.MULTILINE)
        names = {}
        exec("\n".join(code), names)
        return names

    return run


def test_single_examples(shown):
    names = shown("single-examples.md")
    assert len(names["found"].rows) > 200
    assert names["share"] > 0.9
    assert names["routed"].gain.low > 0
    assert names["front"].best.any()
    assert (names["scores"]["lame:entropy"] > names["scores"]["entropy"]).all()


def test_base_models(shown):
    names = shown("base-models.md")
    assert 0.6 < names["effects"].r_squared < 0.8
    assert names["choice"].regret.mean() < names["choice"].random.mean()
    assert names["curve"].shape == (7,)
    assert names["curve"][-1] == pytest.approx(names["choice"].regret.mean())
    assert names["regret"]["newest"] < names["regret"]["first"]
    assert min(names["regret"].values()) >= 0
    assert np.isfinite(names["found"].regret).all()


def test_the_page_lists_the_mechanisms():
    table = re.findall(r"^\| (`[^|]*`) \|", (EXPLAIN / "base-models.md").read_text("utf-8"), re.MULTILINE)
    assert [name for row in table for name in re.findall(r"`([\w-]+)`", row)] == list(MECHANISMS)
