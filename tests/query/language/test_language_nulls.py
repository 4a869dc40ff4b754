"""A missing value is None, equals None and nothing else, fails every ordering, and makes arithmetic null; at every depth."""

from typing import get_args

import pytest
from language_tables import Row, TableSource, ask, values

from ridgeline.log.status import RunStatus
from ridgeline.query.language.names import RUN_STATUSES

PRESENT, MISSING = {"top": 2, "h": {"a": {"b": 2}}}, {"h": {"z": 1}}


@pytest.mark.parametrize(
    "name", ["run.top", "run['top']", "run.h.a.b", "run['h']['a']['b']", "run['h', 'a', 'b']", "run['h.a.b']"]
)
@pytest.mark.parametrize(
    ("test", "of_present", "of_missing"),
    [
        ("{} is None", False, True),
        ("{} == None", False, True),
        ("None == {}", False, True),
        ("{} is not None", True, False),
        ("{} != None", True, False),
        ("{} == 2", True, False),
        ("{} != 2", False, True),
        ("{} != 5", True, True),
        ("not ({} == 2)", False, True),
        ("{} > 1", True, False),
        ("{} < 3", True, False),
        ("{} >= 2", True, False),
        ("1 < {}", True, False),
        ("0 < {} < 9", True, False),
        ("not ({} > 1)", False, True),
        ("not {}", False, True),
        ("{} in [1, 2]", True, False),
        ("{} not in [1, 2]", False, True),
        ("{} in [1, None]", False, True),
        ("{} in (None, 2)", True, True),
        ("{} + 1", 3, None),
        ("-{}", -2, None),
        ("{} * 0", 0, None),
        ("abs({})", 2, None),
        ("str({})", "2", None),
        ("max({}, 1)", 2, None),
        ("({}) ** 2 > 0", True, False),
        ("{} or 7", 2, 7),
        ("{} and 7", 7, None),
        ("1 if {} else 0", 1, 0),
        ("has({})", True, False),
    ],
)
def test_missing(name, test, of_present, of_missing):
    assert values(test.format(name), PRESENT, MISSING) == [of_present, of_missing]


def test_a_recorded_none_is_null_and_is_there():
    rows = {"opt": None}, {"opt": 1}, {}
    assert values("run.opt is None", *rows) == [True, False, True]
    assert values("has(run.opt)", *rows) == [True, True, False]
    assert values("'opt' in run", *rows) == [True, True, False]


def test_two_missing_values_are_equal():
    assert values("run.a == run.b", {"a": 1, "b": 1}, {"a": 1}, {"c": 0}) == [True, False, True]


def test_nan_is_a_number_and_not_null():
    nan = float("nan")
    assert values("run.x is None", {"x": nan}, {}) == [False, True]
    assert values("run.x == run.x", {"x": nan}, {"x": 1.0}) == [False, True]
    assert values("run.x != 1", {"x": nan}, {"x": 1.0}) == [True, False]
    assert values("run.x > 0", {"x": nan}, {"x": 1.0}) == [False, True]
    assert values("run.x in [1.0]", {"x": nan}, {"x": 1.0}) == [False, True]
    assert values("math.isnan(run.x)", {"x": nan}, {"x": 1.0}, {}) == [True, False, None]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 / run.x", [None, 0.5]),
        ("run.x // 0", [None, None]),
        ("run.x % 0", [None, None]),
        ("(0 - run.x) ** 0.5", [0.0, None]),
        ("math.log(run.x)", [None, 0.6931471805599453]),
        ("math.sqrt(-run.x)", [-0.0, None]),
        ("run.x + 'a'", [None, None]),
        ("run.x.upper()", [None, None]),
        ("run.x[0]", [None, None]),
        ("int('z')", [None, None]),
        ("run.x ** -1", [None, 0.5]),
        ("10.0 ** (run.x * 200)", [1.0, None]),
    ],
)
def test_what_has_no_result_is_null(text, expected):
    assert values(text, {"x": 0}, {"x": 2}) == expected


def test_a_status_that_no_run_can_have_brings_a_warning():
    source = TableSource([Row({}, {"status": "failed"})])
    for text in ("run.status == 'fialed'", "run.status != 'fialed'", "run.status in ['lost', 'fialed']"):
        (warning,) = ask(text, source).warnings
        assert warning.startswith("No run has the status 'fialed'. Did you mean 'failed'?")
    assert not ask("run.status in ('running', 'finished', 'failed', 'stopped', 'lost')", source).warnings
    assert set(RUN_STATUSES) == {status for part in get_args(RunStatus) for status in get_args(part)}


def test_the_nearest_param_is_one_whose_last_key_is_near_and_can_be_asked_for():
    source = TableSource([Row({"hparams": {"optim": {"lr": 0.1}, "batch size": 8}})])
    assert ask("run.hparams.lr > 1", source).warnings[0].endswith("Did you mean run.hparams.optim.lr?")
    assert (
        ask("run.hparams.batch_size", source)
        .warnings[0]
        .endswith('Did you mean run["hparams", "batch size"]?')
    )
    assert ask("run.hparams.dropout", source).warnings[0].endswith("null everywhere.")


def test_an_unknown_param_brings_a_warning_with_the_nearest():
    source = TableSource([Row({"hparams": {"learning_rate": 0.1, "name": "x"}})])
    answer = ask("run.hparams.learning_rat > 1", source)
    assert answer.values == [False]
    assert answer.warnings == [
        "No run has the param 'hparams.learning_rat': it is null everywhere. Did you mean run.hparams.learning_rate?"
    ]
    assert "run.hparams.learning_rate" in ask("run.learning_rate > 1", source).warnings[0]
    assert "run.experiment" in ask("run.experimnt == 'a'", source).warnings[0]
    assert ask("has(run.nope.nope)", source).warnings
    assert not ask("run.hparams.learning_rate > 1 or 'name' in run.hparams", source).warnings


@pytest.mark.parametrize(
    "text",
    [
        "run.x > 'a'",
        "'a' == run.x",
        "run.x in ['a']",
        "run.x != 'a'",
        "run.s < 3",
        "run.s == 1",
        "run.x == datetime(2020, 1, 1)",
    ],
)
def test_a_comparison_that_is_never_true_brings_a_warning(text):
    source = TableSource([Row({"x": 1.5, "s": "t"})])
    assert any("never" in warning for warning in ask(text, source).warnings)


@pytest.mark.parametrize(
    "text", ["run.s + 1", "run.x.upper()", "math.log(run.s)", "[t for t in run.x]", "run.x[0]"]
)
def test_an_operation_for_no_value_at_hand_brings_a_warning(text):
    source = TableSource([Row({"x": 1.5, "s": "t"})])
    assert any("not defined" in warning for warning in ask(text, source).warnings)


def test_mixed_params_are_compared_value_by_value_without_a_warning():
    rows = [Row({"lr": 0.1}), Row({"lr": "auto"}), Row({"lr": None}), Row({"lr": [1]}), Row({})]
    answer = ask("run.lr > 0.05", TableSource(rows))
    assert answer.values == [True, False, False, False, False]
    assert not answer.warnings
    assert ask("run.lr == 'auto'", TableSource(rows)).values == [False, True, False, False, False]
