"""W&B's interface, recording into Ridgeline.

    import ridgeline.compat.wandb as wandb

    with wandb.init(project="pos", config={"lr": 3e-5}) as run:
        run.log({"loss": 0.4, "f1": 0.71})

A project is an experiment; the config stands in the params as it is. $WANDB_MODE, $WANDB_PROJECT, $WANDB_NAME, $WANDB_NOTES,
$WANDB_TAGS, $WANDB_RUN_ID and $WANDB_RUN_GROUP count as they do there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from ridgeline.compat.notice import refuse
from ridgeline.compat.wandb.artifact import Artifact, UsedArtifact
from ridgeline.compat.wandb.history import Run
from ridgeline.compat.wandb.media import (
    Audio,
    Histogram,
    Html,
    Image,
    Molecule,
    Object3D,
    Plotly,
    Table,
    Video,
    plot,
)
from ridgeline.compat.wandb.opening import open_run
from ridgeline.compat.wandb.rules import Rule
from ridgeline.core.errors import InputError

__all__ = [
    "Api",
    "Artifact",
    "Audio",
    "Histogram",
    "Html",
    "Image",
    "Molecule",
    "Object3D",
    "Plotly",
    "Run",
    "Settings",
    "Table",
    "Video",
    "agent",
    "alert",
    "define_metric",
    "finish",
    "init",
    "log",
    "log_artifact",
    "log_code",
    "login",
    "plot",
    "save",
    "setup",
    "sweep",
    "teardown",
    "unwatch",
    "use_artifact",
    "watch",
]


class _Open:
    """The run of this process, as W&B's module has one."""

    run: Run | None = None


class Settings:
    """Taken, and of no effect: they tell W&B's own service what to do."""

    def __init__(self, **settings: Any) -> None:
        self.settings = settings


def init(*args: Any, **kwargs: Any) -> Run:
    """Open a run, as `open_run` in opening.py says; an open one of this process is ended first."""
    finish()
    _Open.run = open_run(*args, **kwargs)
    return _Open.run


def _opened(call: str) -> Run:
    if _Open.run is None:
        raise InputError(f"wandb.{call} needs a run: call wandb.init(…) before.", "compat-no-run")
    return _Open.run


def log(
    data: Mapping[str, Any], step: int | None = None, commit: bool | None = None, sync: bool | None = None
) -> None:
    """Log into the open run, as `Run.log` does."""
    _opened("log").log(data, step, commit)


def finish(exit_code: int | None = None, quiet: bool | None = None) -> None:
    """End the open run; without one, do nothing."""
    if _Open.run is not None:
        _Open.run.finish(exit_code)
        _Open.run = None


def define_metric(name: str, step_metric: Any = None, **more: Any) -> Rule:
    """Say what the x of a metric is, as `Run.define_metric` does."""
    return _opened("define_metric").define_metric(name, step_metric, **more)


def log_artifact(artifact_or_path: Any, *args: Any, **kwargs: Any) -> Artifact:
    """Store files, as `Run.log_artifact` does."""
    return _opened("log_artifact").log_artifact(artifact_or_path, *args, **kwargs)


def use_artifact(artifact_or_name: Any, type: str | None = None) -> UsedArtifact:
    """Find an artifact, as `Run.use_artifact` does."""
    return _opened("use_artifact").use_artifact(artifact_or_name, type)


def save(glob_str: str, base_path: str | None = None, policy: str = "live") -> list[str]:
    """Store files, as `Run.save` does."""
    return _opened("save").save(glob_str, base_path, policy)


def watch(models: Any, *args: Any, **kwargs: Any) -> None:
    """Do nothing, and say so once."""
    _opened("watch").watch()


def unwatch(models: Any = None) -> None:
    """Do nothing, as nothing is watched."""


def alert(title: str, text: str = "", *args: Any, **kwargs: Any) -> None:
    """Keep words with the run, as `Run.alert` does."""
    _opened("alert").alert(title, text)


def log_code(*_args: Any, **_kwargs: Any) -> None:
    """Do nothing: commit and diff are captured when a run begins."""


def login(*_args: Any, **_kwargs: Any) -> bool:
    """Return True: nobody has to log in."""
    return True


def setup(*_args: Any, **_kwargs: Any) -> None:
    """Do nothing: there is no service to start."""


def teardown(*_args: Any, **_kwargs: Any) -> None:
    """Do nothing: there is no service to stop."""


def sweep(*_args: Any, **_kwargs: Any) -> NoReturn:
    refuse(
        "wandb.sweep",
        "Run the candidates yourself, in a loop, as jobs, or with Optuna, a run each, and compare them on the Params page:"
        " docs/tutorial/first-sweep.md and ridgeline.integrations.optuna.",
    )


def agent(*_args: Any, **_kwargs: Any) -> NoReturn:
    refuse(
        "wandb.agent",
        "Call your training function in a loop over its settings: docs/tutorial/first-sweep.md.",
    )


def Api(*_args: Any, **_kwargs: Any) -> NoReturn:
    refuse("wandb.Api", "ridgeline.Repo(path) reads runs and points.")


def __getattr__(name: str) -> object:
    if name == "run":
        return _Open.run
    if name in ("config", "summary"):
        return getattr(_opened(name), name)
    raise AttributeError(
        f"ridgeline.compat.wandb has no {name!r}; docs/howto/integrations.md lists what it has. ridgeline.Run does the rest:"
        " wandb.run.ridgeline_run is the open one."
    )
