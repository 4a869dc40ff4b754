"""Rows whose columns are out of order are found, and others are not."""

import csv
import os
from pathlib import Path

import numpy as np
import pytest

from ridgeline.select.checks_columns import GAIN, columns_out_of_order
from ridgeline.select.scores import Scores

TABLES = os.environ.get("RIDGELINE_DATA")


def table(seed=0, candidates=40, tasks=8, spread=1.0):
    """Tasks 10 points apart; candidates that differ by a point."""
    rng = np.random.default_rng(seed)
    hard = np.array([40.0, 10, 70, 20, 80, 30, 60, 50])[:tasks]
    return hard + spread * rng.normal(size=(candidates, tasks))


def scores(values):
    candidates, tasks = values.shape
    return Scores.of([f"c{i}" for i in range(candidates)], [f"t{i}" for i in range(tasks)], values)


def test_a_table_in_order_has_no_finding():
    assert columns_out_of_order(scores(table())) == ()


def test_exchanged_cells_are_found_with_the_columns_that_they_fit():
    values = table()
    values[7, [1, 5]] = values[7, [5, 1]]
    values[20] = values[20, [1, 2, 3, 4, 5, 6, 7, 0]]
    two, all_of_them = columns_out_of_order(scores(values))
    assert (two.candidate, two.tasks, two.belongs) == (7, (1, 5), (5, 1))
    assert all_of_them.candidate == 20
    assert all_of_them.tasks == tuple(range(8))
    assert all_of_them.belongs == (1, 2, 3, 4, 5, 6, 7, 0)
    assert two.gain >= GAIN


def test_columns_from_last_to_first_are_no_line_that_falls():
    values = 10.0 * np.arange(6) + np.random.default_rng(0).normal(size=(40, 6))
    values[3] = values[3, ::-1]
    (found,) = columns_out_of_order(scores(values))
    assert (found.candidate, found.belongs) == (3, (5, 4, 3, 2, 1, 0))


def test_a_candidate_that_fails_at_everything_is_no_finding():
    values = table()
    values[3] = 0.0
    values[4] = 1000.0
    assert columns_out_of_order(scores(values)) == ()


def test_a_candidate_that_is_worse_throughout_is_no_finding():
    """Each of its cells fits the next harder task, and all of them another order: but it keeps that of the tasks."""
    values = table(candidates=60)
    for row, part in enumerate((0.5, 0.7, 0.8, 0.9, 1.2)):
        values[row] *= part
    assert columns_out_of_order(scores(values)) == ()


def test_one_wild_cell_is_no_finding():
    values = table()
    values[3, 2] = 10.0
    assert columns_out_of_order(scores(values)) == ()


def test_missing_cells_and_columns_are_left_out_and_places_are_those_of_the_whole_table():
    values = np.insert(table(), 3, np.nan, axis=1)
    values[:9, 3] = 5.0  # too few to judge by
    values[7, [1, 5]] = values[7, [5, 1]]
    values[7, 2] = np.nan
    values[:3, 6] = np.nan
    (found,) = columns_out_of_order(scores(values))
    assert (found.candidate, found.tasks, found.belongs) == (7, (1, 5), (5, 1))


def test_a_column_on_which_nearly_all_have_one_value_does_not_count_the_others_as_wild():
    values = table()
    values[:, 4] = 50.0
    values[:4, 4] = 51.5
    assert columns_out_of_order(scores(values)) == ()


@pytest.mark.parametrize(
    "values", [np.ones((3, 3)), np.ones((30, 3)), np.full((30, 3), np.nan), np.ones((30, 1))]
)
def test_where_nothing_can_be_judged_there_is_no_finding(values):
    assert columns_out_of_order(scores(values)) == ()


def test_a_fifth_of_the_rows_may_be_out_of_order():
    values = table(candidates=100)
    rng = np.random.default_rng(1)
    wrong = {}
    for row in range(20):
        order = rng.permutation(8)
        values[row] = values[row, order]
        wrong[row] = set(np.flatnonzero(order != np.arange(8)).tolist())
    found = {one.candidate: set(one.tasks) for one in columns_out_of_order(scores(values))}
    assert set(found) == {row for row, tasks in wrong.items() if tasks}
    assert all(tasks <= wrong[row] for row, tasks in found.items())
    assert np.mean([len(tasks) / len(wrong[row]) for row, tasks in found.items()]) > 0.9


@pytest.mark.skipif(TABLES is None, reason="RIDGELINE_DATA names no folder with the table of model-recycling")
def test_the_table_of_model_recycling_has_66_such_rows():
    with (Path(TABLES) / "model_recycling_roberta-base_table.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    tasks = [name for name in rows[0] if name not in ("", "model_name", "avg", "mnli_lp")]
    complete = {
        row["model_name"]: [float(row[task]) for task in tasks]
        for row in rows
        if all(row[task] for task in tasks)
    }
    table = Scores.of(list(complete), tasks, list(complete.values()))
    found = columns_out_of_order(table)
    assert (len(complete), len(found)) == (386, 66)
    names = {table.candidates[one.candidate] for one in found}
    assert "facebook/muppet-roberta-base" in names
    assert "roberta-base" not in names
