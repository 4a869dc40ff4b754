"""Every expression in the tables of the guide can be asked, and every name that the language has is explained."""

import re
from pathlib import Path

import pytest

from ridgeline.query.expression import parse_filter
from ridgeline.query.language import names, parse, regex, scalars, scope
from ridgeline.query.language.signatures import SIGNATURES

DOCS = Path(__file__).parents[2] / "docs"
GUIDE = (DOCS / "howto" / "query.md").read_text("utf-8")
EXPLAINED = (DOCS / "explain" / "query-language.md").read_text("utf-8")
EXPRESSIONS = [text.replace(r"\|", "|") for text in re.findall(r"^\| `(.+?)` \|", GUIDE, re.MULTILINE)]


def test_the_guide_has_expressions():
    assert len(EXPRESSIONS) > 15


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_expression(record, opened, text):
    record({"hparams": {"lr": 0.1}}, [("f1", {"lang": "de"}, [0.5])])
    assert parse_filter(text)
    opened().runs(text)


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
