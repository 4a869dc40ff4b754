"""LightGBM: the callback of `train`, `cv` and the scikit-learn estimators.

from ridgeline.integrations.lightgbm import RidgelineCallback

with RidgelineCallback(experiment="trees") as callback:
lightgbm.train(params, train, valid_sets=[dev], valid_names=["dev"], callbacks=[callback])
"""

from __future__ import annotations

from typing import Any

from ridgeline.integrations.session import Integration


class RidgelineCallback(Integration):
    """Record every metric of every round: `auc` with the context {"subset": "dev"}.

    Of `cv` the mean over folds, and their deviation as `auc_std`. LightGBM tells its callbacks of no end, so the run ends with
    the `with` block, or with the process.

    params: `hparams`.

    Args:
        run: the program's own run, which stays open; None opens one.
        options: the arguments of `ridgeline.Run`.
    """

    order = 25  # before early stopping, which is at 30 and ends the round of callbacks
    before_iteration = False

    _seen_params = False

    def __call__(self, env: Any) -> None:
        session = self.session
        if not self._seen_params:
            self._seen_params = True
            session.set("hparams", env.params)
        with session.guard("Metrics could not be recorded"):
            by_data: dict[str, dict[str, float]] = {}
            for data, name, value, _, *deviation in env.evaluation_result_list or ():
                # cv writes "train auc" as the name of the metric, and "cv_agg" as that of the data.
                subset, _, metric = name.rpartition(" ") if data == "cv_agg" else (data, "", name)
                values = by_data.setdefault(subset or data, {})
                values[metric] = value
                if deviation:
                    values[f"{metric}_std"] = deviation[0]
            for subset, values in by_data.items():
                session.track(values, step=env.iteration, context={"subset": subset})
