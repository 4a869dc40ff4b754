import subprocess
import sys

import pytest
from needed import need

need("hydra")

from hydra import compose, initialize_config_dir
from hydra.core.utils import JobReturn, JobStatus

from ridgeline import Repo
from ridgeline.core.errors import InputError
from ridgeline.integrations.hydra import RidgelineCallback, current_run
from ridgeline.testing.integration_suite import IntegrationSuite, TrainingFailed

CONFIG = """
optim:
  lr: 0.1
hydra:
  callbacks:
    ridgeline:
      _target_: ridgeline.integrations.hydra.RidgelineCallback
      experiment: hydra
      repo: {repo}
      capture: false
"""
APP = """
import hydra
from ridgeline.integrations.hydra import current_run

@hydra.main(config_path=".", config_name="config", version_base=None)
def main(config):
    for step in range(3):
        current_run().track(config.optim.lr / (step + 1), name="loss", step=step)
        if config.optim.lr > 1:
            raise ValueError("too large")

main()
"""


class TestHydra(IntegrationSuite):
    module = "ridgeline.integrations.hydra"
    framework = "hydra"
    params = {"optim.lr": 0.1}

    def train(self, run, repo, *, failing):
        (repo / "config.yaml").write_text(CONFIG.format(repo=repo))
        with initialize_config_dir(str(repo), version_base=None):
            config = compose("config", return_hydra_config=True)
        callback = RidgelineCallback(run) if run else RidgelineCallback(repo=repo, capture=False)
        callback.on_job_start(config, task_function=print)
        job = JobReturn(status=JobStatus.COMPLETED)
        error = TrainingFailed() if failing else None
        with current_run().guard("test", "as a job whose run may be closed"):
            for step in range(3):
                current_run().track(1.0, name="loss", step=step)
        if error is not None:
            job.status, job.return_value = JobStatus.FAILED, error
        callback.on_job_end(config, job)
        if error is not None:
            raise error


@pytest.fixture
def app(tmp_path):
    (tmp_path / "config.yaml").write_text(CONFIG.format(repo=tmp_path))
    (tmp_path / "app.py").write_text(APP)

    def run(*arguments):
        return subprocess.run(
            [sys.executable, tmp_path / "app.py", *arguments],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_a_job_has_its_config_and_overrides(app, tmp_path):
    done = app("optim.lr=0.5")
    assert done.returncode == 0, done.stderr
    (view,) = Repo(tmp_path).runs()
    assert view.recording_warnings == {}
    assert (view.experiment, view.status, view["optim.lr"]) == ("hydra", "finished", 0.5)
    assert view["hydra.overrides"] == ["optim.lr=0.5"]
    assert len(view.points("loss")) == 3


def test_each_job_of_a_multirun_is_a_run(app, tmp_path):
    app("--multirun", "optim.lr=0.1,0.2")
    assert sorted(view["optim.lr"] for view in Repo(tmp_path).runs()) == [0.1, 0.2]


def test_a_job_that_raises_is_a_failed_run(app, tmp_path):
    assert app("optim.lr=2").returncode != 0
    (view,) = Repo(tmp_path).runs()
    assert view.status == "failed"
    assert "too large" in view.error


def test_without_a_job_it_says_what_to_do():
    with pytest.raises(InputError, match="under hydra"):
        current_run()
