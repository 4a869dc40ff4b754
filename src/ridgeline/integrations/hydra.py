"""Hydra: a run of each job, with its config as params; the job records into `current_run()`.

# in the config
hydra:
callbacks:
ridgeline:
_target_: ridgeline.integrations.hydra.RidgelineCallback
experiment: pos
"""

from __future__ import annotations

from typing import Any, Unpack

from hydra.core.utils import JobStatus
from hydra.experimental.callback import Callback
from omegaconf import OmegaConf

from ridgeline.core.errors import InputError
from ridgeline.integrations.session import Integration, RunOptions, Session
from ridgeline.record.run import Run


class _Jobs:
    """The job that runs in this process; Hydra runs them one after the other."""

    session: Session | None = None


class RidgelineCallback(Integration, Callback):
    """Open a run when a job begins, and end it as the job ends: failed, with the traceback, when it raises.

    params: those of the job's config, and `hydra` (`overrides`, `job`).

    Args:
        run: the program's own run for all jobs, which stays open; None opens one for each job.
        options: the arguments of `ridgeline.Run`.
    """

    def __init__(self, run: Run | None = None, **options: Unpack[RunOptions]) -> None:
        super().__init__(run, **options)
        self._given = run
        self._options = options

    def on_job_start(self, config: Any, *, task_function: Any, **kwargs: Any) -> None:
        session = _Jobs.session = self.session if self._given is not None else Session(options=self._options)
        session.begin()
        with session.guard("The config could not be read"):
            # Hydra's own part holds what is not known in a single job, so it is never resolved as a whole.
            for address in config:
                if address != "hydra":
                    value = config[address] if not OmegaConf.is_missing(config, address) else None
                    session.set(str(address), _plain(value))
            about = {"overrides": list(config.hydra.overrides.task), "job": config.hydra.job.name}
            session.set("hydra", about)

    def on_job_end(self, config: Any, job_return: Any, **kwargs: Any) -> None:
        session, _Jobs.session = _Jobs.session, None
        if session is None:
            return
        # The return value of a failed job is kept as its exception, and raised when it is asked for.
        failure = vars(job_return).get("_return_value") if job_return.status == JobStatus.FAILED else None
        if isinstance(failure, BaseException):
            session.fail(failure)
        else:
            session.end("failed" if job_return.status == JobStatus.FAILED else "finished")


def _plain(value: Any) -> Any:
    return OmegaConf.to_container(value, resolve=True) if OmegaConf.is_config(value) else value


def current_run() -> Run:
    """Return the run of the job that is running.

    Raises:
        InputError: no job is, or its config does not name the callback.
    """
    if _Jobs.session is None:
        raise InputError(
            "No Hydra job with a ridgeline callback is running. Name it in the config, under hydra.callbacks:"
            " _target_: ridgeline.integrations.hydra.RidgelineCallback.",
            "integration-no-job",
        )
    return _Jobs.session.run
