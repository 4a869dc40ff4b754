"""The example on base models finds the rows that are out of order, and prints what choosing costs without them."""

import csv
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

EXAMPLE = Path(__file__).parents[3] / "examples" / "select_base_models.py"
# Where the tables lie that are not ours to give away: `roberta-base_table.csv` of IBM/model-recycling.
TABLES = os.environ.get("RIDGELINE_DATA")


def printed(table):
    return subprocess.run([sys.executable, EXAMPLE, table], check=True, capture_output=True, text=True).stdout


def numbers(text, pattern):
    return [tuple(map(float, found.groups())) for found in re.finditer(pattern, text)]


@pytest.fixture(scope="module")
def made_up(tmp_path_factory):
    """A table with the faults of the real one: a score is missing, a model stands twice, columns are out of order."""
    rng = np.random.default_rng(0)
    tasks = [f"task{at}" for at in range(8)]
    quality = rng.normal(size=40)
    quality[0] = -1
    scores = 40 + 6 * np.arange(8) + 1.5 * quality[:, None] + rng.normal(size=(40, 8))
    for row in (5, 11, 30):
        scores[row] = np.roll(scores[row], 3)
    path = tmp_path_factory.mktemp("bases") / "table.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["", "model_name", "avg", "mnli_lp", *tasks])
        for at, row in enumerate(scores):
            name = "roberta-base" if at == 0 else f"model{at}"
            out.writerow([at, name, row.mean(), "" if at == 0 else 60 + quality[at], *row])
        out.writerow([40, "roberta-base", 1, 60, *(scores[0] - 3)])
        out.writerow([41, "half", 1, 60, 50, *[""] * 7])
    return printed(path)


def test_the_faults_are_found(made_up):
    assert "42 lines; 1 lack a score; 40 models, roberta-base twice" in made_up
    assert "3 of them have scores in the wrong columns" in made_up
    assert "40 models × 8 tasks" in made_up
    assert "37 models × 8 tasks" in made_up


def test_without_the_faulty_rows_choosing_pays(made_up):
    (all_rows, without) = numbers(
        made_up, r"other tasks ([\d.]+), a random base ([\d.]+), roberta-base ([\d.]+)"
    )
    assert all_rows[0] > all_rows[1]
    assert without[0] < without[1] < without[2]
    (with_faults, clean) = numbers(made_up, r"R² ([\d.]+)")
    assert clean[0] > 0.5 > with_faults[0]
    assert "so choosing saves" in made_up
    assert "The linear probe on MNLI has ρ = 0.9" in made_up


@pytest.mark.skipif(TABLES is None, reason="RIDGELINE_DATA names no folder with the table of model-recycling")
def test_the_real_table_has_66_faulty_rows_and_choosing_by_other_tasks_costs_less_than_at_random():
    text = printed(Path(TABLES) / "model_recycling_roberta-base_table.csv")
    assert "386 models, roberta-base twice" in text
    assert "66 of them have scores in the wrong columns" in text
    assert numbers(text, r"other tasks ([\d.]+), a random base ([\d.]+), roberta-base ([\d.]+)") == [
        (27.6, 15.9, 15.9),
        (2.6, 4.4, 4.5),
    ]
