"""DVCLive: write its files as ever, and record what goes into them.

from ridgeline.integrations.dvc import RidgelineLive

with RidgelineLive(experiment="pos") as live:
live.log_params({"lr": 3e-5})
live.log_metric("train/loss", 0.4)
live.next_step()
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self, Unpack

import yaml
from dvclive import Live

from ridgeline.integrations.session import Integration, RunOptions
from ridgeline.integrations.subsets import split_subset
from ridgeline.record.objects.image import Image
from ridgeline.record.run import Run


class RidgelineLive(Integration, Live):
    """A `dvclive.Live` whose metrics, params, images and artifacts are recorded, too.

    `train/loss` becomes `loss` with the context {"subset": "train"}. `end()`, or the `with` block, ends the run.

    params: those that are logged, and, where the working folder has a `params.yaml`, what that holds under `dvc`.

    Args:
        run: the program's own run, which stays open; None opens one.
        live: the arguments of `dvclive.Live`, such as {"dir": "dvclive", "save_dvc_exp": False}.
        options: the arguments of `ridgeline.Run`.
    """

    def __init__(
        self, run: Run | None = None, *, live: Mapping[str, Any] | None = None, **options: Unpack[RunOptions]
    ) -> None:
        Integration.__init__(self, run, **options)
        Live.__init__(self, **dict(live or {}))
        self.session.begin()
        with self.session.guard("params.yaml could not be read"):
            path = Path("params.yaml")
            if path.is_file():
                self.session.set("dvc", yaml.safe_load(path.read_text("utf-8")))

    def log_metric(self, name: str, val: Any, *args: Any, **kwargs: Any) -> None:
        super().log_metric(name, val, *args, **kwargs)
        short, context = split_subset(name)
        self.session.track({short: val}, step=self.step, context=context)

    def log_params(self, params: dict[str, Any]) -> None:
        super().log_params(params)
        for name, value in params.items():
            self.session.set(name, value)

    def log_image(self, name: str, val: Any) -> None:
        super().log_image(name, val)
        with self.session.guard("The image could not be recorded"):
            self.session.run.track(Image(val), name=name, step=self.step)

    def log_artifact(self, path: str | os.PathLike[str], *args: Any, **kwargs: Any) -> None:
        super().log_artifact(path, *args, **kwargs)
        with self.session.guard("The artifact could not be recorded"):
            found = Path(path)
            if found.is_dir():
                self.session.run.log_artifacts(found)
            else:
                self.session.run.log_artifact(found)

    def end(self) -> None:
        super().end()
        self.session.end()

    def __enter__(self) -> Self:
        Live.__enter__(self)
        return Integration.__enter__(self)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        Live.__exit__(self, kind, error, trace)
        Integration.__exit__(self, kind, error, trace)
