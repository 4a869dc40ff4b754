"""Accelerate: the tracker of an Accelerator.

from ridgeline.integrations.accelerate import RidgelineTracker

accelerator = Accelerator(log_with=RidgelineTracker(experiment="pos"))
accelerator.init_trackers("pos", config={"lr": 3e-5})
accelerator.log({"train_loss": 0.4}, step=1)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Unpack

from accelerate.tracking import GeneralTracker, on_main_process

from ridgeline.integrations.session import Integration, RunOptions
from ridgeline.integrations.subsets import by_subset
from ridgeline.record.objects.image import Image
from ridgeline.record.run import Run


class RidgelineTracker(Integration, GeneralTracker):
    """Record what `accelerator.log` and `accelerator.init_trackers` give. Of several processes only the first records.

    `train_loss` becomes `loss` with the context {"subset": "train"}; `epoch` becomes the epoch of what is logged with it.
    `accelerator.end_training()` ends the run.

    params: `hparams`.

    Args:
        run: the program's own run, which stays open; None opens one.
        options: the arguments of `ridgeline.Run`.
    """

    name = "ridgeline"
    requires_logging_directory = False

    def __init__(self, run: Run | None = None, **options: Unpack[RunOptions]) -> None:
        super().__init__(run, **options)

    @property
    def tracker(self) -> Run:
        """The run."""
        return self.session.run

    @on_main_process
    def store_init_configuration(self, values: Mapping[str, Any]) -> None:
        self.session.begin()
        self.session.set("hparams", dict(values))

    @on_main_process
    def log(self, values: Mapping[str, Any], step: int | None = None, **kwargs: Any) -> None:
        rest = dict(values)
        epoch = rest.pop("epoch", None)
        for context, group in by_subset(rest):
            self.session.track(group, step=step, epoch=epoch, context=context)

    @on_main_process
    def log_images(self, values: Mapping[str, Any], step: int | None = None, **kwargs: Any) -> None:
        """Record pictures by name: arrays of N × H × W × C, or lists of what `ridgeline.Image` takes."""
        for name, images in values.items():
            with self.session.guard("Images could not be recorded"):
                self.session.run.track([Image(image) for image in images], name=name, step=step)

    @on_main_process
    def finish(self) -> None:
        self.session.end()
