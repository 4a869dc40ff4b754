"""Ray Tune: a run of each trial.

from ridgeline.integrations.ray import RidgelineCallback

tuner = tune.Tuner(train, run_config=tune.RunConfig(callbacks=[RidgelineCallback(experiment="search")]))
tuner.fit()
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Unpack

from ray.tune.logger import LoggerCallback

from ridgeline.integrations.session import Integration, RunOptions, Session
from ridgeline.record.run import Run

# Counters and clocks of Ray's own, beside what is reported.
_RAYS_OWN = frozenset(
    {
        "done",
        "time_this_iter_s",
        "time_total_s",
        "time_since_restore",
        "iterations_since_restore",
        "timestamp",
        "pid",
    }
)


class RidgelineCallback(Integration, LoggerCallback):
    """Record what trials report, a run each, which fails and ends as its trial does.

    The step is `training_iteration`. With the program's own run, all trials go into that one, told apart by the context
    {"trial": id}, and their settings stand under `trials`.

    params: `hparams` (the trial's settings), `trial` (`id`).

    Args:
        run: the program's own run for all trials, which stays open; None opens one for each.
        options: the arguments of `ridgeline.Run`; where no name is given each is named after its trial.
    """

    def __init__(self, run: Run | None = None, **options: Unpack[RunOptions]) -> None:
        super().__init__(run, **options)
        self._given = run
        self._options = options
        self._sessions: dict[str, Session] = {}

    def log_trial_start(self, trial: Any) -> None:
        if self._given is not None:
            self.session.set(f"trials.{trial.trial_id}", trial.config)
            return
        session = self._session_of(trial)
        session.begin()
        session.name_it(str(trial))
        session.set("hparams", trial.config)
        session.set("trial.id", trial.trial_id)

    def log_trial_result(self, iteration: int, trial: Any, result: Mapping[str, Any]) -> None:
        values = {
            name: result[name] for name in result if name not in _RAYS_OWN and name != "training_iteration"
        }
        context = {} if self._given is None else {"trial": trial.trial_id}
        self._session_of(trial).track(values, step=result.get("training_iteration"), context=context)

    def log_trial_end(self, trial: Any, failed: bool = False) -> None:  # noqa: FBT001, FBT002 - Ray's
        if self._given is None:
            self._session_of(trial).end("failed" if failed else "finished")

    def _session_of(self, trial: Any) -> Session:
        if self._given is not None:
            return self.session
        return self._sessions.setdefault(trial.trial_id, Session(options=self._options))
