"""The page on scorers lists those that are there, with what they need, and its example runs."""

import re
from pathlib import Path

from ridgeline.select.scorers.registry import SCORERS

PAGE = (Path(__file__).parents[3] / "docs" / "explain" / "scorers.md").read_text("utf-8")


def test_the_table_has_every_scorer_and_its_needs():
    rows = re.findall(r"^\| `([\w-]+)` \| ([\w, ]+) \|", PAGE, re.MULTILINE)
    assert {name: frozenset(needs.split(", ")) for name, needs in rows} == {
        name: scorer.needs for name, scorer in SCORERS.items()
    }


def test_the_example_runs():
    code = "\n".join(re.findall(r"^    (.*)$|^$", PAGE.partition("`score` also")[0], re.MULTILINE))
    names = {}
    exec(code, names)
    assert names["scores"]["atc"].shape == (240,)
    assert list(names["scores"]) == [
        "entropy", "mutual-information", "snd", "mano", "atc", "atc-entropy", "doc", "agreement", "agreement-line",
    ]  # fmt: skip
    assert names["best"] == names["scores"]["atc"].argmax()
