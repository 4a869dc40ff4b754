"""The docs name every method and every parameter."""

import re
from pathlib import Path

import pytest

from ridgeline.merge.methods import METHODS

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "explain" / "merge-methods.md").read_text("utf-8")


@pytest.mark.parametrize("name", METHODS)
def test_a_method_has_its_line_with_all_parameters(name):
    line = next(line for line in PAGE.splitlines() if line.startswith(f"| `{name}`"))
    like = [other for other in METHODS if f"those of `{other}`" in line]
    known = line + "".join(
        row for other in like for row in PAGE.splitlines() if row.startswith(f"| `{other}`")
    )
    for one in METHODS[name].parameters:
        assert f"`{one.name}`" in known, one.name


def test_no_other_methods_are_named():
    named = set(re.findall(r"^\| `([a-z_]+)`(?: \(ours\))? \|", PAGE, re.MULTILINE))
    assert named - {"arcee_fusion"} == set(METHODS)
