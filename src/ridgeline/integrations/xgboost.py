"""XGBoost: the callback of `train`, `cv` and the scikit-learn estimators.

from ridgeline.integrations.xgboost import RidgelineCallback

evals = [(train, "train"), (dev, "dev")]
xgboost.train(params, train, evals=evals, callbacks=[RidgelineCallback(experiment="trees")])
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from xgboost.callback import TrainingCallback

from ridgeline.integrations.session import Integration


class RidgelineCallback(Integration, TrainingCallback):
    """Record every metric of every round: `logloss` with the context {"subset": "dev"}.

    Of `cv` the mean over folds, and their deviation as `logloss_std`.

    params: `hparams` (the booster's settings, those left at their defaults too), `best` (`iteration`, `score`).

    Args:
        run: the program's own run, which stays open; None opens one.
        options: the arguments of `ridgeline.Run`.
    """

    def before_training(self, model: Any) -> Any:
        session = self.session
        session.begin()
        with session.guard("The settings of the booster could not be read"):
            booster = model if hasattr(model, "save_config") else model.cvfolds[0].bst
            session.set("hparams", _settings(json.loads(booster.save_config())["learner"]))
        return model

    def after_iteration(self, model: Any, epoch: int, evals_log: Mapping[str, Mapping[str, Any]]) -> bool:
        with self.session.guard("Metrics could not be recorded"):
            for data, metrics in evals_log.items():
                values: dict[str, Any] = {}
                for name, history in metrics.items():
                    newest = history[-1]
                    if isinstance(newest, tuple):  # of cv: mean and deviation
                        values[name], values[f"{name}_std"] = newest
                    else:
                        values[name] = newest
                # cv calls its data train and test, the estimators validation_0, validation_1, …
                self.session.track(values, step=epoch, context={"subset": data})
        return False  # True would stop the training

    def after_training(self, model: Any) -> Any:
        with self.session.guard("The best iteration could not be read"):
            best = getattr(model, "attr", lambda _name: None)("best_iteration")
            if best is not None:
                score = float(model.attr("best_score"))
                self.session.set("best", {"iteration": int(best), "score": score})
        self.session.end()
        return model


def _settings(node: Mapping[str, Any]) -> dict[str, Any]:
    """Return the leaves of the booster's configuration by their own names, with numbers as numbers."""
    found: dict[str, Any] = {}
    for key, value in node.items():
        if isinstance(value, Mapping):
            found |= _settings(value)
        elif isinstance(value, str) and key not in found:
            found[key] = _number(value)
    return found


def _number(text: str) -> Any:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
