import json

from needed import need

need("dvclive")

from ridgeline import Repo
from ridgeline.integrations.dvc import RidgelineLive
from ridgeline.testing.integration_suite import IntegrationSuite, TrainingFailed

QUIET = {"save_dvc_exp": False, "dvcyaml": None, "report": None}


class TestDvc(IntegrationSuite):
    module = "ridgeline.integrations.dvc"
    framework = "dvclive"
    context = {"subset": "train"}
    params = {"lr": 0.1}

    def train(self, run, repo, *, failing):
        with (
            RidgelineLive(run, live=QUIET)
            if run
            else RidgelineLive(repo=repo, live=QUIET, capture=False) as live
        ):
            live.log_params({"lr": 0.1})
            for step in range(3):
                if failing and step == 1:
                    raise TrainingFailed
                live.log_metric("train/loss", 1.0)
                live.next_step()


def test_dvclives_own_files_are_written_and_params_yaml_is_read(tmp_path):
    (tmp_path / "params.yaml").write_text("train:\n  lr: 0.1\n")
    (tmp_path / "model.txt").write_text("weights")
    live = RidgelineLive(repo=tmp_path, live=QUIET, capture=False)
    live.log_metric("loss", 0.5)
    live.log_artifact(tmp_path / "model.txt")
    live.end()
    (view,) = Repo(tmp_path).runs()
    assert json.loads((tmp_path / "dvclive" / "metrics.json").read_text())["loss"] == 0.5
    assert (view["dvc.train.lr"], view.status, list(view.artifacts)) == (0.1, "finished", ["model.txt"])
