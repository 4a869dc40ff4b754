import math

import pytest

from ridgeline.core.errors import NotFoundError
from ridgeline.query.pickers import MAX_VALUES, NameCount
from ridgeline.query.repo import Repo
from written import write_run


def test_what_there_is(record, opened):
    de = {"lang": "de"}
    record(
        {"h": {"lr": 0.1, "opt": "adam"}, "a-b": 1},
        [("f1", de, [0.1]), ("loss", None, [1.0])],
        experiment="e",
        tags=["t", "u"],
    )
    record(
        {"h": {"lr": 0.01, "opt": None}, "name": True},
        [("f1", {"lang": "fr"}, [0.1]), ("system.cpu", None, [1])],
        experiment="d",
        tags=["t"],
    )
    gone = record({"gone": 1}, [("gone", None, [1.0])], experiment="gone")
    repo = opened()
    repo.edit(gone, deleted=True)
    found = repo.pickers()
    assert found.experiments == (NameCount("d", 1), NameCount("e", 1)) == repo.experiments()
    assert found.tags == (NameCount("t", 2), NameCount("u", 1)) == repo.tags()
    assert [(p.path, p.expression, p.n_runs, p.n_distinct, p.values) for p in found.params] == [
        ("a-b", 'run["a-b",]', 1, 1, (1,)),
        ("h.lr", "run.h.lr", 2, 2, (0.01, 0.1)),
        ("h.opt", "run.h.opt", 2, 2, ("adam", None)),
        ("name", "run.params.name", 1, 1, (True,)),
    ]
    assert [(m.name, m.kind, [c.context for c in m.contexts], m.goal) for m in found.metrics] == [
        ("f1", "float", [{"lang": "de"}, {"lang": "fr"}], "max"),
        ("loss", "float", [{}], "min"),
        ("system.cpu", "int", [{}], "max"),
    ]
    assert repo.contexts("f1") == [{"lang": "de"}, {"lang": "fr"}]
    assert repo.contexts() == [{"lang": "de"}, {"lang": "fr"}, {}]
    with pytest.raises(NotFoundError, match="Did you mean 'loss'"):
        repo.contexts("los")


def test_every_expression_of_a_param_reaches_it(record, opened):
    keys = [
        "plain",
        "name",
        "metrics",
        "params",
        "with.dot",
        "a-b",
        "class",
        "quote'\"",
        "back\\slash",
        "ümlaut",
        "ﬁ",
        "new\nline",
        "__x__",
        "0",
    ]
    record({"nest": {key: i for i, key in enumerate(keys)}, **{key: i for i, key in enumerate(keys)}})
    repo = opened()
    for param in repo.params():
        table = repo.runs(columns=[param.expression])
        assert table.to_numpy(param.expression).tolist() == list(param.values), param
        assert not table.warnings


def test_values_are_sorted_and_bounded(record, opened):
    record({f"x{i}": i for i in range(3)})
    for value in ["b", "a", 2, math.nan, 1.5, None, True, [1]]:
        record({"mixed": value})
    for i in range(MAX_VALUES + 10):
        record({"many": i})
    found = {param.path: param for param in opened().params()}
    assert repr(found["mixed"].values) == "(True, 1.5, 2, nan, 'a', 'b', [1], None)"
    assert found["many"].n_distinct == MAX_VALUES + 10
    assert found["many"].values == tuple(range(MAX_VALUES))


def test_of_many_values_those_are_shown_that_most_runs_have(tmp_path):
    n = 2 * MAX_VALUES
    for number in range(n):
        write_run(
            tmp_path, f"run{number}", {"lr": number, "seed": number % 3, "text": "x" * (150 + number)}, []
        )
    write_run(tmp_path, "again", {"lr": n - 1, "text": "x" * (150 + n - 1)}, [])
    with Repo(tmp_path) as repo:
        lr, seed, text = repo.params()
    assert (lr.n_runs, lr.n_distinct) == (n + 1, n)
    assert lr.values == (*range(MAX_VALUES - 1), n - 1)
    assert seed.values == (0, 1, 2)
    assert text.values == tuple("x" * length for length in range(150, 200))  # 50 that fit a line
