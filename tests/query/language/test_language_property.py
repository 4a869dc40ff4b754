"""Random texts and random expressions: no hang, no other error than QueryError, and the answers of a slow interpreter."""

import contextlib
import math
import string

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from language_oracle import interpret
from language_tables import Row, TableSource, ask, outcome

from ridgeline.core.errors import QueryError

TABLE = TableSource(
    [
        Row({"a": 1, "b": 0.5, "s": "adam", "f": True, "m": 3, "l": [1, 2, 3], "w": ["x", "adam"]}),
        Row({"a": -3, "b": 2.0, "s": "", "f": False, "m": "adam", "l": []}),
        Row({"a": 0, "b": math.nan, "s": "Zoë", "m": None, "l": [5], "w": []}),
        Row({"a": 7, "b": -0.0, "f": True, "m": [1], "w": ["y", 2]}),
        Row({}),
        Row({"b": math.inf, "s": "x", "m": 0.5}),
    ]
)

PARAMS = st.sampled_from(["run.a", "run.b", "run.s", "run.f", "run.m", "run.l", "run.w", "run.none"])
LITERALS = st.sampled_from(
    ["0", "1", "-2", "0.5", "3", "True", "False", "None", "'adam'", "''", "'x'", "[1, 2]", "['x', None]"]
)
VARIABLES = st.sampled_from(["v", "w"])


def join(form, *parts):
    return st.tuples(*parts).map(lambda found: form.format(*found))


def grow(inner):
    """Return expressions one level up. Each is bracketed, so that precedence plays no part."""
    operand = inner.map(lambda text: f"({text})")
    compare = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
    return st.one_of(
        join("{} {} {}", operand, compare, operand),
        join("{} {} {} {} {}", operand, compare, operand, compare, operand),
        join("{} {} {}", operand, st.sampled_from(["+", "-", "*", "/", "//", "%"]), operand),
        join("{} ** {}", operand, st.sampled_from(["0", "1", "2", "0.5", "-1"])),
        join("{} {} {}", operand, st.sampled_from(["and", "or"]), operand),
        join("{} and {} or {}", operand, operand, operand),
        join("not {}", operand),
        join("-{}", operand),
        join("{} if {} else {}", operand, operand, operand),
        join("{} {} {}", operand, st.sampled_from(["in", "not in"]), operand),
        join("{} in [{}, {}]", operand, operand, operand),
        join("{} is None", operand),
        join("{} is not None", operand),
        join("{}({})", st.sampled_from(["abs", "len", "bool", "sum", "any", "all", "min", "max"]), operand),
        join("{}({}, {})", st.sampled_from(["min", "max"]), operand, operand),
        join("{}.{}()", operand, st.sampled_from(["upper", "lower", "strip"])),
        join("{}.{}({})", operand, st.sampled_from(["startswith", "endswith"]), operand),
        join("{}({} for v in {})", st.sampled_from(["any", "all", "sum", "len", "max"]), operand, operand),
        join("{}({} {} v for v in {})", st.sampled_from(["any", "all"]), operand, compare, operand),
        join("[v for v in {} if v {} {}]", operand, compare, operand),
        join("sum(v + {} for v in {} if v in {})", operand, operand, operand),
    )


EXPRESSIONS = st.recursive(PARAMS | LITERALS, grow, max_leaves=8)


def same(found, expected):
    if isinstance(expected, (bool, int, float)) and isinstance(found, (bool, int, float)):
        if math.isnan(expected):
            return math.isnan(found)
        return math.isclose(found, expected, rel_tol=1e-12, abs_tol=1e-300) or found == expected
    if isinstance(expected, tuple) and isinstance(found, tuple):
        return len(found) == len(expected) and all(map(same, found, expected))
    return found == expected


@settings(max_examples=400, deadline=20_000, suppress_health_check=[HealthCheck.too_slow])
@given(EXPRESSIONS)
@example("(run.m) < (run.a)")
@example("max((run.m), (run.a))")
@example("(run.s) in (run.w)")
def test_columns_agree_with_one_run_at_a_time(text):
    answer = outcome(text, TABLE)
    if isinstance(answer, QueryError):
        assert answer.slug == "expression-runs-away"
        return
    expected = [interpret(text, row.params) for row in TABLE.rows]
    assert all(map(same, answer.values, expected)), (answer.values, expected)


WORDS = st.sampled_from(
    [
        "run",
        "metric",
        "images",
        ".name",
        ".last",
        ".lr",
        "['a']",
        "[0]",
        "[1:]",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        "==",
        "!=",
        "<",
        ">",
        "in",
        "is",
        "not",
        "and",
        "or",
        "None",
        "True",
        "1",
        "2.5",
        "'a'",
        '"',
        "+",
        "-",
        "*",
        "/",
        "//",
        "%",
        "**",
        "for",
        "if",
        "else",
        "lambda",
        ":=",
        "@",
        "~",
        ".",
        "x",
        "len(",
        "sum(",
        "any(",
        "re.match(",
        "datetime(",
        "**",
        "\\",
        "\n",
        "#",
        "é",
        "\x00",
        "f'{",
        "}'",
        "1e999",
        "0x",
    ]
)


@settings(max_examples=300, deadline=20_000, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(WORDS, max_size=25).map(" ".join)
    | st.lists(WORDS, max_size=12).map("".join)
    | st.text(max_size=80)
)
def test_any_text_is_an_answer_or_a_query_error(text):
    answer = outcome(text, TABLE)
    if isinstance(answer, QueryError):
        assert answer.source in (text, text[:80])
        assert 0 <= answer.start <= answer.end <= len(text) + 1
        assert answer.slug
    else:
        assert len(answer.values) == len(TABLE.rows)


@settings(max_examples=60, deadline=20_000)
@given(
    st.sampled_from(["(", "[", "-", "not ", "run.", "a[0]", "1+", "{", "f(", "lambda:", "x if ", "'", "'a'"]),
    st.integers(1, 12_000),
)
def test_repetition_never_hangs(part, count):
    with contextlib.suppress(QueryError):
        ask((part * count)[:12_000] + "1", TABLE)


@settings(max_examples=150, deadline=20_000, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(alphabet=string.ascii_letters + r"()[]{}*+?|\^$.0123456789,-:=!<>P ", max_size=30))
@example("(a+)+$")
@example("(a|a)*$")
@example("(.*)*x")
@example("(x+x+)+y")
@example("a{100}" * 80)
@example("(" * 100)
def test_patterns_never_hang(pattern):
    source = TableSource([Row({"s": "a" * 5_000 + "!"}), Row({"s": "x" * 5_000})])
    answer = outcome(f"run.s.matches({pattern!r})", source)
    if isinstance(answer, QueryError):
        assert answer.slug == "bad-pattern"
