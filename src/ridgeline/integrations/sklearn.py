"""scikit-learn: record a fit with its params, its curve and its scores, or a search with all its candidates.

from ridgeline.integrations.sklearn import RidgelineRecorder

with RidgelineRecorder(experiment="digits") as recorder:
recorder.fit(model, x_train, y_train)
recorder.score(model, x_test, y_test, subset="test")
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from sklearn.base import BaseEstimator, is_classifier, is_regressor
from sklearn.metrics import (
    accuracy_score,
    f1_score,
    log_loss,
    mean_absolute_error,
    mean_squared_error,
    precision_score,
    r2_score,
    recall_score,
)

from ridgeline.integrations.session import Integration
from ridgeline.record.objects.table import Table

# Where estimators keep one value per iteration, and what it is called here.
_CURVES = {
    "loss_curve_": ("loss", "train"),
    "validation_scores_": ("score", "val"),
    "train_score_": ("score", "train"),
    "validation_score_": ("score", "val"),
    "oob_scores_": ("score", "oob"),
}


class RidgelineRecorder(Integration):
    """Fit and score estimators, and record both.

    params: `model`, with `class` and what `get_params` returns; of a pipeline or a search those of each estimator below its
    name. A search also has `best`.

    Args:
        run: the program's own run, which stays open; None opens one.
        options: the arguments of `ridgeline.Run`.
    """

    def fit(self, estimator: Any, x: Any, y: Any = None, **fit_params: Any) -> Any:
        """Fit an estimator and record its params, how long it took, and its curve where it keeps one.

        Of a search every candidate is a step of `score` with {"subset": "cv"}, and a row of the table `candidates`.

        Returns:
            The fitted estimator.
        """
        session = self.session
        session.begin()
        session.set("model", describe_estimator(estimator))
        started = time.perf_counter()
        try:
            fitted = estimator.fit(x, y, **fit_params)
        except BaseException as error:
            session.fail(error)
            raise
        session.track({"fit_secs": time.perf_counter() - started}, step=0)
        with session.guard("The curves of the estimator could not be recorded"):
            self._record_curves(fitted)
        with session.guard("The candidates of the search could not be recorded"):
            self._record_candidates(fitted)
        session.end()
        return fitted

    def score(
        self, estimator: Any, x: Any, y: Any, *, subset: str = "test", step: int = 0
    ) -> Mapping[str, float]:
        """Score a fitted estimator and record it in {"subset": subset}.

        Returns:
            Of a classifier accuracy, macro F1, precision and recall, and log_loss where it gives probabilities; of a
            regressor r2, mse and mae; of anything else what its own `score` says.
        """
        scores = score_estimator(estimator, x, y)
        self.session.track(scores, step=step, context={"subset": subset})
        self.session.end()
        return scores

    def _record_curves(self, fitted: Any) -> None:
        for attribute, (name, subset) in _CURVES.items():
            values = getattr(fitted, attribute, None)
            for step, value in enumerate(values if values is not None else ()):
                self.session.track({name: value}, step=step, context={"subset": subset})

    def _record_candidates(self, fitted: Any) -> None:
        results = getattr(fitted, "cv_results_", None)
        if results is None:
            return
        for name in results:
            if name.startswith("mean_test_"):
                metric = name.removeprefix("mean_test_")
                for step, value in enumerate(results[name]):
                    self.session.track({metric: value}, step=step, context={"subset": "cv"})
        columns = {name: list(values) for name, values in results.items() if name != "params"}
        self.session.track({"candidates": Table(columns)}, step=0)
        if hasattr(fitted, "best_params_"):
            self.session.set("best", {"params": fitted.best_params_, "score": fitted.best_score_})


def describe_estimator(estimator: Any) -> dict[str, Any]:
    """Return the class and the params of an estimator, those of the estimators inside below their names."""
    found: dict[str, Any] = {"class": type(estimator).__name__}
    inner = getattr(estimator, "steps", None) or getattr(estimator, "estimators", None)
    if isinstance(inner, list) and all(isinstance(item, tuple) for item in inner):
        found |= {item[0]: _describe(item[1]) for item in inner}
    for name, value in estimator.get_params(deep=False).items():
        if name not in ("steps", "estimators"):
            found[name] = _describe(value)
    return found


def _describe(value: Any) -> Any:
    return describe_estimator(value) if isinstance(value, BaseEstimator) else value


def score_estimator(estimator: Any, x: Any, y: Any) -> dict[str, float]:
    """Return the usual figures of a fitted estimator, as `RidgelineRecorder.score` says."""
    if is_classifier(estimator):
        predicted = estimator.predict(x)
        scores = {
            "accuracy": accuracy_score(y, predicted),
            "f1": f1_score(y, predicted, average="macro", zero_division=0),
            "precision": precision_score(y, predicted, average="macro", zero_division=0),
            "recall": recall_score(y, predicted, average="macro", zero_division=0),
        }
        if hasattr(estimator, "predict_proba") and hasattr(estimator, "classes_"):
            scores["log_loss"] = log_loss(y, estimator.predict_proba(x), labels=estimator.classes_)
    elif is_regressor(estimator):
        predicted = estimator.predict(x)
        scores = {
            "r2": r2_score(y, predicted),
            "mse": mean_squared_error(y, predicted),
            "mae": mean_absolute_error(y, predicted),
        }
    else:
        scores = {"score": estimator.score(x, y)}
    return {name: float(value) for name, value in scores.items()}
