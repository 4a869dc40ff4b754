"""Keras 3, on whichever of its backends, TensorFlow among them: the callback of `fit` and `evaluate`.

from ridgeline.integrations.keras import RidgelineCallback

model.fit(x, y, validation_split=0.2, epochs=3, callbacks=[RidgelineCallback(experiment="digits")])
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras

from ridgeline.integrations.session import Integration


class RidgelineCallback(Integration, keras.callbacks.Callback):
    """Record the metrics of every epoch, at the number of batches trained so far.

    `val_loss` becomes `loss` with the context {"subset": "val"}, others have {"subset": "train"}; what `evaluate` measures
    outside of `fit` has {"subset": "test"} and goes into the same run.

    params: `hparams` (`optimizer` with its settings, `epochs`, `steps`), `model` (`name`, `n_params`, `layers`).

    Args:
        run: the program's own run, which stays open; None opens one.
        options: the arguments of `ridgeline.Run`.
    """

    _n_batches = 0
    _fitting = False

    def on_train_begin(self, logs: Mapping[str, Any] | None = None) -> None:
        self._fitting = True
        session, model = self.session, self.model
        session.begin()
        with session.guard("The settings of the training could not be read"):
            optimizer = getattr(model, "optimizer", None)
            settings: dict[str, Any] = {}
            if optimizer is not None:
                settings = {"class": type(optimizer).__name__, **optimizer.get_config()}
            session.set("hparams", {**self.params, "optimizer": settings, "backend": keras.backend.backend()})
            layers = [type(layer).__name__ for layer in model.layers]
            session.set("model", {"name": model.name, "n_params": _n_params(model), "layers": layers})

    def on_train_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        self._n_batches += 1

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        train, val = {}, {}
        for name, value in (logs or {}).items():
            if name.startswith("val_"):
                val[name.removeprefix("val_")] = value
            else:
                train[name] = value
        self._track(train, "train", epoch + 1)
        self._track(val, "val", epoch + 1)

    def on_test_end(self, logs: Mapping[str, Any] | None = None) -> None:
        if not self._fitting:
            self._track(logs or {}, "test", None)
            self.session.end()

    def on_train_end(self, logs: Mapping[str, Any] | None = None) -> None:
        self._fitting = False
        self.session.end()

    def _track(self, values: Mapping[str, Any], subset: str, epoch: int | None) -> None:
        self.session.track(values, step=self._n_batches, epoch=epoch, context={"subset": subset})


def _n_params(model: Any) -> int | None:
    return int(model.count_params()) if model.built else None
