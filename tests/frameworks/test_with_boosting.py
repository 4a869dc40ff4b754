"""XGBoost, LightGBM and CatBoost."""

import numpy as np
import pytest
from needed import need

need("xgboost", "lightgbm", "catboost", "sklearn")

import catboost
import lightgbm
import xgboost

from ridgeline import Repo
from ridgeline.integrations.catboost import RidgelineCallback as CatBoostCallback
from ridgeline.integrations.lightgbm import RidgelineCallback as LightGbmCallback
from ridgeline.integrations.xgboost import RidgelineCallback as XgBoostCallback
from ridgeline.testing.integration_suite import IntegrationSuite, TrainingFailed

RNG = np.random.default_rng(0)
X = RNG.normal(size=(200, 4))
Y = (X[:, 0] + RNG.normal(size=200) > 0).astype(int)


def only_run(repo):
    (view,) = Repo(repo).runs()
    return view


def xgboost_data():
    return xgboost.DMatrix(X[:100], Y[:100]), xgboost.DMatrix(X[100:], Y[100:])


class FailingXgBoost(xgboost.callback.TrainingCallback):
    def after_iteration(self, model, epoch, evals_log):
        if epoch == 1:
            raise TrainingFailed


class TestXgBoost(IntegrationSuite):
    module = "ridgeline.integrations.xgboost"
    framework = "xgboost"
    metric, context = "logloss", {"subset": "dev"}
    params = {"hparams.max_depth": 2, "hparams.objective": "binary:logistic"}

    def train(self, run, repo, *, failing):
        callback = XgBoostCallback(run) if run else XgBoostCallback(repo=repo, capture=False)
        train, dev = xgboost_data()
        xgboost.train(
            {"max_depth": 2, "objective": "binary:logistic", "nthread": 1},
            train,
            num_boost_round=4,
            evals=[(train, "train"), (dev, "dev")],
            verbose_eval=False,
            callbacks=[callback, *([FailingXgBoost()] if failing else [])],
        )


def test_xgboost_knows_where_it_stopped(tmp_path):
    train, dev = xgboost_data()
    booster = xgboost.train(
        {"max_depth": 6, "eta": 1.0, "objective": "binary:logistic", "nthread": 1},
        train,
        num_boost_round=50,
        evals=[(dev, "dev")],
        verbose_eval=False,
        early_stopping_rounds=2,
        callbacks=[XgBoostCallback(repo=tmp_path, capture=False)],
    )
    view = only_run(tmp_path)
    assert view["best"] == {"iteration": booster.best_iteration, "score": pytest.approx(booster.best_score)}
    assert len(view.points("logloss")) == booster.num_boosted_rounds()


def test_xgboost_cv_has_means_and_deviations(tmp_path):
    train, _ = xgboost_data()
    table = xgboost.cv(
        {"max_depth": 2, "objective": "binary:logistic", "nthread": 1},
        train,
        num_boost_round=3,
        nfold=2,
        callbacks=[XgBoostCallback(repo=tmp_path, capture=False)],
    )
    view = only_run(tmp_path)
    for name, column in (("logloss", "test-logloss-mean"), ("logloss_std", "test-logloss-std")):
        assert view.points(name, {"subset": "test"}).to_pandas()["value"].tolist() == pytest.approx(
            table[column]
        )


def test_xgboost_estimators(tmp_path):
    model = xgboost.XGBClassifier(
        n_estimators=3, n_jobs=1, callbacks=[XgBoostCallback(repo=tmp_path, capture=False)]
    )
    model.fit(X, Y, eval_set=[(X, Y)], verbose=False)
    assert len(only_run(tmp_path).points("logloss", {"subset": "validation_0"})) == 3


def failing_lightgbm(env):
    if env.iteration == 1:
        raise TrainingFailed


PARAMS = {"objective": "binary", "num_leaves": 4, "verbosity": -1, "num_threads": 1}


class TestLightGbm(IntegrationSuite):
    module = "ridgeline.integrations.lightgbm"
    framework = "lightgbm"
    metric, context = "binary_logloss", {"subset": "dev"}
    params = {"hparams.num_leaves": 4}

    def train(self, run, repo, *, failing):
        with LightGbmCallback(run) if run else LightGbmCallback(repo=repo, capture=False) as callback:
            train = lightgbm.Dataset(X[:100], Y[:100])
            lightgbm.train(
                PARAMS,
                train,
                num_boost_round=4,
                valid_sets=[lightgbm.Dataset(X[100:], Y[100:], reference=train)],
                valid_names=["dev"],
                callbacks=[callback, *([failing_lightgbm] if failing else [])],
            )


def test_lightgbm_stopped_early_is_finished(tmp_path):
    with LightGbmCallback(repo=tmp_path, capture=False) as callback:
        train = lightgbm.Dataset(X[:100], Y[:100])
        booster = lightgbm.train(
            {**PARAMS, "learning_rate": 1.0},
            train,
            num_boost_round=100,
            valid_sets=[lightgbm.Dataset(X[100:], Y[100:], reference=train)],
            valid_names=["dev"],
            callbacks=[lightgbm.early_stopping(3, verbose=False), callback],
        )
    view = only_run(tmp_path)
    assert view.status == "finished"
    assert len(view.points("binary_logloss")) == booster.best_iteration + 3


def test_lightgbm_cv_has_means_and_deviations(tmp_path):
    with LightGbmCallback(repo=tmp_path, capture=False) as callback:
        found = lightgbm.cv(PARAMS, lightgbm.Dataset(X, Y), num_boost_round=3, nfold=2, callbacks=[callback])
    view = only_run(tmp_path)
    mean = view.points("binary_logloss", {"subset": "valid"}).to_pandas()["value"].tolist()
    std = view.points("binary_logloss_std", {"subset": "valid"}).to_pandas()["value"].tolist()
    assert mean == found["valid binary_logloss-mean"]
    assert std == found["valid binary_logloss-stdv"]


class FailingCatBoost:
    def after_iteration(self, info):
        if info.iteration == 2:
            raise TrainingFailed
        return True


class TestCatBoost(IntegrationSuite):
    module = "ridgeline.integrations.catboost"
    framework = "catboost"
    metric, context = "Logloss", {"subset": "validation"}
    params = {"hparams.depth": 2, "hparams.iterations": 4}

    def train(self, run, repo, *, failing):
        model = catboost.CatBoostClassifier(
            iterations=4, depth=2, verbose=False, thread_count=1, allow_writing_files=False
        )
        try:
            self.fit(model, run, repo, failing=failing)
        except catboost.CatBoostError as error:  # which holds the traceback of a callback as text
            assert "TrainingFailed" in str(error)  # noqa: PT017 - the suite asks for the error itself
            raise TrainingFailed from error

    def fit(self, model, run, repo, *, failing):
        with (
            CatBoostCallback(model, run) if run else CatBoostCallback(model, repo=repo, capture=False)
        ) as callback:
            callbacks = [callback, *([FailingCatBoost()] if failing else [])]
            model.fit(X[:100], Y[:100], eval_set=(X[100:], Y[100:]), callbacks=callbacks)
