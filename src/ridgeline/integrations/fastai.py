"""fastai: the callback of a Learner.

from ridgeline.integrations.fastai import RidgelineCallback

learner = Learner(data, model, loss_func=loss, cbs=RidgelineCallback(experiment="digits"))
learner.fit_one_cycle(3)
"""

from __future__ import annotations

from typing import Any

from fastai.callback.core import Callback
from fastai.torch_core import rank_distrib

from ridgeline.integrations.session import Integration


class RidgelineCallback(Integration, Callback):
    """Record loss and settings of the optimiser by batch, and the metrics by epoch.

    What is measured on the validation data has the context {"subset": "valid"}, the rest {"subset": "train"}. Searches for a
    learning rate and predictions are not recorded. Of several processes only the first records.

    params: `hparams` (`epochs`, `batch_size`, `optimizer`, `loss`), `model` (`class`, `n_params`).

    Args:
        run: the program's own run, which stays open; None opens one.
        options: the arguments of `ridgeline.Run`.
    """

    order = 55  # after the Recorder, which is at 50 and computes what is recorded here

    _n_batches = 0
    _n_epochs = 0

    def before_fit(self) -> None:
        self.run = (
            not hasattr(self.learn, "lr_finder") and not hasattr(self, "gather_preds") and not rank_distrib()
        )
        if not self.run:
            return
        session, learn = self.session, self.learn
        session.begin()
        with session.guard("The settings of the learner could not be read"):
            session.set("hparams", {
                "epochs": self.n_epoch,
                "batch_size": getattr(learn.dls, "bs", None),
                "optimizer": getattr(learn.opt_func, "func", learn.opt_func),
                "loss": learn.loss_func,
                **dict(learn.opt.hypers[-1].items()),
            })  # fmt: skip
            n_params = sum(weight.numel() for weight in learn.model.parameters())
            session.set("model", {"class": type(learn.model).__name__, "n_params": n_params})

    def after_batch(self) -> None:
        if not self.training:
            return
        self._n_batches += 1
        settings = {name: value for name, value in self.opt.hypers[-1].items() if isinstance(value, float)}
        values: dict[str, Any] = {"loss": self.learn.smooth_loss, **settings}
        self.session.track(values, step=self._n_batches, epoch=self._epoch(), context={"subset": "train"})

    def after_epoch(self) -> None:
        self._n_epochs += 1
        with self.session.guard("The metrics of the epoch could not be read"):
            names = list(self.learn.recorder.metric_names)[1:]  # without the epoch
            measured = dict(zip(names, self.learn.recorder.log[1:], strict=False))
            train = {"epoch_loss": measured.pop("train_loss", None)}
            valid = {name.removeprefix("valid_"): value for name, value in measured.items()}
            for subset, values in (("train", train), ("valid", valid)):
                self.session.track(
                    values, step=self._n_batches, epoch=self._n_epochs, context={"subset": subset}
                )

    def after_fit(self) -> None:
        self.session.end()

    def _epoch(self) -> float:
        return float(self._n_epochs + (self.iter + 1) / self.n_iter)
