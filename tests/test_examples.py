"""The examples run, and the tutorial shows what they hold."""

import subprocess
import sys
from pathlib import Path
from textwrap import indent

import pytest

from ridgeline import Repo

REPOSITORY = Path(__file__).resolve().parents[1]
EXAMPLES = sorted((REPOSITORY / "examples").glob("*.py"))


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.stem for example in EXAMPLES])
def test_an_example_runs_and_its_runs_finish(example, tmp_path):
    subprocess.run([sys.executable, example], cwd=tmp_path, check=True)
    runs = Repo(tmp_path).runs()
    assert len(runs) > 0
    assert {run.status for run in runs} == {"finished"}


def test_the_tutorial_shows_the_example():
    tutorial = (REPOSITORY / "docs" / "tutorial" / "first-sweep.md").read_text("utf-8")
    assert indent((REPOSITORY / "examples" / "sweep.py").read_text("utf-8"), "    ") in tutorial


def test_the_tutorials_sweep_answers_as_the_tutorial_says(tmp_path):
    subprocess.run([sys.executable, REPOSITORY / "examples" / "sweep.py"], cwd=tmp_path, check=True)
    points = Repo(tmp_path).metrics('metric.name == "loss" and run.lr > 0.05').to_pandas()
    assert len(points) == 6 * 50
    assert points.groupby("run")["value"].min().between(0.5, 2).all()
