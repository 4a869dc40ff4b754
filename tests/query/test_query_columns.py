import itertools
import math

import numpy as np
import pytest

from ridgeline.core.errors import QueryError
from ridgeline.query.columns import evaluate_columns, params_of, varying_params
from ridgeline.query.language.scope import Budget
from ridgeline.query.series_set import Occasion


@pytest.fixture
def snapshot(record, opened):
    record({"same": 1, "lr": 0.1, "some": 1, "kind": 1, "nan": math.nan, "none": None})
    record({"same": 1, "lr": 0.2, "kind": True, "nan": math.nan, "none": None})
    record({"same": 1, "lr": 0.2, "kind": 1.0, "nan": math.nan, "none": None, "last": "x"})
    return opened().snapshot()


def rows(*positions):
    return np.array(positions, dtype=np.int64)


def test_varying_params(snapshot):
    order = snapshot.base_order
    assert varying_params(snapshot, order) == [("kind",), ("last",), ("lr",), ("some",)]
    assert varying_params(snapshot, order[1:]) == [("kind",), ("last",)]
    assert varying_params(snapshot, order[:1]) == []
    assert varying_params(snapshot, rows()) == []
    assert params_of(snapshot, order[:1]) == [("kind",), ("lr",), ("nan",), ("none",), ("same",), ("some",)]


def test_columns_follow_the_rows(snapshot):
    order = snapshot.base_order
    found = evaluate_columns(
        snapshot, ["run.lr", "run.lr * 10 > 1", "run.nope", "'x'", "run.tags"], order[[2, 0]]
    )
    assert [column.to_list() for column in found.columns] == [
        [0.2, 0.1],
        [True, False],
        [None, None],
        ["x", "x"],
        [[], []],
    ]
    assert [column.kind for column in found.columns] == ["number", "bool", "mixed", "string", "list"]
    assert found.columns[0].name == "run.lr"
    assert [notice.slug for notice in found.warnings] == ["unknown-param"]
    assert all(
        column.to_arrow().null_count == (2 if column.name == "run.nope" else 0) for column in found.columns
    )


@pytest.mark.parametrize("text", ["metric.last", "images.n", "", "run.metrics['f1']", "foo"])
def test_what_is_no_column(snapshot, text):
    with pytest.raises(QueryError):
        evaluate_columns(snapshot, [text], snapshot.base_order)


def test_all_columns_of_a_question_share_one_budget(snapshot):
    ticks = itertools.count()
    occasion = Occasion(budget=Budget(5.0, lambda: float(next(ticks))))
    assert len(evaluate_columns(snapshot, ["run.lr"] * 3, rows(0), occasion).columns) == 3
    with pytest.raises(QueryError, match="query-too-slow"):
        evaluate_columns(snapshot, ["run.lr"] * 3, rows(0), occasion)
    evaluate_columns(snapshot, ["run.lr"], rows(0), occasion.begun())
