import logging

import pytest

from ridgeline import Repo
from ridgeline.integrations.logging import RidgelineHandler
from ridgeline.testing.integration_suite import IntegrationSuite, TrainingFailed


class TestLogging(IntegrationSuite):
    module = "ridgeline.integrations.logging"
    context = {"subset": "train"}
    params = {"hparams.lr": 0.1}

    def train(self, run, repo, *, failing):
        logger = logging.getLogger(f"training.{repo.name}")
        logger.setLevel(logging.INFO)
        with RidgelineHandler(run) if run else RidgelineHandler(repo=repo, capture=False) as handler:
            logger.addHandler(handler)
            logger.info("begins", extra={"params": {"hparams": {"lr": 0.1}}})
            for step in range(3):
                if failing and step == 1:
                    raise TrainingFailed
                logger.info(
                    "step %d",
                    step,
                    extra={"metrics": {"loss": 1.0}, "step": step, "context": {"subset": "train"}},
                )


@pytest.fixture
def logger(tmp_path):
    logger = logging.getLogger(f"program.{tmp_path.name}")
    logger.setLevel(logging.DEBUG)
    yield logger
    for handler in logger.handlers:
        handler.close()


def test_records_are_texts_with_their_level(logger, tmp_path):
    logger.addHandler(RidgelineHandler(repo=tmp_path, capture=False, level=logging.WARNING))
    logger.info("left out")
    logger.warning("careful: %s", "hot")
    logger.error("worse")
    (view,) = Repo(tmp_path).runs()
    texts = [(item.context["level"], item.read().decode()) for item in view.objects("log")]
    assert texts == [("error", "worse"), ("warning", "careful: hot")]


def test_closing_the_handler_ends_the_run(logger, tmp_path):
    handler = RidgelineHandler(repo=tmp_path, capture=False)
    logger.addHandler(handler)
    logger.warning("here")
    handler.close()
    (view,) = Repo(tmp_path).runs()
    assert view.status == "finished"
