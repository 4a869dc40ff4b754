"""The examples run, and the tutorial shows what they hold."""

import json
import os
import subprocess
import sys
from pathlib import Path
from textwrap import indent

import pytest

from ridgeline import Repo

REPOSITORY = Path(__file__).resolve().parents[1]
CLIP = REPOSITORY / "examples" / "select_clip_finetunes.py"
FOLDER = REPOSITORY / "examples"
EXAMPLES = sorted({*FOLDER.glob("*.py")} - {*FOLDER.glob("select_*.py")})  # those choose among others' models
# Where the tables lie that are not ours to give away: `individual_model_results.jsonl` of mlfoundations/model-soups.
TABLES = os.environ.get("RIDGELINE_DATA")


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


def _clip(table):
    """The regrets that the example prints, by target and rule."""
    done = subprocess.run([sys.executable, CLIP, table], check=True, capture_output=True, text=True)
    rows = [line.split() for line in done.stdout.splitlines()[3:]]
    return {(row[0], row[1]): float(row[3]) for row in rows}


def test_finetunes_are_chosen_as_the_table_says(tmp_path):
    """Three models: the best on the held-out set is the worst elsewhere."""
    models = [(0.9, 0.1, 0.2, 0.3), (0.8, 0.5, 0.6, 0.4), (0.7, 0.4, 0.5, 0.9)]
    tasks = ("ImageNet2p", "ImageNetR", "ObjectNet", "ImageNetA")
    rows = [
        {"model_name": f"model_{at}", **dict(zip(tasks, scores, strict=True))}
        for at, scores in enumerate(models)
    ]
    table = tmp_path / "results.jsonl"
    table.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    regrets = _clip(table)
    assert regrets["ImageNetR", "source-dev"] == 40
    assert regrets["ImageNetR", "pivot:ObjectNet"] == 0
    assert regrets["ImageNetA", "pivot:ImageNetR"] == 50
    assert regrets["ObjectNet", "mean-pivots"] == 10


@pytest.mark.skipif(TABLES is None, reason="RIDGELINE_DATA names no folder with the table of model-soups")
def test_the_real_finetunes_mislead_by_their_validation_set():
    regrets = _clip(Path(TABLES) / "model_soups_individual_model_results.jsonl")
    by_source = {target: regret for (target, rule), regret in regrets.items() if rule == "source-dev"}
    assert by_source == {"ImageNetR": 3.8, "ObjectNet": 4.6, "ImageNetA": 8.0}
    by_pivot = [regret for (_, rule), regret in regrets.items() if rule.startswith("pivot:")]
    assert (min(by_pivot), max(by_pivot)) == (0.0, 2.2)
