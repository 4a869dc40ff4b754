"""Stable-Baselines3: record what an agent logs while it learns.

from ridgeline.integrations.stable_baselines3 import RidgelineCallback

model = PPO("MlpPolicy", env)
model.learn(10_000, callback=RidgelineCallback(experiment="cartpole"))
"""

from __future__ import annotations

from typing import Any, Unpack

from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.logger import KVWriter

from ridgeline.integrations.session import Integration, RunOptions, Session
from ridgeline.record.run import Run

# What of an agent is a setting and no state.
_KINDS = (bool, int, float, str)


class RidgelineOutputFormat(KVWriter):
    """An output format of the agent's logger: `rollout/ep_rew_mean` becomes `ep_rew_mean` in {"group": "rollout"}."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def write(
        self, key_values: dict[str, Any], key_excluded: dict[str, tuple[str, ...]], step: int = 0
    ) -> None:
        groups: dict[str, dict[str, Any]] = {}
        for key, value in key_values.items():
            if "ridgeline" not in (key_excluded.get(key) or ()):
                group, _, name = key.rpartition("/")
                groups.setdefault(group, {})[name] = value
        for group, values in groups.items():
            self._session.track(values, step=step, context={"group": group} if group else None)

    def close(self) -> None:
        """Leave the run open: the callback ends it."""


class RidgelineCallback(Integration, BaseCallback):
    """Add the output format to the agent's logger while it learns, and record its settings.

    params: `hparams` (numbers and words among the agent's attributes), `model` (`class`, `policy`).

    Args:
        run: the program's own run, which stays open; None opens one.
        options: the arguments of `ridgeline.Run`.
    """

    def __init__(self, run: Run | None = None, **options: Unpack[RunOptions]) -> None:
        super().__init__(run, **options)
        self._format: RidgelineOutputFormat | None = None

    def _on_training_start(self) -> None:
        session, model = self.session, self.model
        session.begin()
        with session.guard("The settings of the agent could not be read"):
            found = {
                name: value
                for name, value in vars(model).items()
                if isinstance(value, _KINDS) and not name.startswith("_")
            }
            session.set("hparams", found)
            session.set("model", {"class": type(model).__name__, "policy": type(model.policy).__name__})
        self._format = RidgelineOutputFormat(session)
        model.logger.output_formats.append(self._format)

    def _on_step(self) -> bool:
        return True  # False would stop the training

    def _on_training_end(self) -> None:
        formats = self.model.logger.output_formats
        # What was logged since the last dump would otherwise be of the next training.
        if self._format in formats:
            formats.remove(self._format)
        self.session.end()
