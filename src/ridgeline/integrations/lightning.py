"""Lightning and Fabric: the logger of a Trainer, or of a Fabric.

from ridgeline.integrations.lightning import RidgelineLogger

trainer = lightning.Trainer(logger=RidgelineLogger(experiment="pos"))
trainer.fit(model, data)
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from typing import Any, Unpack

try:
    from lightning.fabric.utilities.rank_zero import rank_zero_only
    from lightning.pytorch.loggers.logger import Logger, rank_zero_experiment
except ModuleNotFoundError:  # installed under its older name
    from lightning_fabric.utilities.rank_zero import rank_zero_only
    from pytorch_lightning.loggers.logger import Logger, rank_zero_experiment

from ridgeline.integrations.session import Integration, RunOptions
from ridgeline.integrations.subsets import by_subset
from ridgeline.record.run import Run


class RidgelineLogger(Integration, Logger):
    """Record what `self.log(…)` and `save_hyperparameters()` give, and what a Fabric logs.

    `val_loss` becomes `loss` with the context {"subset": "val"}; a name that tells no subset gets no context. The value of
    `epoch` becomes the epoch of the points. Of several processes only the first records. What is tested after the training
    goes into the same run.

    params: `hparams`.

    Args:
        run: the program's own run, which stays open; None opens one.
        options: the arguments of `ridgeline.Run`.
    """

    def __init__(self, run: Run | None = None, **options: Unpack[RunOptions]) -> None:
        super().__init__(run, **options)
        self._begun = False

    @property
    def name(self) -> str | None:
        """The experiment."""
        return self.session.run.experiment if rank_zero_only.rank == 0 else None

    @property
    def version(self) -> str | None:
        """The id of the run."""
        return self.session.run.id if rank_zero_only.rank == 0 else None

    @property
    @rank_zero_experiment
    def experiment(self) -> Run:
        """The run: `self.logger.experiment.track(…)` in a module."""
        return self.session.run

    @rank_zero_only
    def log_hyperparams(
        self, params: Mapping[str, Any] | Namespace | None, *args: Any, **kwargs: Any
    ) -> None:
        self._begin()
        given = vars(params) if isinstance(params, Namespace) else dict(params or {})
        if given:
            self.session.set("hparams", given)

    @rank_zero_only
    def log_metrics(self, metrics: Mapping[str, Any], step: int | None = None) -> None:
        self._begin()
        values = dict(metrics)
        epoch = values.pop("epoch", None)
        for context, group in by_subset(values):
            self.session.track(group, step=step, epoch=epoch, context=context)

    @rank_zero_only
    def finalize(self, status: str) -> None:
        self._begun = False
        error = self.session.raised()
        if error is not None:
            self.session.fail(error)
        else:
            self.session.end("failed" if status == "failed" else "finished")

    def _begin(self) -> None:
        if not self._begun:
            self._begun = True
            self.session.begin()
