"""Optuna: a run of the study, and one of each trial.

from ridgeline.integrations.optuna import RidgelineCallback

with RidgelineCallback(experiment="search") as callback:
study.optimize(objective, n_trials=20, callbacks=[callback])
"""

from __future__ import annotations

from typing import Any, Unpack

from optuna.trial import TrialState

from ridgeline.integrations.session import Integration, RunOptions, Session
from ridgeline.log.events import EndStatus
from ridgeline.record.run import Run

_ENDINGS: dict[Any, EndStatus] = {TrialState.FAIL: "failed", TrialState.PRUNED: "stopped"}


class RidgelineCallback(Integration):
    """Record the values of all trials in a run of the study, and each trial as a run of its own.

    The study's run holds `value` and `best_value` at the number of the trial. A trial's run holds its params under `hparams`,
    its intermediate values by step, and its value; pruned it is stopped. Several objectives are told apart by the context
    {"objective": 0} or by their names. Optuna tells its callbacks of no end, so the study's run ends with the `with` block, or
    with the process.

    params: of the study `study` (`name`, `directions`, `sampler`, `pruner`) and `best`.

    Args:
        run: the program's own run for the study, which stays open; None opens one.
        metric_name: what the value is called.
        trials: False records no run of each trial, as when the objective opens one itself.
        options: the arguments of `ridgeline.Run`.
    """

    def __init__(
        self,
        run: Run | None = None,
        *,
        metric_name: str = "value",
        trials: bool = True,
        **options: Unpack[RunOptions],
    ) -> None:
        super().__init__(run, **options)
        self._metric_name = metric_name
        self._trials = trials
        self._options = options
        self._described = False

    def __call__(self, study: Any, trial: Any) -> None:
        session = self.session
        with session.guard("The trial could not be recorded"):
            if not self._described:
                self._described = True
                session.name_it(study.study_name)
                session.set("study", describe_study(study))
            for number, value in enumerate(trial.values or ()):
                session.track({self._metric_name: value}, step=trial.number, context=_context(study, number))
            if len(study.directions) == 1 and _has_best(study):
                session.track({f"best_{self._metric_name}": study.best_value}, step=trial.number)
                session.set(
                    "best",
                    {
                        "trial": study.best_trial.number,
                        "value": study.best_value,
                        "params": study.best_params,
                    },
                )
        if self._trials:
            with session.guard("The run of the trial could not be recorded"):
                self._record_trial(study, trial)

    def _record_trial(self, study: Any, trial: Any) -> None:
        study_run = self.session.run
        one = Session(
            options={
                "experiment": study_run.experiment,
                "name": f"{study.study_name} {trial.number}",
                "repo": study_run.repo,
                "tags": ["trial"],
                "capture": False,
            }
        )
        one.set("hparams", trial.params)
        one.set("trial", {"number": trial.number, "study": study_run.id, **trial.user_attrs})
        if trial.datetime_start and trial.datetime_complete:
            one.set("trial.secs", (trial.datetime_complete - trial.datetime_start).total_seconds())
        for step, value in sorted(trial.intermediate_values.items()):
            one.track({"intermediate": value}, step=step)
        for number, value in enumerate(trial.values or ()):
            one.track({self._metric_name: value}, step=0, context=_context(study, number))
        one.end(_ENDINGS.get(trial.state, "finished"))


def describe_study(study: Any) -> dict[str, Any]:
    """Return what tells one study from another."""
    return {
        "name": study.study_name,
        "directions": [direction.name.lower() for direction in study.directions],
        "sampler": type(study.sampler).__name__,
        "pruner": type(study.pruner).__name__,
    }


def _has_best(study: Any) -> bool:
    return any(trial.state == TrialState.COMPLETE for trial in study.get_trials(deepcopy=False))


def _context(study: Any, number: int) -> dict[str, str | int]:
    """Return what tells an objective from the others: its name, where the study has them, or its number."""
    names = study.metric_names or []
    if len(study.directions) == 1 and not names:
        return {}
    return {"objective": names[number] if number < len(names) else number}
