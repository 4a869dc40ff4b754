"""Aim's interface, recording into Ridgeline and reading from it.

from ridgeline.compat.aim import Run

run = Run(experiment="pos")
run["hparams"] = {"lr": 3e-5}
run.track(0.71, name="f1", step=20, context={"subset": "dev"})
"""

from ridgeline.compat.aim.objects import Audio, Distribution, Figure, Image, Text
from ridgeline.compat.aim.repo import Metric, Repo
from ridgeline.compat.aim.run import Run

__all__ = ["Audio", "Distribution", "Figure", "Image", "Metric", "Repo", "Run", "Text"]


def __getattr__(name: str) -> object:
    raise AttributeError(
        f"ridgeline.compat.aim has {', '.join(__all__)}, and no {name!r}. docs/howto/integrations.md lists callbacks and"
        " loggers of frameworks under ridgeline.integrations."
    )
