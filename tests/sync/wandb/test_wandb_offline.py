"""Offline runs that W&B made, by ../make_wandb.py."""

import json
import shutil

import numpy as np
import pytest

from ridgeline.core.errors import InputError
from ridgeline.sync.context_patterns import ContextPatterns
from ridgeline.sync.wandb.offline import OfflineFolders


def source(path, *patterns):
    return OfflineFolders(path, ContextPatterns(patterns))


def log_of(folder, run):
    (path,) = folder.glob(f"*/run-{run}.wandb")
    return path


def test_all_that_a_run_has_comes_over(repo, taken, wandb_folder):
    moved, told = taken(source(wandb_folder, "eval.{name}.{lang}"))
    assert (moved.runs, moved.objects, moved.lines, told) == (3, 16, 4, [])
    run = repo.run("run1.pos")
    assert (run.name, run.experiment, run.status, run.note) == ("Größe 1", "pos", "finished", "A *note*.")
    assert set(run.tags) == {"lab", "n1"}
    assert run.params == {
        "lr": 6e-05,
        "optim": {"name": "adam", "betas": [0.9, 0.99]},
        "flag": True,
        "nothing": None,
        "added": "later",
        "wandb": {"group": "sweep", "job_type": "train", "summary": {"best": 0.25}},
    }
    assert run.env["command"][1].endswith("make_wandb.py")
    assert run.env["packages"]["wandb"] == "0.31.0"
    assert 0 < run.duration < 60


def test_history_keeps_steps_times_epochs_and_what_is_no_number(repo, taken, wandb_folder):
    taken(source(wandb_folder, "eval.{name}.{lang}"))
    run = repo.run("run0.pos")
    loss = run.points("loss").to_pandas()
    assert loss.step.tolist() == list(range(20))
    assert np.isnan(loss.value.iloc[3])
    assert loss.value.iloc[4] == 0.4
    assert loss.epoch.iloc[4] == 0.8
    assert loss.time.is_monotonic_increasing
    by_name = {metric.name: metric for metric in run.metrics}
    assert by_name["f1"].context == {"lang": "fr"}
    assert (by_name["late"].step_last, by_name["big"].last, by_name["on"].last) == (40, float("inf"), 1.0)
    assert by_name["system.proc.cpu.threads"].n >= 1
    assert by_name["system.disk.in"].context.keys() == {"disk"}


def test_media_are_objects(repo, taken, wandb_folder):
    taken(source(wandb_folder))
    objects = repo.run("run0.pos").objects()
    kinds = {one.name: one.kind for one in objects}
    assert kinds == {
        "examples": "image", "several": "image", "sound": "audio", "table": "table", "weights": "distribution",
        "page": "text", "note": "text",
    }  # fmt: skip
    assert [one.entry.meta["caption"] for one in objects if one.kind == "image"] == ["half red", "a", "b"]
    (table,) = [one for one in objects if one.kind == "table"]
    assert json.loads(table.read()) == {"columns": ["word", "score"], "rows": [["le", 0.5], ["la", None]]}
    (weights,) = [one for one in objects if one.kind == "distribution"]
    assert sum(json.loads(weights.read())["counts"]) == 100
    (sound,) = [one for one in objects if one.kind == "audio"]
    assert sound.read().startswith(b"RIFF")


def test_console_lines_and_exit_status(repo, taken, wandb_folder):
    taken(source(wandb_folder))
    lines = repo.run("run0.pos").console()
    assert [(line.stream, line.text) for line in lines] == [
        ("stdout", "printed line 0"),
        ("stderr", "to stderr"),
    ]
    assert repo.run("run2.pos").status == "failed"


def test_a_second_pass_moves_nothing(repo, taken, wandb_folder):
    followed = source(wandb_folder)
    assert taken(followed)[0]
    assert not taken(followed)[0]
    assert not taken(source(wandb_folder))[0]


@pytest.mark.parametrize("share", [0.1, 0.35, 0.6, 0.97])
def test_a_torn_end_is_finished_later(repo, taken, wandb_folder, share):
    path = log_of(wandb_folder, "run0")
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    followed = source(wandb_folder)
    first, told = taken(followed)
    assert (first.runs, told) == (3, [])
    others = repo.run("run1.pos").n_points + repo.run("run2.pos").n_points
    assert repo.run("run0.pos").status != "finished"
    path.write_bytes(whole)
    second, told = taken(followed)
    assert told == []
    assert (second.runs, first.objects + second.objects) == (0, 16)
    assert repo.run("run0.pos").n_points == first.points + second.points - others
    run = repo.run("run0.pos")
    assert run.status == "finished"
    assert run.params["wandb"]["summary"] == {"best": 0.25}
    assert not taken(source(wandb_folder))[0]


def test_a_file_without_its_head_is_told_of_and_comes_later(repo, taken, wandb_folder):
    path = log_of(wandb_folder, "run0")
    whole = path.read_bytes()
    path.write_bytes(whole[:5])
    moved, told = taken(source(wandb_folder))
    assert moved.runs == 2
    assert "says not yet" in told[0][1]
    path.write_bytes(whole)
    assert taken(source(wandb_folder))[0].runs == 1


def test_a_damaged_stretch_is_told_of_and_the_rest_is_there(repo, taken, wandb_folder):
    path = log_of(wandb_folder, "run1")
    big = bytearray(path.read_bytes())
    other = log_of(wandb_folder, "run0").read_bytes()
    big += bytes((1 << 15) - len(big)) + other[7:]  # a second block, so that something follows the damage
    big[2000] ^= 0xFF
    path.write_bytes(big)
    moved, told = taken(source(path))
    assert moved.runs == 1
    assert "damaged" in told[0][1]


def test_another_version_is_told_of(taken, wandb_folder):
    path = log_of(wandb_folder, "run0")
    data = bytearray(path.read_bytes())
    data[6] = 9
    path.write_bytes(data)
    moved, told = taken(source(wandb_folder))
    assert moved.runs == 2
    assert "version 9" in told[0][1]


def test_a_missing_picture_is_told_of_and_comes_later(repo, taken, wandb_folder):
    (picture,) = wandb_folder.glob("*-run0/files/media/images/examples_*.png")
    data = picture.read_bytes()
    picture.unlink()
    followed = source(wandb_folder)
    moved, told = taken(followed)
    assert (moved.runs, moved.objects) == (3, 15)
    assert "is missing" in told[0][1]
    picture.write_bytes(data)
    moved, told = taken(followed)
    assert (moved.objects, told) == (1, [])
    assert not taken(source(wandb_folder))[0]


def test_a_run_that_was_resumed_is_one_run(repo, taken, wandb_folder):
    (folder,) = wandb_folder.glob("*-run2")
    shutil.copytree(folder, folder.with_name("offline-run-29990101_000000-run2"))
    moved, told = taken(source(wandb_folder))
    assert (moved.runs, told) == (3, [])
    assert [metric.n for metric in repo.run("run2.pos").metrics if metric.name == "loss"] == [2]


def test_what_is_no_folder_of_wandb(tmp_path, taken):
    with pytest.raises(InputError, match="nothing"):
        source(tmp_path / "nowhere")
    with pytest.raises(InputError, match="no W&B run"):
        taken(source(tmp_path))
    (tmp_path / "run-x.wandb").write_bytes(b"something else")
    moved, told = taken(source(tmp_path))
    assert not moved
    assert "no file of W&B" in told[0][1]
