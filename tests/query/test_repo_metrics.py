import json
import math

import numpy as np
import pytest

import ridgeline
from ridgeline.core.errors import InputError, NotFoundError, QueryError
from ridgeline.query.point_table import Point


@pytest.fixture
def repo(record, opened):
    de, fr = {"lang": "de", "subset": "val"}, {"subset": "val", "lang": "fr"}
    record(
        {"lr": 0.1},
        [("f1", de, [0.1, 0.2, 0.3]), ("f1", fr, [0.4, 0.5]), ("loss", None, [3.0, 2.0])],
        name="a",
    )
    record({"lr": 0.2}, [("f1", de, [0.6, math.nan]), ("loss", None, [9.0, -math.inf, 1.0])], name="b")
    return opened()


def series(table):
    return list(dict.fromkeys((point.name, point.context, point.run) for point in table))


def test_one_row_a_point_in_a_fixed_order(repo):
    table = repo.metrics()
    assert table.names == ["run", "name", "context", "step", "epoch", "time", "value"]
    assert len(table) == 12
    a, b = repo.runs().ids
    de, fr = '{"lang": "de", "subset": "val"}', '{"lang": "fr", "subset": "val"}'
    assert series(table) == [
        ("f1", de, a),
        ("f1", de, b),
        ("f1", fr, a),
        ("loss", "{}", a),
        ("loss", "{}", b),
    ]
    assert table.to_numpy("step").tolist() == [0, 1, 2, 0, 1, 0, 1, 0, 1, 0, 1, 2]
    first = next(iter(table))
    assert isinstance(first, Point)
    assert (first.run, first.name, json.loads(first.context), first.step, first.epoch, first.value) == (
        a,
        "f1",
        {"lang": "de", "subset": "val"},
        0,
        None,
        0.1,
    )


def test_a_column_asked_for_later_has_the_same_points(record, opened):
    run = record({}, [("loss", None, [3.0, 2.0])], open_run=True)
    repo = opened()
    table = repo.metrics('metric.name == "loss"')
    assert table.to_numpy("value").tolist() == [3.0, 2.0]
    run.track(1.0, name="loss", step=2)
    assert len(repo.metrics()) == 3
    assert table.to_numpy("step").tolist() == [0, 1]
    assert len(table) == len(table.to_pandas()) == 2
    run.close()


def test_a_column_that_is_not_there(repo):
    with pytest.raises(NotFoundError, match=r"no column 'vale'\. Did you mean 'value'"):
        repo.metrics().to_numpy("vale")


def test_nan_and_inf_are_values(repo):
    values = repo.metrics("run.name == 'b'").to_numpy("value")
    assert math.isnan(values[1])
    assert values[3] == -math.inf
    frame = repo.metrics("run.name == 'b'").to_polars()
    assert frame["value"].null_count() == 0


def test_order_and_limit(repo):
    assert [name for name, *_ in series(repo.metrics(order_by="-metric.name"))] == [
        "loss",
        "loss",
        "f1",
        "f1",
        "f1",
    ]
    assert repo.metrics(order_by="-metric.first").to_numpy("value").tolist()[:3] == [9.0, -math.inf, 1.0]
    assert repo.metrics(order_by="-run.lr, metric.name", limit=4).to_numpy("value")[[0, 2]].tolist() == [
        0.6,
        9.0,
    ]
    limited = repo.metrics(limit=4)
    assert len(limited) == 4
    assert len(limited.series) == 2
    assert limited.to_pandas().equals(
        repo.metrics().to_pandas().head(4).assign(name=limited.to_pandas()["name"])
    )
    assert len(repo.metrics(limit=0)) == 0
    with pytest.raises(InputError):
        repo.metrics(limit=-3)


@pytest.mark.parametrize(
    ("text", "n_series"),
    [
        ("metric.last > 0.25", 4),
        ("metric.min >= 0.1 and metric.name == 'f1'", 3),
        ("metric.max > 8", 1),
        ("metric.n == 2", 3),
        ("metric.best == 2", 1),
        ("metric.best < 0.55 and metric.name == 'f1'", 2),
        ("metric.mean == 2.5", 1),
        ("metric.argmax == 2", 1),
        ("metric.argmin == 0 and metric.name == 'f1'", 3),
        ("metric.last_step == 2", 2),
        ("metric.first_step == 0", 5),
        ("metric.last == run.metrics['loss'].last", 2),
        ("run.metrics['f1', {'lang': 'fr'}].last == 0.5", 3),
        ("metric.context.lang in ('de', 'es') and run.lr > 0.15", 1),
        ("metric.last > run.lr", 4),
        ("len(metric.context) == 0", 2),
    ],
)
def test_numbers_of_series(repo, text, n_series):
    assert len(repo.metrics(text).series) == n_series


def test_other_sequences_have_no_points(repo):
    with pytest.raises(QueryError, match="no points"):
        repo.metrics("images.name == 'x'")
    with pytest.raises(QueryError, match="no points"):
        repo.metrics(order_by="images.n")


def test_epochs(opened, tmp_path):
    with ridgeline.Run(repo=tmp_path, capture=False) as run:
        run.track(1.0, name="a", step=0, epoch=1)
        run.track(2.0, name="a", step=1)
        run.track(3.0, name="b", step=1)
    table = opened().metrics()
    assert [point.epoch for point in table] == [1.0, None, None]
    assert table.to_polars()["epoch"].to_list() == [1.0, None, None]
    assert np.isnan(table.to_numpy("epoch")).tolist() == [False, True, True]


def test_texts_and_images_are_asked_about(opened, tmp_path):
    with ridgeline.Run(name="a", repo=tmp_path, capture=False) as run:
        run.track(ridgeline.Text("hello"), name="sample", step=3, context={"ema": 0})
        run.track(ridgeline.Text("bye"), name="sample", step=7, context={"ema": 0})
    ridgeline.Run(name="b", repo=tmp_path, capture=False).close()
    repo = opened()
    for text in (
        "texts.name == 'sample'",
        "texts.context.ema == 0",
        "texts.n == 2",
        "texts.last_step == 7 and run.name == 'a'",
        "texts.kind == 'text'",
    ):
        assert [run.name for run in repo.runs(text)] == ["a"], text
    assert len(repo.runs("texts.n > 2")) == 0
    assert len(repo.runs("images.name == 'sample'")) == 0


def test_a_run_with_no_matching_series_does_not_match_even_negated(repo, record):
    record({"lr": 0.3}, name="bare")
    assert [run.name for run in repo.runs("not metric.name == 'nope'")] == ["a", "b"]
    assert [run.name for run in repo.runs("metric.name == 'f1' and metric.context.lang == 'fr'")] == ["a"]


def test_series_of_archived_and_deleted_runs(repo):
    a, b = repo.runs().ids
    repo.edit(a, archived=True)
    assert {point.run for point in repo.metrics()} == {b}
    assert {point.run for point in repo.metrics("run.archived")} == {a}
    repo.edit(b, deleted=True)
    assert len(repo.metrics()) == 0
