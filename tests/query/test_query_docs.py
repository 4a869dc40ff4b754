"""Every expression in the tables of the guide can be asked, and every name that the language has is explained."""

import re
from pathlib import Path

import pytest

from ridgeline.query.expression import parse_filter
from ridgeline.query.language import names, parse, regex, scalars, scope
from ridgeline.query.language.signatures import SIGNATURES

DOCS = Path(__file__).parents[2] / "docs"
GUIDE = (DOCS / "howto" / "query.md").read_text("utf-8")
LINES = (DOCS / "howto" / "lines.md").read_text("utf-8")
EXPLAINED = (DOCS / "explain" / "query-language.md").read_text("utf-8")
EXPRESSIONS = [text.replace(r"\|", "|") for text in re.findall(r"^\| `(.+?)` \|", GUIDE, re.MULTILINE)]


def test_the_guide_has_expressions():
    assert len(EXPRESSIONS) > 15


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_expression(record, opened, text):
    record({"hparams": {"lr": 0.1}}, [("f1", {"lang": "de"}, [0.5])])
    assert parse_filter(text)
    opened().runs(text)


def spans_of(heading):
    """Return what stands in the first column of a table of the guide to lines."""
    table = LINES.partition(f"| {heading} |")[2].partition("\n\n")[0]
    cells = re.findall(r"^\| (`.+?`) \| ", table, re.MULTILINE)
    return [text.replace(r"\|", "|") for cell in cells for text in re.findall(r"`(.+?)`", cell)]


@pytest.mark.parametrize("text", spans_of("selector"))
def test_selector(record, opened, text):
    record({}, [("f1", {"lang": "de"}, [0.5]), ("loss", None, [0.5]), ("val/f1", None, [1])])
    assert len(opened().lines(text)) > 0


@pytest.mark.parametrize("text", [*spans_of("key"), "expr:-run.x"])
def test_key(record, opened, text):
    record({"hparams": {"lr": 0.1}, "x": 1}, [("f1", {"lang": "de"}, [0.5])])
    assert len(opened().lines("f1", color=text, fold=True)) == 1


def test_the_guide_to_lines_has_tables():
    assert len(spans_of("selector")) > 8
    assert len(spans_of("key")) > 8


def test_names_are_explained():
    for name in (*names.RUN_FIELDS, *names.RUN_ALIASES, *names.SERIES_FIELDS, *names.SEQUENCE_KINDS):
        assert re.search(rf"\b{name}\b", EXPLAINED), name
    for name in SIGNATURES:
        if not name.startswith(("math.", "datetime.")):
            assert re.search(rf"\b{name}\b", EXPLAINED), name


def test_bounds_are_explained():
    bounds = [
        parse.MAX_CHARS,
        parse.MAX_NODES,
        parse.MAX_DEPTH,
        scalars.MAX_TEXT,
        regex.MAX_PATTERN,
        regex.MAX_REPEAT,
        regex.MAX_SEARCHED,
    ]
    for bound in bounds:
        assert f"{bound:,}" in EXPLAINED, bound
    assert f"{scope.BUDGET_SECS:.0f} s" in EXPLAINED
    assert f"{scope.MAX_CELLS // 1_000_000} million" in EXPLAINED
