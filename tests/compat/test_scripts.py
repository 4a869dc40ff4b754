"""Scripts as other trackers' users write them run as they are, and what they log is there."""

import subprocess
import sys
from pathlib import Path

import pytest

from ridgeline import Repo

SCRIPTS = Path(__file__).parent / "scripts"


@pytest.fixture
def recorded(tmp_path):
    def run_script(name):
        command = [sys.executable, "-W", "error", SCRIPTS / name]
        done = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return Repo(tmp_path)

    return run_script


def last(view):
    return {(metric.name, *metric.context.values()): metric for metric in view.metrics}


def test_wandb(recorded):
    repo = recorded("wandb_quickstart.py")
    first, second = repo.runs('run.experiment == "quickstart"', order_by="run.created")
    assert (first.status, first.note, first.tags) == ("finished", "first try", ("baseline",))
    assert (first["learning_rate"], first["architecture"]) == (0.02, "CNN")
    assert first["wandb.summary.best_acc"] == last(first)["acc",].last
    assert (last(first)["acc",].n, last(first)["acc",].epoch_last) == (5, 4.0)
    assert first.points("loss").to_pandas()["step"].tolist() == [0, 2, 4, 6, 8]
    assert first.points("val/acc").to_pandas()["step"].tolist() == [100, 200, 300, 400, 500]
    assert first.points("val.f1").to_pandas()["step"].tolist() == [1, 3, 5, 7, 9]
    assert {item.kind for item in first.objects()} == {"table", "text", "distribution"}
    assert first.objects("note")[0].entry.mime == "text/html"
    assert list(first.artifacts) == ["model/model.txt"]
    assert first["wandb.artifacts.model.metadata.framework"] == "none"
    assert second["wandb.job_type"] == "use"
    assert second.points("loss").to_pandas()["step"].tolist() == [0, 10, 20]


def test_tensorboard(recorded):
    repo = recorded("tensorboard_quickstart.py")
    (run,) = repo.runs('run.name == "experiment_1"')
    found = last(run)
    assert (found["Loss/train",].n, found["Loss/test",].step_last) == (20, 19)
    assert found["waves", "cos"].first == 1.0
    kinds = {}
    for item in run.objects():
        kinds.setdefault(item.name, []).append(item.kind)
    assert kinds["weights"] == ["distribution"] * 20
    assert kinds["batch"] == ["image"] * 4
    assert {name: kinds[name][0] for name in ("noise", "grey", "words", "tone")} == {
        "noise": "image",
        "grey": "image",
        "words": "text",
        "tone": "audio",
    }
    tuned = repo.runs("run.hparams.bsize == 2")
    assert [view.name for view in tuned] == ["hparams_2"]
    assert last(next(iter(tuned)))["hparam/accuracy",].last == 20.0
    assert {view.status for view in repo.runs()} == {"finished"}


def test_aim(recorded):
    (run,) = recorded("aim_quickstart.py").runs()
    assert (run.name, run.experiment, run.note, run.tags, run.status) == (
        "first", "quick-start", "the first of them", ("baseline",), "finished",
    )  # fmt: skip
    assert (last(run)["loss", "val"].last, last(run)["loss", "val"].epoch_last) == (1.8, 1.0)
    assert len(run.objects("images")) == 2
    assert len(run.objects("weights")) == 10
    assert run.objects("log")[0].read() == b"step 10 of 10"
