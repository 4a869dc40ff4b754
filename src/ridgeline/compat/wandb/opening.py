"""`wandb.init`: its arguments and W&B's environment variables, as a run of a repo."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ridgeline.compat.notice import refuse
from ridgeline.compat.wandb.history import Run
from ridgeline.compat.wandb.settings import read_config
from ridgeline.core.errors import InputError, NotFoundError
from ridgeline.core.ids import new_run_id
from ridgeline.log.layout import Layout, resolve_repo
from ridgeline.query.repo import Repo
from ridgeline.record import run as record

_RESUME = ("allow", "must", "never", "auto", True, None, False)
_DEFAULT_PROJECT = "uncategorized"
_REFUSED = {
    "fork_from": "A run goes on where it ended: wandb.init(id=…, resume='must').",
    "resume_from": "A run goes on where it ended: wandb.init(id=…, resume='must').",
    "sync_tensorboard": "ridgeline.compat.tensorboard has a SummaryWriter that records here; ridgeline sync tensorboard takes"
    " over event files.",
    "tensorboard": "ridgeline.compat.tensorboard has a SummaryWriter that records here; ridgeline sync tensorboard takes over"
    " event files.",
}


def open_run(
    entity: str | None = None,
    project: str | None = None,
    dir: str | Path | None = None,
    id: str | None = None,
    name: str | None = None,
    notes: str | None = None,
    tags: Sequence[str] | None = None,
    config: Any = None,
    config_exclude_keys: Sequence[str] | None = None,
    config_include_keys: Sequence[str] | None = None,
    group: str | None = None,
    job_type: str | None = None,
    mode: str | None = None,
    resume: bool | str | None = None,
    **more: Any,
) -> Run:
    """Open a run as `wandb.init` does.

    Args:
        entity: kept as the param `wandb.entity`.
        project: the experiment.
        dir: the folder whose `.ridgeline` is recorded into; without it $RIDGELINE_REPO, or the nearest one upwards.
        id: of the run to go on with, or of a new one.
        name: of the run.
        notes: its note.
        tags: its tags.
        config: a dict, a Namespace or the path of a YAML file.
        config_exclude_keys: what of the config to leave out.
        config_include_keys: what of it to take alone.
        group: kept as the param `wandb.group`.
        job_type: kept as the param `wandb.job_type`.
        mode: "disabled" records nothing; "online" and "offline" are the same here.
        resume: "must" wants the run of this id to be there, "never" wants it not to be.
        more: what concerns W&B's service alone, such as `settings` and `save_code`, is taken and of no effect.

    Raises:
        InputError: an argument is wrong, or is for what is not done here.
        NotFoundError: resume="must", and there is no such run.
    """
    for argument, instead in _REFUSED.items():
        if more.get(argument):
            refuse(f"wandb.init({argument}=…)", instead)
    env = os.environ
    project = project or env.get("WANDB_PROJECT") or _DEFAULT_PROJECT
    about = {"group": group or env.get("WANDB_RUN_GROUP"), "job_type": job_type, "entity": entity}
    tracked, first_step = None, 0
    if (mode or env.get("WANDB_MODE")) != "disabled":
        run_id = id or env.get("WANDB_RUN_ID")
        first_step = _first_step(dir, run_id, resume)
        tracked = record.Run(
            project,
            name=name or env.get("WANDB_NAME"),
            params={f"wandb.{key}": value for key, value in about.items() if value},
            tags=tags or [tag for tag in env.get("WANDB_TAGS", "").split(",") if tag],
            repo=dir,
            run_id=run_id or new_run_id(),
        )
    run = Run(tracked, first_step=first_step, project=project, group=about["group"], job_type=job_type)
    run.notes = notes or env.get("WANDB_NOTES") or run.notes
    for key, value in read_config(config).items():
        if key not in (config_exclude_keys or ()) and (not config_include_keys or key in config_include_keys):
            run.config[key] = value
    return run


def _first_step(folder: str | Path | None, run_id: str | None, resume: bool | str | None) -> int:
    """Return the step that follows those of the run; 0 of a new one."""
    if resume not in _RESUME:
        raise InputError(f"resume= is 'allow', 'must', 'never' or 'auto', not {resume!r}.", "compat-resume")
    root = resolve_repo(folder, for_writing=True)
    there = run_id is not None and Layout(root).run_folder(run_id).exists()
    if resume == "must" and not there:
        raise NotFoundError(f"There is no run {run_id!r} in {str(root)!r} to go on with.", "run-not-found")
    if resume == "never" and there:
        raise InputError(
            f"The run {run_id!r} is there already, and resume='never'. Leave the id out, or give another.",
            "compat-resume",
        )
    if not there or run_id is None:
        return 0
    metrics = Repo(root).run(run_id).metrics
    return 1 + max(
        (metric.step_max for metric in metrics if not metric.name.startswith("system.")), default=-1
    )
