import pytest
from needed import need

need("optuna")

import optuna

from ridgeline import Repo
from ridgeline.integrations.optuna import RidgelineCallback
from ridgeline.testing.integration_suite import IntegrationSuite, TrainingFailed

optuna.logging.set_verbosity(optuna.logging.ERROR)


def study(**options):
    return optuna.create_study(study_name="line", sampler=optuna.samplers.RandomSampler(0), **options)


class TestOptuna(IntegrationSuite):
    module = "ridgeline.integrations.optuna"
    framework = "optuna"
    metric = "value"
    params = {"study.name": "line", "study.sampler": "RandomSampler", "study.directions": ["minimize"]}

    def train(self, run, repo, *, failing):
        def objective(trial):
            if failing and trial.number == 1:
                raise TrainingFailed
            return trial.suggest_float("x", -1, 1) ** 2

        with (
            RidgelineCallback(run, trials=False)
            if run
            else RidgelineCallback(repo=repo, trials=False, capture=False)
        ) as callback:
            study().optimize(objective, n_trials=3, callbacks=[callback])


def test_each_trial_is_a_run_that_ends_as_it_did(tmp_path):
    def objective(trial):
        x = trial.suggest_float("x", -1, 1)
        trial.report(x, step=1)
        if trial.number == 1:
            raise optuna.TrialPruned
        if trial.number == 2:
            raise TrainingFailed
        return x

    searched = study(direction="maximize")
    with RidgelineCallback(repo=tmp_path, experiment="search", capture=False) as callback:
        searched.optimize(objective, n_trials=4, callbacks=[callback], catch=(TrainingFailed,))
    repo = Repo(tmp_path)
    trials = list(repo.runs('"trial" in run.tags', order_by="run.trial.number"))
    assert [run.status for run in trials] == ["finished", "stopped", "failed", "finished"]
    assert [run["hparams.x"] for run in trials] == [trial.params["x"] for trial in searched.trials]
    assert trials[0].points("intermediate").to_pandas()["step"].tolist() == [1]
    (whole,) = repo.runs('not "trial" in run.tags')
    assert (whole.name, whole.status) == ("line", "finished")
    assert whole["best.value"] == searched.best_value
    assert {run["trial.study"] for run in trials} == {whole.id}


def test_several_objectives_are_told_apart(tmp_path):
    searched = study(directions=["minimize", "maximize"])
    searched.set_metric_names(["loss", "acc"])
    with RidgelineCallback(repo=tmp_path, capture=False, trials=False, metric_name="score") as callback:
        searched.optimize(
            lambda trial: (trial.suggest_float("x", 0, 1), 1.0), n_trials=2, callbacks=[callback]
        )
    (view,) = Repo(tmp_path).runs()
    assert [metric.context for metric in view.metrics] == [{"objective": "acc"}, {"objective": "loss"}]
    assert view["study.directions"] == ["minimize", "maximize"]
    assert len(view.points("score", {"objective": "loss"})) == 2


def test_a_study_in_which_nothing_completes_has_no_best(tmp_path):
    def objective(trial):
        raise optuna.TrialPruned

    with RidgelineCallback(repo=tmp_path, capture=False, trials=False) as callback:
        study().optimize(objective, n_trials=2, callbacks=[callback])
    (view,) = Repo(tmp_path).runs()
    assert view.status == "finished"
    with pytest.raises(KeyError):
        _ = view["best"]
