import ast

import pytest

from ridgeline.core.errors import QueryError
from ridgeline.query.language.parse import MAX_CHARS, MAX_DEPTH, parse


def part(text, kind):
    parsed = parse(text)
    node = next(node for node in ast.walk(parsed.tree) if isinstance(node, kind))
    start, end = parsed.span(node)
    return text[start:end]


@pytest.mark.parametrize(
    "text",
    [
        "run.a > 1",
        "   run.a > 1  ",
        "\trun.a > 1",
        "'ü€😀' == run.x and run.a > 1",
        "run.x == 'ü€😀' and\n  run.a > 1",
        "\n\nrun.a > 1\n",
        "(run.b or\r\n run.a > 1)",
        "run.b or # a word\n run.a > 1",
    ],
)
def test_a_span_is_where_the_part_stands_in_the_text(text):
    parsed = parse(text)
    comparison = [
        n for n in ast.walk(parsed.tree) if isinstance(n, ast.Compare) and isinstance(n.ops[0], ast.Gt)
    ]
    start, end = parsed.span(comparison[0])
    assert text[start:end] == "run.a > 1"


def test_lines_need_no_brackets():
    assert isinstance(parse("run.a > 1\nand run.b > 2").tree, ast.BoolOp)


@pytest.mark.parametrize("text", ["a) or (b", "1\n) or (\n2", "a), (\nb"])
def test_text_does_not_close_our_brackets(text):
    with pytest.raises(QueryError):
        parse(text)


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("run.a >", "syntax"),
        ("run.a = 1", "syntax"),
        ("run.a\x00", "syntax"),
        ("import os", "syntax"),
        ("x" * (MAX_CHARS + 1), "expression-too-long"),
        ("-" * 9_999 + "1", "expression-too-deep"),
        ("not " * 2_000 + "1", "expression-too-deep"),
        ("run" + ".a" * 4_000, "expression-too-deep"),
        ("a" + "[0]" * 3_000, "expression-too-deep"),
        ("1+" * 4_000 + "1", "expression-too-deep"),
        ("[" * 5_000, "syntax"),
        ("(" * 150 + "1" + ")" * 150, None),
        ("[" + "1," * 3_000 + "]", "expression-too-large"),
        ("9" * 5_000, "syntax"),
    ],
)
def test_what_cannot_be_read_is_an_error_and_nothing_else(text, slug):
    if slug is None:
        parse(text)
        return
    with pytest.raises(QueryError) as caught:
        parse(text)
    assert caught.value.slug == slug
    assert 0 <= caught.value.start <= caught.value.end <= len(caught.value.source) + 1


def test_the_deepest_that_is_read_is_read():
    parse("-" * (MAX_DEPTH - 2) + "1")
    with pytest.raises(QueryError):
        parse("-" * MAX_DEPTH + "1")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("run.a && run.b", "and"), ("run.a || run.b", "or"), ("run.a <> 1", "!="), ("run.a = 1", "==")],
)
def test_operators_of_other_languages_get_a_hint(text, wanted):
    with pytest.raises(QueryError, match=f"Write `{wanted}`"):
        parse(text)


@pytest.mark.parametrize("text", ["run.a >", "run.", "run.a > 1 and  "])
def test_what_ends_too_early_is_pointed_at_where_it_ends(text):
    with pytest.raises(QueryError, match="ends too early") as caught:
        parse(text)
    assert caught.value.start == len(text.rstrip())


def test_a_pattern_brings_no_python_warning():
    assert part(r'run.name.matches("\d+")', ast.Constant) == r'"\d+"'


def test_a_comment_does_not_swallow_the_next_line():
    assert isinstance(parse("run.a > 1 # first\nand run.b").tree, ast.BoolOp)
