"""Every mistake is an error with a caret; the texts are in tests/golden/query_errors.txt.

To write the file anew after a change: `python tests/query/language/test_language_errors.py`.
"""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from language_tables import Row, TableSource, ask

from ridgeline.core.errors import QueryError
from ridgeline.query.expression import parse_value
from ridgeline.query.language.check import check
from ridgeline.query.language.parse import parse

GOLDEN = Path(__file__).parents[2] / "golden" / "query_errors.txt"

CHECKED = [
    "foo > 1",
    "metrics.name == 'f1'",
    "rnu.lr > 1",
    "true",
    "run",
    "metric",
    "run > 1",
    "len",
    "math.sqrt > 1",
    "run.metrics",
    "run.metrics['f1'] > 0.5",
    "run.metrics['f1'].lst > 0.5",
    "run.metrics['f1'].last()",
    "run.metrics[run.x].last",
    "run.metrics['f1', 'de'].last",
    "run.metrics['f1', {'lang': run.x}].last",
    "metric.nam == 'f1'",
    "metric.step > 3",
    "metric['f1']",
    "images.last > 1",
    "metric.name == images.name",
    "run[1]",
    "run[run.x]",
    "run.x in run",
    "run.name.foo",
    "run.name.upper == 'A'",
    "run.name.uper()",
    "run.tags.append('x')",
    "run.created_at.mnth == 2",
    "().__class__",
    "().__class__.__bases__[0].__subclasses__()",
    "''.__class__",
    "run.name.__class__",
    "run.name.format(1)",
    "run.name.format_map({})",
    "'{0.__class__}'.format(run)",
    "__import__('os')",
    "__import__('os').system('true')",
    "eval('1')",
    "open('/etc/passwd')",
    "getattr(run, 'x')",
    "hasattr(run, 'x')",
    "globals()",
    "(lambda: 1)()",
    "lambda: 1",
    "(x := 1)",
    "f'{run.name}'",
    "{k: 1 for k in run.tags}",
    "{'a': run.x}",
    "{**{}}",
    "[*run.tags]",
    "len(*run.tags)",
    "max(**{})",
    "b'a'",
    "1j",
    "...",
    "0x" + "f" * 300,
    "run.x @ run.y",
    "1 << 99",
    "~run.x",
    "run.x is 3",
    "run.x is run.y",
    "abs()",
    "abs(1, 2)",
    "round(1, digits=2)",
    "timedelta(dayz=1)",
    "datetime(2020)",
    "datetime.nwo()",
    "isinstance(run.x, Number)",
    "run.name.startswith(prefix='a')",
    "run.get(run.x)",
    "run.get('a', 1, 2)",
    "run.x[run.a:]",
    "run.x['a':]",
    "any(run.x for run in run.tags)",
    "any(t.x for t.y in run.tags)",
    "run.tags()",
    "(1)(2)",
    "re.sub('a', 'b', run.name)",
    "re.match(run.x, run.name)",
    "re.match('(', run.name)",
    "re.match('(?=a)b', run.name)",
    r"re.match('(a)\\1', run.name)",
    "re.match('a{1000}', run.name)",
    "re.match('a', run.name, 2)",
    "re.match('a')",
    "run.name.matches()",
    "time.time()",
]
EVALUATED = [
    "9**9**9",
    "'a' * 10**9",
    "[1] * 10**9",
    "range(10**9)",
    "run.name.zfill(10**9)",
    "run.name.ljust(10**9)",
    "'aaaa'.replace('a', 'b' * 99999)",
    "run.created_at.strftime('%c' * 10000)",
    "10**300 * 10**300",
    "len([a for a in range(3000) for b in range(3000)]) > 1",
]


def text_of(expression):
    try:
        ask(
            expression,
            TableSource([Row({"x": 1}, {"name": "r", "created_at": datetime(2024, 1, 1, tzinfo=UTC)})]),
        )
    except QueryError as error:
        return str(error)
    return "no error"


def golden_text():
    return "\n\n".join(text_of(expression) for expression in [*CHECKED, *EVALUATED]) + "\n"


def test_error_texts():
    assert golden_text() == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.parametrize("expression", CHECKED)
def test_mistakes_are_seen_before_anything_is_computed(expression):
    with pytest.raises(QueryError) as caught:
        check(parse(expression))
    assert caught.value.source == expression
    assert 0 <= caught.value.start < caught.value.end <= len(expression)


@pytest.mark.parametrize("expression", EVALUATED)
def test_what_would_run_away_is_refused(expression):
    assert "expression-runs-away" in text_of(expression)


def test_a_value_must_be_one():
    with pytest.raises(QueryError, match="missing"):
        parse_value("  ")
    with pytest.raises(QueryError, match="is a series, not a number"):
        parse_value("run.metrics['f1']")


if __name__ == "__main__":
    GOLDEN.write_text(golden_text(), encoding="utf-8")
