"""skorch: the callback of a NeuralNet.

from ridgeline.integrations.skorch import RidgelineCallback

net = NeuralNetClassifier(Module, callbacks=[RidgelineCallback(experiment="digits")])
net.fit(x, y)
"""

from __future__ import annotations

from typing import Any

from skorch.callbacks import Callback

from ridgeline.integrations.session import Integration
from ridgeline.integrations.subsets import by_subset

# What the history keeps for its own ends.
_NOT_METRICS = ("epoch", "batches", "train_batch_count", "valid_batch_count")


class RidgelineCallback(Integration, Callback):
    """Record the numbers of every epoch that stand in the net's history.

    `valid_loss` becomes `loss` with the context {"subset": "valid"}; the step is the number of batches trained so far.

    params: `hparams` (those of `get_params` that are settings of the net), `model.n_params`.

    Args:
        run: the program's own run, which stays open; None opens one.
        options: the arguments of `ridgeline.Run`.
    """

    _n_batches = 0

    def on_train_begin(self, net: Any, X: Any = None, y: Any = None, **kwargs: Any) -> None:  # noqa: N803 - skorch's name
        session = self.session
        session.begin()
        self._n_batches = sum(int(row.get("train_batch_count", 0)) for row in net.history)
        with session.guard("The params of the net could not be read"):
            params = net.get_params(deep=False)
            session.set(
                "hparams", {key: value for key, value in params.items() if not key.startswith("callbacks")}
            )
            session.set("model", {"n_params": sum(weight.numel() for weight in net.module_.parameters())})

    def on_epoch_end(self, net: Any, **kwargs: Any) -> None:
        row = net.history[-1]
        self._n_batches += int(row.get("train_batch_count", 0))
        values = {
            name: value
            for name, value in row.items()
            if name not in _NOT_METRICS and not name.endswith("_best") and not isinstance(value, bool)
        }
        for context, group in by_subset(values, "train"):
            self.session.track(group, step=self._n_batches, epoch=row["epoch"], context=context)

    def on_train_end(self, net: Any, **kwargs: Any) -> None:
        self.session.end()
