import numpy as np
import pytest
from tracked_models import read, track_model, write_model

from ridgeline import Repo, Run
from ridgeline.core.errors import NotFoundError
from ridgeline.merge.tracked.weights import models_of_runs, weights_of


def test_the_one_model_of_a_run(tmp_path):
    track_model(tmp_path, "a", [1, 2, 3, 4])
    assert read(weights_of(Repo(tmp_path), "a", tmp_path / "links")).tolist() == [1, 2, 3, 4]


def test_a_folder_of_artifacts_keeps_the_names_of_its_files(tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    write_model(folder / "model.safetensors", [1, 1, 1, 1])
    (folder / "config.json").write_text("{}")
    with Run(name="a", repo=tmp_path, run_id="a", capture=False) as run:
        for path in folder.iterdir():
            run.log_artifact(path, f"best/{path.name}")
        run.log_artifact(folder / "config.json", "elsewhere.json")
    found = weights_of(Repo(tmp_path), "a", tmp_path / "links")
    assert sorted(path.name for path in found.iterdir()) == ["config.json", "model.safetensors"]


def test_several_models_must_be_told_apart(tmp_path):
    write_model(tmp_path / "w.safetensors", [1, 1, 1, 1])
    with Run(name="a", repo=tmp_path, run_id="a", capture=False) as run:
        run.log_artifact(tmp_path / "w.safetensors", "first/model.safetensors")
        run.log_artifact(tmp_path / "w.safetensors", "last/model.safetensors")
    repo = Repo(tmp_path)
    with pytest.raises(NotFoundError, match=r"first, last. Name one: run:a/FOLDER"):
        weights_of(repo, "a", tmp_path / "links")
    assert weights_of(repo, "a/last", tmp_path / "links").is_dir()


def test_a_model_that_only_the_disk_has(tmp_path):
    (tmp_path / "merged").mkdir()
    write_model(tmp_path / "merged" / "model.safetensors", [2, 2, 2, 2])
    with Run(name="a", repo=tmp_path, run_id="a", capture=False) as run:
        run["merge.folder"] = str(tmp_path / "merged")
    assert weights_of(Repo(tmp_path), "a", tmp_path / "links") == tmp_path / "merged"


def test_a_run_without_a_model(tmp_path):
    with Run(name="a", repo=tmp_path, run_id="a", capture=False) as run:
        run["lr"] = 1
    with pytest.raises(NotFoundError, match=r"'a' has no model here.*It has no artifacts.*log_artifact"):
        weights_of(Repo(tmp_path), "a", tmp_path / "links")


def test_references_to_runs_become_folders_of_their_name(tmp_path):
    track_model(tmp_path, "a", [1, 2, 3, 4])
    links = tmp_path / "links"
    assert models_of_runs(Repo(tmp_path), ["run:a", "org/base", "run:a+adapter"], links) == {"run:a": "a"}
    assert np.allclose(read(links / "run:a"), [1, 2, 3, 4])
