"""Fields of runs, params by any spelling, precedence, and series."""

import pytest
from language_tables import Row, TableSource, ask, matching, values

from ridgeline.core.errors import QueryError


def test_a_field_goes_before_a_param_of_the_same_name_and_run_params_reaches_the_param():
    source = TableSource([Row({"name": "param", "tags": "t", "hash": 1}, {"name": "field", "id": "x"})])
    assert ask("run.name", source).values == ["field"]
    for text in ('run.params["name"]', "run.params.name", 'run["name"]', 'run.params.get("name")'):
        assert ask(text, source).values == ["param"], text
    assert ask("run.hash", source).values == ["x"]
    assert ask("run.params.hash", source).values == [1]


def test_a_param_tree_called_params_is_reached_too():
    source = TableSource([Row({"params": {"lr": 1}})])
    assert ask("run.params.lr", source).values == [1]
    assert ask('run["params"]["lr"]', source).values == [1]
    assert ask('"lr" in run.params', source).values == [True]


@pytest.mark.parametrize(
    "name", ["keys", "items", "get", "set", "view", "collect", "values", "pop", "format"]
)
def test_no_param_is_shadowed_by_a_method(name):
    source = TableSource([Row({"h": {name: 5}, name: 6}), Row({"h": {"other": 1}})])
    assert ask(f"run.h.{name} == 5", source).values == [True, False]
    assert ask(f"run.h['{name}'] == 5", source).values == [True, False]
    assert ask(f"run.{name} == 6", source).values == [True, False]


def test_a_call_of_a_method_is_the_method_even_where_a_param_has_its_name():
    source = TableSource([Row({"h": {"keys": 5, "a": 1}})])
    assert ask("run.h.keys()", source).values == [("a", "keys")]
    assert ask("run.h.items()", source).values == [(("a", 1), ("keys", 5))]
    assert ask('run.h.get("a")', source).values == [1]


def test_get_takes_a_default():
    source = TableSource([Row({"zz": 1}), Row({})])
    assert ask("run.get('zz', 3)", source).values == [1, 3]
    assert ask("run.get('zz', 3) == 3", source).values == [False, True]
    assert ask("run.get('yy', 3) == 3", source).values == [True, True]


def test_membership_in_run_and_in_subtrees():
    source = TableSource([Row({"hparams": {"lr": 1, "opt": {"name": "adam"}}}), Row({"x": 1})])
    assert ask("'hparams' in run", source).values == [True, False]
    assert ask("'hparams.opt' in run", source).values == [True, False]
    assert ask("'lr' in run.hparams", source).values == [True, False]
    assert ask("'lr' not in run.hparams", source).values == [False, True]
    assert ask("'name' in run.hparams.opt", source).values == [True, False]
    assert ask("'nope' not in run", source).values == [True, True]
    assert ask("has(run.hparams)", source).values == [True, False]
    assert ask("run.hparams is None", source).values == [False, True]


def test_a_key_with_a_dot_is_reached_by_a_tuple_or_an_escape():
    source = TableSource([Row({"layers": {"conv1.weight": 3}})])
    assert ask("run['layers', 'conv1.weight']", source).values == [3]
    assert ask(r"run['layers.conv1\\.weight']", source).values == [3]


def test_a_tree_of_params_is_a_dict():
    source = TableSource([Row({"h": {"a": 1, "b": {"c": [1, 2]}}}), Row({"h": 5}), Row({})])
    assert ask("run.h", source).values == [{"a": 1, "b": {"c": (1, 2)}}, 5, None]
    assert ask("len(run.h)", source).values == [2, None, None]
    assert ask("run.h == {'a': 1}", source).values == [False, False, False]
    assert ask("sorted(k for k in run.h.keys())", source).values == [("a", "b"), None, None]


def test_lists_in_params():
    rows = {"l": [1, 2, 3]}, {"l": []}, {"l": "text"}, {}
    assert values("run.l[0]", *rows) == [1, None, "t", None]
    assert values("run.l[-1]", *rows) == [3, None, "t", None]
    assert values("run.l[:2]", *rows) == [(1, 2), (), "te", None]
    assert values("run.l[::-1] == [3, 2, 1]", *rows) == [True, False, False, False]
    assert values("2 in run.l", *rows) == [True, False, False, False]
    assert values("run.l == (1, 2, 3)", *rows) == [True, False, False, False]
    assert values("len(run.l)", *rows) == [3, 0, 4, None]


def test_experiment_has_a_name_as_in_aim():
    source = TableSource([Row({}, {"experiment": "AE_1"})])
    assert ask("run.experiment.name == 'AE_1'", source).values == [True]


METRICS = [
    Row(
        {"top": 2},
        {},
        {
            ("f1", (("lang", "de"),)): {"last": 0.7, "max": 0.9, "min": 0.1, "n": 3},
            ("f1", (("lang", "fr"),)): {"last": 0.5, "max": 0.6, "min": 0.2, "n": 4},
        },
    ),
    Row(
        {},
        {},
        {
            ("f1", (("lang", "de"),)): {"last": 0.4, "max": 0.8, "min": 0.3, "n": 5},
            ("loss", ()): {"last": 3.0, "max": 9.0, "min": 1.0, "n": 5},
        },
    ),
    Row({"top": 1}),
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("run.metrics['f1', {'lang': 'de'}].last", [0.7, 0.4, None]),
        ("run.metrics['f1', {}].max", [0.9, 0.8, None]),
        ("run.metrics['f1'].min", [0.1, 0.3, None]),
        ("run.metrics['f1'].n", [7, 5, None]),
        ("run.metrics['f1'].last > 0.6", [True, False, False]),
        ("run.metrics['f1'].last < 0.6", [True, True, False]),
        ("0.6 < run.metrics['f1'].last", [True, False, False]),
        ("run.metrics['f1'].last == 0.5", [True, False, False]),
        ("run.metrics['f1'].last != 0.5", [False, True, True]),
        ("run.metrics['f1'].last in [0.5, 0.4]", [True, True, False]),
        ("run.metrics['f1'].last not in [0.5]", [False, True, True]),
        ("not (run.metrics['f1'].last > 0.6)", [False, True, True]),
        ("run.metrics['f1'] is None", [False, False, True]),
        ("run.metrics['f1'] == None", [False, False, True]),
        ("run.metrics['f1'].last is None", [False, False, True]),
        ("has(run.metrics['f1', {'lang': 'fr'}])", [True, False, False]),
        ("'loss' in run.metrics", [False, True, False]),
        ("'loss' not in run.metrics", [True, False, True]),
        ("run.metrics['f1'] and run.top", [2, None, None]),
        ("mean(run.metrics['f1'].last)", [0.6, 0.4, None]),
        ("min(run.metrics['f1'].last)", [0.5, 0.4, None]),
        ("len(run.metrics['f1'].last)", [2, 1, None]),
        ("sum(run.metrics['f1'].last)", [1.2, 0.4, None]),
        ("all(v > 0.45 for v in run.metrics['f1'].last)", [True, False, None]),
        ("any(v > 0.65 for v in run.metrics['f1'].last)", [True, False, None]),
        ("sorted(run.metrics['f1'].last)", [(0.5, 0.7), (0.4,), None]),
        ("run.metrics['f1'].max - run.metrics['f1'].min", [0.8, 0.5, None]),
        ("run.metrics['f1'].last > run.top / 4", [True, False, False]),
        ("max(run.metrics['f1'].last, 0.65)", [0.7, 0.65, None]),
    ],
)
def test_metrics_of_a_run(text, expected):
    found = ask(text, TableSource(METRICS)).values
    assert [pytest.approx(value) if isinstance(value, float) else value for value in expected] == found


def test_an_unknown_metric_brings_a_warning():
    source = TableSource(METRICS)
    assert "Did you mean 'f1'?" in ask("run.metrics['f'].last > 1", source).warnings[0]
    assert (
        "in a context with {'lang': 'es'}"
        in ask("run.metrics['f1', {'lang': 'es'}].last", source).warnings[0]
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("metric.name == 'f1'", 3),
        ("metric.name == 'f1' and metric.context.lang == 'de'", 2),
        ("metric.context['lang'] == 'de'", 2),
        ("metric.context.lang is None", 1),
        ("metric.context.lang != 'de'", 2),
        ("metric.context == {}", 1),
        ("'lang' in metric.context", 3),
        ("metric.last > 0.45", 3),
        ("metric.last > 0.45 and run.top == 2", 2),
        ("not (run.top == 2 and metric.context.lang == 'fr')", 3),
        ("run.top == 2 or metric.name == 'loss'", 3),
        ("any(metric.name == n for n in ['loss', 'x'])", 1),
        ("any(metric.last > x and run.top == 2 for x in [0.6, 0.9])", 1),
        ("metric.last == run.metrics['f1', {'lang': 'de'}].last", 2),
        ("metric.max == run.metrics['f1'].max", 2),
        ("metric.name + '!' == 'f1!'", 3),
        ("any(k == 'lang' and v == 'fr' for k, v in metric.context.items())", 1),
        ("metric.kind == 'float'", 4),
    ],
)
def test_series(text, expected):
    source = TableSource(METRICS)
    assert len(matching(text, source, source.series)) == expected


def test_one_sequence_an_expression():
    with pytest.raises(QueryError, match="at once"):
        ask("metric.name == 'a' or images.name == 'b'", TableSource([]))


def test_a_context_may_be_written_as_json_does():
    metrics = {("loss", (("train", train),)): {"last": last} for train, last in ((True, 1.0), (False, 2.0))}
    source = TableSource([Row({}, {}, metrics)])
    for word, last in (("true", 1.0), ("false", 2.0), ("True", 1.0)):
        assert ask(f'run.metrics["loss", {{"train": {word}}}].last', source).values == [last]
    with pytest.raises(QueryError, match="Write True for 'true'"):
        ask("run.flag == true", source)
