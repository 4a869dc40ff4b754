import numpy as np
from needed import need

need("torch", "accelerate")

from accelerate import Accelerator

from ridgeline import Repo
from ridgeline.integrations.accelerate import RidgelineTracker
from ridgeline.testing.integration_suite import IntegrationSuite, TrainingFailed


class TestAccelerate(IntegrationSuite):
    module = "ridgeline.integrations.accelerate"
    framework = "accelerate"
    context = {"subset": "train"}
    params = {"hparams.lr": 0.1}

    def train(self, run, repo, *, failing):
        tracker = RidgelineTracker(run) if run else RidgelineTracker(repo=repo, capture=False)
        accelerator = Accelerator(cpu=True, log_with=tracker)
        accelerator.init_trackers("pos", config={"lr": 0.1})
        for step in range(3):
            if failing and step == 1:
                raise TrainingFailed
            accelerator.log({"train_loss": 1.0, "epoch": 0.5}, step=step)
        accelerator.end_training()


def test_images_and_the_run_itself(tmp_path):
    accelerator = Accelerator(cpu=True, log_with=RidgelineTracker(repo=tmp_path, capture=False))
    accelerator.init_trackers("pos")
    accelerator.get_tracker("ridgeline").log_images({"samples": np.zeros((2, 4, 4, 3))}, step=1)
    accelerator.get_tracker("ridgeline", unwrap=True)["data.name"] = "zeros"
    accelerator.end_training()
    (view,) = Repo(tmp_path).runs()
    assert len(view.objects("samples")) == 2
    assert view["data.name"] == "zeros"
