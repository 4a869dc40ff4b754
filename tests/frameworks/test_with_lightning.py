import pytest
from needed import need

need("torch", "lightning")

import lightning
import torch

from ridgeline import Repo
from ridgeline.integrations.lightning import RidgelineLogger
from ridgeline.testing.integration_suite import IntegrationSuite, TrainingFailed


class Line(lightning.LightningModule):
    def __init__(self, lr=0.1, failing=False):
        super().__init__()
        self.save_hyperparameters()
        self.layer = torch.nn.Linear(2, 1)

    def training_step(self, batch, index):
        if self.hparams.failing and index == 1:
            raise TrainingFailed
        loss = self.layer(batch[0]).square().mean()
        self.log("train_loss", loss, on_step=True, on_epoch=False)
        return loss

    def validation_step(self, batch, index):
        self.log("val_f1", self.layer(batch[0]).mean())

    def test_step(self, batch, index):
        self.log("test_f1", self.layer(batch[0]).mean())

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=self.hparams.lr)


def batches():
    return torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.ones(8, 2)), batch_size=2)


def trainer(logger, folder):
    return lightning.Trainer(
        logger=logger,
        max_epochs=2,
        log_every_n_steps=1,
        accelerator="cpu",
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        default_root_dir=folder,
    )


class TestLightning(IntegrationSuite):
    module = "ridgeline.integrations.lightning"
    framework = "lightning"
    context = {"subset": "train"}
    params = {"hparams.lr": 0.1}

    def train(self, run, repo, *, failing):
        logger = RidgelineLogger(run) if run else RidgelineLogger(repo=repo, capture=False)
        trainer(logger, repo).fit(Line(failing=failing), batches(), batches())


class TestFabric(IntegrationSuite):
    module = "ridgeline.integrations.lightning"
    framework = "lightning"
    context = {"subset": "train"}
    params = {"hparams.lr": 0.1}

    def train(self, run, repo, *, failing):
        with RidgelineLogger(run) if run else RidgelineLogger(repo=repo, capture=False) as logger:
            fabric = lightning.Fabric(accelerator="cpu", loggers=logger)
            fabric.logger.log_hyperparams({"lr": 0.1})
            for step in range(3):
                if failing and step == 1:
                    raise TrainingFailed
                fabric.log_dict({"train/loss": torch.tensor(1.0)}, step=step)


@pytest.fixture
def logger(tmp_path):
    return RidgelineLogger(repo=tmp_path, capture=False)


def only_run(repo):
    (view,) = Repo(repo).runs()
    return view


def test_subsets_and_epochs_are_told_apart_and_a_later_test_joins_the_run(logger, tmp_path):
    model = Line()
    training = trainer(logger, tmp_path)
    training.fit(model, batches(), batches())
    training.test(model, batches(), verbose=False)
    view = only_run(tmp_path)
    found = {(metric.name, metric.context.get("subset")): metric for metric in view.metrics}
    assert view.status == "finished"
    assert found["loss", "train"].n == 8
    assert (found["f1", "val"].n, found["f1", "val"].epoch_last) == (2, 1.0)
    assert found["f1", "test"].n == 1


def test_the_traceback_of_a_failure_is_kept(logger, tmp_path):
    with pytest.raises(TrainingFailed):
        trainer(logger, tmp_path).fit(Line(failing=True), batches())
    view = only_run(tmp_path)
    assert view.status == "failed"
    assert "TrainingFailed" in view.error


def test_the_run_is_at_hand_in_a_module(logger, tmp_path):
    logger.experiment["data.name"] = "ones"
    assert (logger.version, logger.name) == (logger.experiment.id, "default")
    logger.finalize("success")
    assert only_run(tmp_path)["data.name"] == "ones"
