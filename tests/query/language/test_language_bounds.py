"""What would take for ever or fill the memory ends soon, with an answer or a QueryError."""

import time

import pytest
from language_tables import Row, TableSource, ask, outcome

from ridgeline.core.errors import QueryError
from ridgeline.query.language.check import check
from ridgeline.query.language.parse import parse
from ridgeline.query.language.scope import Budget, Scope

SOURCE = TableSource([Row({"a": i, "s": "a" * 2_000 + str(i)}, {"tags": ("x",)}) for i in range(300)])


def nested(form, core, depth):
    text = core
    for _ in range(depth):
        text = form.format(text)
    return text


ENDING = [
    nested("(1 < {} < 2)", "run.a", 25),
    nested("({} in [run.a, 1])", "run.a", 25),
    nested("max({}, 1)", "run.a", 25),
    nested("({} or run.a)", "run.a", 25),
    nested("run.get('x', {})", "run.a", 25),
    nested("[{0}, 1]".replace("{0}", "{}"), "run.a", 25),
    nested("any({} for x in [1, 2])", "run.a", 25),
    nested("[{} for x in range(100)]", "1", 10),
    nested("[{} for x in range(9)]", "run.a", 6),
    nested("([{}] * 1000)", "run.a", 5),
    nested("([{}] * 1000)", "0", 5) + " == " + nested("([{}] * 1000)", "0", 5),
    "str(" + nested("([{}] * 1000)", "'x'", 3) + ")",
    "(run.s * 40).count('a') > 1",
    "run.s * 40 + run.s * 40",
    "any(x == y == z for x in range(200) for y in range(200) for z in range(200))",
    "sum(x for x in range(10000)) > run.a",
    "[run.s for x in range(10000)]",
    "run.a in [" + ", ".join(map(str, range(1500))) + "]",
    " or ".join(f"run.a == {i}" for i in range(400)),
    " and ".join(f"run.s.matches('(a|aa)+{i}$')" for i in range(20)),
    "run.s.matches('(a*)*b')",
    "run.s.matches('(a|a?)+$')",
    "re.fullmatch('(.*a){20}', run.s)",
    "round(run.a, -10**9)",
    "run.a ** run.a ** run.a",
    "(run.a + 1) ** 1000 * (run.a + 2) ** 1000",
    "2 ** (2 ** run.a)",
    "int('9' * 100000)",
    "'%d' % run.a",
    "datetime(2020, 1, 1).strftime('%9999999999Y')",
    "datetime.strptime(' ' * 190, ' ' * 99)",
    "timedelta(days=10**30)",
    "datetime.fromtimestamp(1e300)",
    "math.gamma(1e5)",
    "math.pow(10, 10**9)",
    "'a'.join(['b' * 100] * 900)",
    "sorted([run.s] * 10)",
    "{run.a, run.s} | {1}",
]


@pytest.mark.parametrize("text", ENDING, ids=lambda text: text[:50])
def test_it_ends(text):
    start = time.monotonic()
    answer = outcome(text, SOURCE)
    assert time.monotonic() - start < 8
    if isinstance(answer, QueryError):
        assert answer.slug in ("expression-runs-away", "query-too-slow", "expression-too-deep")
    else:
        assert len(answer.values) == 300


def test_the_budget_is_kept():
    ticks = iter(range(10_000))
    with pytest.raises(QueryError, match="takes longer than 5 s") as caught:
        ask(
            "run.s.upper() == 'A' and run.s.lower() == 'b'",
            SOURCE,
            budget=Budget(5.0, lambda: float(next(ticks))),
        )
    assert caught.value.slug == "query-too-slow"


def test_checking_takes_no_longer_than_the_text_is_long():
    text = nested("(1 < {} < 2)", "run.a", 27)
    start = time.monotonic()
    check(parse(text))
    assert time.monotonic() - start < 1


def test_warnings_are_given_once():
    scope = Scope("x", SOURCE, SOURCE.runs)
    scope.warn((0, 1), "same", "slug")
    scope.warn((0, 1), "same", "slug")
    assert len(scope.warnings) == 1
