import gc

import pytest
from needed import need

need("ray", "ray.tune")

import ray
from ray import tune

from ridgeline import Repo
from ridgeline.integrations.ray import RidgelineCallback
from ridgeline.testing.integration_suite import IntegrationSuite, TrainingFailed


@pytest.fixture(scope="module", autouse=True)
def cluster():
    ray.init(num_cpus=1, include_dashboard=False, log_to_driver=False)
    yield
    ray.shutdown()
    gc.collect()


def fit(callback, folder, *, failing):
    def train(config):
        for step in range(3):
            if failing and step == 1:
                raise ValueError("as asked")
            tune.report({"loss": config["lr"] / (step + 1)})

    return tune.Tuner(
        train,
        param_space={"lr": tune.grid_search([0.1])},
        run_config=tune.RunConfig(
            storage_path=str(folder / "ray"), callbacks=[callback], verbose=0, name="search"
        ),
    ).fit()


class TestRay(IntegrationSuite):
    module = "ridgeline.integrations.ray"
    framework = "ray"

    def train(self, run, repo, *, failing):
        callback = RidgelineCallback(run) if run else RidgelineCallback(repo=repo, capture=False)
        # Trials run in other processes, and their failures are results.
        if fit(callback, repo, failing=failing).errors:
            raise TrainingFailed


def test_a_trial_has_its_settings_and_its_name(tmp_path):
    fit(RidgelineCallback(repo=tmp_path, experiment="search", capture=False), tmp_path, failing=False)
    (view,) = Repo(tmp_path).runs()
    assert (view["hparams.lr"], view.experiment) == (0.1, "search")
    assert view["trial.id"] in view.name
    assert view.points("loss").to_pandas()["step"].tolist() == [1, 2, 3]
    assert {metric.name for metric in view.metrics} <= {"loss"}
