from needed import need

need("torch", "ignite")

import torch
from ignite.engine import Engine, Events
from ignite.metrics import Average

from ridgeline import Repo
from ridgeline.integrations.ignite import RidgelineLogger
from ridgeline.testing.integration_suite import IntegrationSuite, TrainingFailed


def train(logger, *, failing=False):
    def step(engine, batch):
        if failing and engine.state.iteration == 2:
            raise TrainingFailed
        return float(batch)

    trainer, evaluator = Engine(step), Engine(lambda _engine, batch: float(batch))
    Average().attach(evaluator, "mean")
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
    logger.attach_output_handler(
        trainer, Events.ITERATION_COMPLETED, tag="train", output_transform=lambda output: {"loss": output}
    )
    logger.attach_opt_params_handler(trainer, Events.ITERATION_STARTED, optimizer=optimizer)
    logger.attach_output_handler(
        evaluator,
        Events.EPOCH_COMPLETED,
        tag="dev",
        metric_names=["mean"],
        global_step_transform=lambda *_: trainer.state.iteration,
    )
    trainer.add_event_handler(Events.EPOCH_COMPLETED, lambda: evaluator.run([1, 2, 3]))
    trainer.run([1, 2, 3], max_epochs=2)


class TestIgnite(IntegrationSuite):
    module = "ridgeline.integrations.ignite"
    framework = "ignite"
    context = {"subset": "train"}
    params = {"hparams.lr": 0.1}

    def train(self, run, repo, *, failing):
        with RidgelineLogger(run) if run else RidgelineLogger(repo=repo, capture=False) as logger:
            logger.log_params({"lr": 0.1})
            train(logger, failing=failing)


def test_metrics_of_an_evaluator_stand_at_the_steps_of_the_trainer(tmp_path):
    logger = RidgelineLogger(repo=tmp_path, capture=False)
    train(logger)
    logger.close()
    (view,) = Repo(tmp_path).runs()
    assert view.status == "finished"
    assert view.points("mean", {"subset": "dev"}).to_pandas()["step"].tolist() == [3, 6]
    assert view.points("loss").to_pandas()["epoch"].tolist() == [1, 1, 1, 2, 2, 2]
    assert view.points("lr", {"group": 0}).to_pandas()["value"].tolist() == [0.1] * 6
