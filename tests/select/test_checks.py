"""What `check_scores` finds in tables with one thing wrong, and in a real one."""

import csv
import os
from pathlib import Path

import numpy as np
import pytest

from ridgeline import select

NAN = float("nan")


def table(values, names=None):
    values = np.asarray(values, float)
    return select.Scores.of(
        names or [f"c{row}" for row in range(len(values))],
        [f"t{at}" for at in range(values.shape[1])],
        values,
    )


def clean(candidates=40, tasks=4):
    return 10 * np.arange(tasks) + np.random.default_rng(0).normal(size=(candidates, tasks))


def test_a_clean_table_has_nothing_to_say():
    assert select.check_scores(table(clean())) == ()


def test_missing_cells():
    values = clean(10)
    values[2, 1] = values[3, 1] = NAN
    values[7] = NAN
    (finding,) = select.check_scores(table(values))
    assert (finding.kind, finding.candidates, finding.tasks) == ("missing", (2, 3, 7), (0, 1, 2, 3))
    assert finding.message == (
        "6 of 40 scores are missing: of 3 of 10 candidates, most of them on 't1'. 1 have none at all. Rules leave out whom they"
        " cannot judge."
    )


def test_duplicates():
    values = clean(30)
    values[5] = values[20] = values[1]
    values[9] = values[8]
    found = select.check_scores(table(values))
    assert {finding.candidates for finding in found} == {(1, 5, 20), (8, 9)}
    assert {finding.kind for finding in found} == {"duplicate"}
    assert any("c1, c5, c20 have the same scores on all 4 tasks" in finding.message for finding in found)


def test_the_same_score_on_one_task_alone_is_no_duplicate():
    assert select.check_scores(table([[0.1], [0.1], [0.2]])) == ()


def test_ties_for_the_best():
    values = clean(40)
    values[[3, 4, 30], 2] = 50
    (finding,) = select.check_scores(table(values))
    assert (finding.kind, finding.candidates, finding.tasks) == ("tie", (3, 4, 30), (2,))
    assert "3 of 40 candidates tie for the best on 't2': c3, c4, c30." in finding.message
    values[30, 2] = 49
    assert select.check_scores(table(values)) == ()


def test_many_names_are_counted():
    values = clean(40)
    values[10:20, 2] = 50
    (finding,) = select.check_scores(table(values), [f"run-{row}" for row in range(40)])
    assert "run-10, run-11, run-12, run-13, run-14 and 5 more" in finding.message


def test_constant_columns():
    values = clean(12)
    values[:, 1] = 56.3
    values[4, 1] = NAN
    found = select.check_scores(table(values))
    assert [finding.kind for finding in found] == ["missing", "constant"]
    assert (found[1].tasks, len(found[1].candidates)) == ((1,), 11)
    assert "All 11 candidates have 56.3 on 't1'" in found[1].message


def test_columns_out_of_order():
    values = clean(40)
    values[7] = values[7][::-1]
    (finding,) = select.check_scores(table(values))
    assert (finding.kind, finding.candidates, finding.tasks) == ("order", (7,), (0, 1, 2, 3))
    assert "of 'c7' 't0' like 't3', 't1' like 't2'" in finding.message


@pytest.mark.parametrize("values", [np.empty((0, 2)), [[NAN, NAN]], [[0.5, 0.2]], np.empty((3, 0))])
def test_small_tables(values):
    kinds = {finding.kind for finding in select.check_scores(table(values))}
    assert kinds <= {"missing"}


@pytest.mark.skipif("RIDGELINE_DATA" not in os.environ, reason="needs the published tables")
def test_model_recycling_has_66_rows_in_another_order():
    path = Path(os.environ["RIDGELINE_DATA"]) / "model_recycling_roberta-base_table.csv"
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    tasks = [name for name in rows[0] if name not in ("", "model_name", "avg", "mnli_lp")]
    values = np.array([[float(row[task] or "nan") for task in tasks] for row in rows[1:]])
    whole = ~np.isnan(values).any(axis=1)
    found = select.check_scores(table(values[whole]))
    by_kind = {finding.kind: finding for finding in found}
    assert len(by_kind["order"].candidates) == 66
    assert "missing" not in by_kind
