"""A project that Trackio 0.43.0 made, by ../make_trackio.py."""

import json
import sqlite3

import numpy as np
import pytest

from ridgeline.core.errors import InputError
from ridgeline.sync.context_patterns import ContextPatterns
from ridgeline.sync.trackio.store import TrackioFolder


@pytest.fixture
def folder(made):
    return made("trackio-0.43.0.tar.xz")


def source(path, *patterns):
    return TrackioFolder(path, ContextPatterns(patterns))


def named(repo, name):
    (found,) = [run for run in repo.runs() if run.name == name]
    return found


def test_all_that_a_run_has_comes_over(repo, taken, folder):
    moved, told = taken(source(folder, "{subset}/{name}"))
    assert (moved.runs, moved.points, moved.objects, told) == (2, 122, 6, [])
    run = named(repo, "Größe 1")
    assert (run.experiment, run.status) == ("pos", "finished")
    assert run.params == {
        "lr": 6e-05, "optim": {"name": "adam", "betas": [0.9, 0.99]}, "flag": True, "trackio": {"group": "sweep"},
    }  # fmt: skip
    loss = run.points("loss").to_pandas()
    assert loss.step.tolist() == list(range(20))
    assert np.isnan(loss.value.iloc[3])
    assert loss.epoch.iloc[5] == 1.0
    assert {metric.name: metric.last for metric in run.metrics}["big"] == float("inf")
    assert {metric.name: metric.context for metric in run.metrics}["f1"] == {"subset": "eval"}


def test_media(repo, taken, folder):
    taken(source(folder))
    objects = {one.name: one for one in named(repo, "Größe 0").objects()}
    assert {name: one.kind for name, one in objects.items()} == {
        "examples": "image",
        "note": "text",
        "table": "table",
    }
    assert objects["examples"].read().startswith(b"\x89PNG")
    assert json.loads(objects["table"].read())["columns"] == ["word", "score"]


def test_a_second_pass_moves_nothing_and_new_rows_come(repo, taken, folder):
    followed = source(folder)
    assert taken(followed)[0]
    assert not taken(followed)[0]
    assert not taken(source(folder / "pos.db"))[0]
    database = sqlite3.connect(folder / "pos.db")
    with database:
        database.execute(
            "INSERT INTO metrics (run_id, timestamp, run_name, step, metrics)"
            " SELECT run_id, '2099-01-01T00:00:00+00:00', run_name, 99, '{\"loss\": 0.01}' FROM configs LIMIT 1"
        )
    database.close()
    assert taken(followed)[0].points == 1


def test_runs_of_before_ids(repo, taken, tmp_path):
    database = sqlite3.connect(tmp_path / "old.db")
    with database:
        database.execute(
            "CREATE TABLE metrics (id INTEGER PRIMARY KEY, timestamp TEXT, run_name TEXT, step INT, metrics TEXT)"
        )
        database.execute("INSERT INTO metrics VALUES (1, '2025-01-01T00:00:00', 'a b', 0, '{\"loss\": 1}')")
    database.close()
    assert taken(source(tmp_path))[0].points == 1
    assert named(repo, "a b").params == {}


def test_a_missing_picture_and_a_damaged_file_are_told_of(taken, folder):
    for picture in (folder / "media").rglob("*.png"):
        picture.unlink()
    (folder / "other.db").write_bytes(b"SQLite format 3\0" + b"x" * 200)
    moved, told = taken(source(folder))
    assert (moved.runs, moved.objects) == (2, 4)
    assert sorted("is missing in" in why for _, why in told) == [False, True, True]


def test_what_is_no_folder_of_trackio(tmp_path):
    with pytest.raises(InputError, match="TRACKIO_DIR"):
        source(tmp_path)
