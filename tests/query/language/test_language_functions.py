"""Functions, methods, arithmetic, times: the answers are Python's own."""

import math
import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from language_tables import Row, TableSource, ask, value, values

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)

PARAMS = {"i": 7, "f": -2.5, "s": "AbC d", "t": True, "l": [3, 1, 2], "z": "12", "big": 2**70}

SAME_AS_PYTHON = """
i + 1 ; i - f ; i * 2 ; i / 2 ; i // 2 ; -i // 2 ; i % 4 ; -i % 4 ; f % 2 ; i ** 2 ; 2 ** i ; i ** -1 ; -i ; +f ; t + t ; -t
i * i - i / i + 1 ; (i + 1) * (f - 1) ; 1 / 3 ; 7 // -2 ; 7 % -3 ; big + 1 ; big * 2 ; i * 10**15 ; True + 1
i > 6 ; i >= 7 ; i < 7 ; i <= 7 ; i == 7.0 ; i != 7 ; t == 1 ; 1 == True ; 'a' < 'b' ; s < 'b' ; [1, 2] < [1, 3] ; l == [3, 1, 2]
5 < i < 9 ; 9 > i > 8 ; i in [1, 7] ; i not in (1, 7) ; 7.0 in [i] ; s in ['AbC d'] ; 'b' in s ; 'x' not in s ; 1 in l ; i in {7}
i and s ; f or s ; not i ; i and 0 ; '' or s ; s if t else i ; s if not t else i ; (i or f) and l
abs(f) ; abs(i) ; abs(-3) ; len(s) ; len(l) ; len([1, i]) ; str(i) ; str(f) ; str(t) ; str(l) ; int(f) ; int(z) ; int(t) ; float(i) ; float(z)
bool(i) ; bool('') ; round(f) ; round(f * 1.234, 2) ; round(i / 3, 1) ; min(i, f) ; max(i, f, 100) ; min(l) ; max(l) ; sum(l) ; sum([i, 1])
any([i, 0]) ; all([i, 0]) ; any(l) ; sorted(l) ; sorted(l, reverse=True) ; list(l) ; tuple(l) ; set(l) == {1, 2, 3} ; list(range(3)) == [0, 1, 2]
sum(range(i)) ; list(s) == ['A', 'b', 'C', ' ', 'd']
isinstance(i, int) ; isinstance(s, (int, str)) ; isinstance(t, int) ; isinstance(f, int) ; isinstance(l, list)
math.sqrt(i) ; math.exp(f) ; math.log(i) ; math.log(i, 2) ; math.log10(i) ; math.log2(i) ; math.floor(f) ; math.ceil(f) ; math.trunc(f)
math.pow(i, 2) ; math.fabs(f) ; math.isnan(f) ; math.isinf(f) ; math.isfinite(i) ; math.hypot(i, f) ; math.pi ; math.e ; math.inf
math.isclose(i, 7.0) ; math.copysign(i, f) ; math.tanh(f) ; math.degrees(i) ; math.erf(f)
s.lower() ; s.upper() ; s.title() ; s.swapcase() ; s.startswith('A') ; s.endswith(('d', 'x')) ; s.strip('A') ; s.replace('b', 'xx') ; s.find('C')
s.count('b') ; s.split() ; s.split('b') ; s.rsplit(' ', 1) ; s.partition(' ') ; s.isalpha() ; z.isdigit() ; z.zfill(5) ; z.rjust(4, '.') ; z.center(5)
s.removeprefix('Ab') ; s.removesuffix('d') ; ','.join(['a', 'b']) ; '-'.join(s.split()) ; s.index('C') ; s[0] ; s[-1] ; s[1:3] ; s[::-1] ; s + '!' ; z * 3
s.casefold() == 'abc d' ; s.capitalize() ; 'a\\nb'.splitlines() ; l[0] ; l[-1] ; l[1:] ; l + [4] ; l * 2 ; l.count(1) ; l.index(2)
[x * 2 for x in l] ; [x for x in l if x > 1] ; any(x > 2 for x in l) ; all(x > 2 for x in l) ; sum(x * i for x in l) ; max(x - i for x in l)
[a * b for a in l for b in l if a < b] ; [[a for a in l if a > b] for b in l] ; {x % 2 for x in l} == {0, 1} ; sorted(x for x in [i, f, 0])
len([x for x in l]) ; [c for c in s if c != ' '] ; any(c.isupper() for c in s) ; [k for k, v in [('a', 1), ('b', 2)] if v > 1] ; min(abs(x - i) for x in l)
any(x == y for x in l for y in [i, 3]) ; [x for x in l][0] ; sum([x for x in l if x > 100]) ; all(x > 100 for x in []) ; [x + y for x in [1, 2] for y in [10, i]]
set([1, 2]) | {3} == {1, 2, 3} ; {1, 2} & {2, 3} == {2} ; {1} <= {1, 2} ; {1, 2} - {1} == {2} ; 6 & 3 ; 6 | 1 ; 6 ^ 2 ; (i > 1) & (f < 0) ; (i > 99) | (f < 0)
""".strip()


def cases():
    for line in SAME_AS_PYTHON.splitlines():
        yield from (case.strip() for case in line.split(" ; "))


def plain(found):
    if isinstance(found, (tuple, list)):
        return [plain(item) for item in found]
    return found


@pytest.mark.parametrize("text", list(cases()))
def test_the_answer_is_pythons(text):
    expected = eval(text, {**PARAMS, "math": math})
    for key in PARAMS:
        text = re.sub(rf"(?<![\w.'\"]){key}(?![\w'\"(])", f"run.{key}", text)
    found, _other = values(text, PARAMS, {"other": 1})
    if isinstance(expected, float):
        assert found == pytest.approx(expected)
    else:
        assert plain(found) == plain(expected)
        assert isinstance(found, (bool, int, float, tuple, frozenset)) or type(found) is type(expected)


def test_the_same_over_mixed_columns():
    rows = {"x": 1}, {"x": 2.5}, {"x": "a"}, {"x": True}, {"x": [1]}, {"x": None}, {}
    assert values("run.x + 1", *rows) == [2, 3.5, None, 2, None, None, None]
    assert values("run.x * 2", *rows) == [2, 5.0, "aa", 2, (1, 1), None, None]
    assert values("str(run.x)", *rows) == ["1", "2.5", "a", "True", "[1]", None, None]
    assert values("run.x == 1", *rows) == [True, False, False, True, False, False, False]
    assert values("isinstance(run.x, str)", *rows) == [False, False, True, False, False, None, None]
    assert values("len(run.x)", *rows) == [None, None, 1, None, 1, None, None]
    assert values("-run.x", *rows) == [-1, -2.5, None, -1, None, None, None]


def test_ints_are_exact_and_do_not_wrap():
    big = 2**62
    assert values("run.x == 4611686018427387905", {"x": big}, {"x": big + 1}) == [False, True]
    assert values("run.x * 4 > 0", {"x": big}, {"x": -big}) == [True, False]
    assert values("run.x + 1", {"x": 2**53 - 2}) == [2**53 - 1]
    assert values("run.x == 36893488147419103232", {"x": 2**65}, {"x": 1}) == [True, False]
    assert values("run.x ** 40 > 1e30", {"x": 10}, {"x": 1}) == [True, False]


def at(text, moment=datetime(2022, 2, 1, 23, 30, tzinfo=UTC), **scope):
    return ask(text, TableSource([Row({}, {"created_at": moment}), Row()]), **scope).values


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("run.created_at > datetime(2022, 2, 1)", True),
        ("run.created_at > datetime(2022, 2, 2)", True),
        ("run.created_at > datetime(2022, 2, 2, 1)", False),
        ("run.created_at == datetime(2022, 2, 2, 0, 30)", True),
        ("run.created_at.month", 2),
        ("run.created_at.day", 2),
        ("run.created_at.hour", 0),
        ("run.created_at.year == 2022 and run.created_at.month == 2", True),
        ("run.created_at.strftime('%d/%m/%Y %H')", "02/02/2022 00"),
        ("run.created_at.date() == date(2022, 2, 2)", True),
        ("run.created_at.date() == datetime(2022, 2, 2).date()", True),
        ("run.created_at.weekday()", 2),
        ("run.created_at.isoformat()", "2022-02-02T00:30:00+01:00"),
        ("run.created_at.timestamp()", 1643758200.0),
        ("datetime.fromisoformat('2022-02-02T00:30:00') == run.created_at", True),
        ("datetime.strptime('02.02.2022', '%d.%m.%Y') < run.created_at", True),
        ("datetime.fromtimestamp(1643758200) == run.created_at", True),
        ("datetime.datetime(2022, 2, 2) < run.created_at", True),
        ("run.created_at > datetime.now() - timedelta(days=1)", False),
        ("datetime.now() - run.created_at > timedelta(days=365)", True),
        ("(datetime.now() - run.created_at).days", 1488),
        ("(datetime.now() - run.created_at) / timedelta(days=1) > 1488.0", True),
        ("(run.created_at + timedelta(hours=2)).hour", 2),
        ("timedelta(hours=36) * 2 == timedelta(days=3)", True),
        ("timedelta(hours=36).total_seconds()", 129600.0),
        ("datetime.now().year", 2026),
        ("run.created_at in [datetime(2022, 2, 2, 0, 30)]", True),
        ("max(run.created_at, datetime(2023, 1, 1)).year", 2023),
        ("run.created_at.strftime('%999999d')", None),
        ("datetime(2022, 13, 1) is None", True),
        ("datetime(run.created_at.year, 1, 1) < run.created_at", True),
    ],
)
def test_times_are_in_the_zone_of_who_asks(text, expected):
    assert at(text, zone=BERLIN, now=NOW)[0] == expected


def test_a_missing_time_is_null():
    assert at("run.created_at.month == 2")[1] is False
    assert at("run.created_at < datetime(2030, 1, 1)")[1] is False
    assert at("run.created_at + timedelta(days=1)")[1] is None


def test_a_span_is_timedelta():
    assert value("timedelta(days=1) - timedelta(hours=1)") == timedelta(hours=23)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("run.s.matches('b+')", [True, None, None, None]),
        ("run.s.matches('^b')", [None, None, None, None]),
        ("re.search('b', run.s)", [True, None, None, None]),
        ("re.match('a', run.s)", [True, None, None, None]),
        ("re.match('b', run.s)", [None, None, None, None]),
        ("re.match('x|a', run.s)", [True, True, None, None]),
        ("re.fullmatch('ab*', run.s)", [True, None, None, None]),
        ("re.fullmatch('a|abb', run.s)", [True, None, None, None]),
        ("re.match('A', run.s, re.IGNORECASE)", [True, None, None, None]),
        ("re.match('A.*Z', run.s, flags=re.I | re.S)", [None, None, None, None]),
        ("re.match('(?i)X', run.s)", [None, True, None, None]),
        ("re.match('a', run.s) is not None", [True, False, False, False]),
        ("not re.match('a', run.s)", [False, True, True, True]),
        ("run.s and re.match('a', run.s) or run.s == 'x1'", [True, True, False, None]),
        (r"run.s.matches('\d')", [None, True, None, None]),
        (r"run.s.matches(r'\d$')", [None, True, None, None]),
        (r"re.match('.*1\Z', run.s)", [None, True, None, None]),
        ("any(re.match('a', p) for p in [run.s])", [True, False, False, None]),
    ],
)
def test_patterns(text, expected):
    found = values(text, {"s": "abb"}, {"s": "x1"}, {"s": 5}, {})
    assert [bool(v) for v in found] == [bool(v) for v in expected]
    if "not " not in text and " or " not in text and "any" not in text:
        assert found == expected


def test_lone_surrogates_do_not_break_a_pattern():
    assert values("run.s.matches('a')", {"s": "\ud800a"}, {"s": "\ud800"}) == [True, None]


def test_lists_of_columns():
    rows = {"a": 1, "b": 2}, {"a": 5}
    assert values("5 in [run.a, run.b]", *rows) == [False, True]
    assert values("None in [run.a, run.b]", *rows) == [False, True]
    assert values("any([run.a > 3, run.b])", *rows) == [True, True]
    assert values("all([run.a, run.b])", *rows) == [True, False]
    assert values("[run.a, run.b]", *rows) == [(1, 2), None]
    assert values("{run.a, 1}", *rows) == [frozenset({1}), frozenset({1, 5})]
    assert values("run.b not in [run.a, 2]", *rows) == [False, True]
