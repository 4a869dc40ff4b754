"""CatBoost: the callback of `fit`.

from ridgeline.integrations.catboost import RidgelineCallback

with RidgelineCallback(model, experiment="trees") as callback:
model.fit(x_train, y_train, eval_set=(x_dev, y_dev), callbacks=[callback])
"""

from __future__ import annotations

from typing import Any, Unpack

from ridgeline.integrations.session import Integration, RunOptions
from ridgeline.record.run import Run


class RidgelineCallback(Integration):
    """Record every metric of every iteration: `Logloss` with the context {"subset": "learn"} or {"subset": "validation"}.

    CatBoost tells its callbacks of no params and no end: the params are the model's, and the run ends with the `with` block,
    or with the process.

    params: `hparams`.

    Args:
        model: whose params are recorded.
        run: the program's own run, which stays open; None opens one.
        options: the arguments of `ridgeline.Run`.
    """

    def __init__(self, model: Any = None, run: Run | None = None, **options: Unpack[RunOptions]) -> None:
        super().__init__(run, **options)
        self._model = model

    def after_iteration(self, info: Any) -> bool:
        session = self.session
        if self._model is not None:
            session.set("hparams", self._model.get_params())
            self._model = None
        with session.guard("Metrics could not be recorded"):
            for subset, metrics in info.metrics.items():
                values = {name: history[-1] for name, history in metrics.items()}
                session.track(values, step=info.iteration - 1, context={"subset": subset})
        return True  # False would stop the training
