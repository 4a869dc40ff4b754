"""PyTorch Ignite: a logger that is attached to engines.

from ridgeline.integrations.ignite import RidgelineLogger

with RidgelineLogger(experiment="pos") as logger:
logger.attach_output_handler(trainer, Events.ITERATION_COMPLETED, tag="train", output_transform=lambda x: {"loss": x})
trainer.run(data, max_epochs=2)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self

from ignite.handlers.base_logger import BaseLogger, BaseOptimizerParamsHandler, BaseOutputHandler

from ridgeline.integrations.session import Integration


class RidgelineLogger(Integration, BaseLogger):
    """Record outputs, metrics and the optimiser's settings of engines. `close()`, or the `with` block, ends the run.

    The tag of a handler becomes the context {"subset": tag}.

    Args:
        run: the program's own run, which stays open; None opens one.
        options: the arguments of `ridgeline.Run`.
    """

    def log_params(self, params: Mapping[str, Any]) -> None:
        """Record params under `hparams`."""
        self.session.set("hparams", dict(params))

    def close(self) -> None:
        self.session.end()

    def __enter__(self) -> Self:
        return Integration.__enter__(self)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        Integration.__exit__(self, kind, error, trace)

    def _create_output_handler(self, *args: Any, **kwargs: Any) -> Callable[..., None]:
        return OutputHandler(*args, **kwargs)

    def _create_opt_params_handler(self, *args: Any, **kwargs: Any) -> Callable[..., None]:
        return OptimizerParamsHandler(*args, **kwargs)


class OutputHandler(BaseOutputHandler):
    """Record an engine's output and metrics.

    Takes the arguments of Ignite's own handlers: `tag`, `metric_names`, `output_transform`, `global_step_transform`.
    """

    def __call__(self, engine: Any, logger: RidgelineLogger, event_name: Any) -> None:
        session = logger.session
        session.begin()
        with session.guard("The output of the engine could not be read"):
            values = self._setup_output_metrics_state_attrs(engine, key_tuple=False)
            named = {name.removeprefix(f"{self.tag}/"): value for name, value in values.items()}
            step = self.global_step_transform(engine, event_name)
            session.track(named, step=step, epoch=engine.state.epoch, context={"subset": self.tag})


class OptimizerParamsHandler(BaseOptimizerParamsHandler):
    """Record a setting of the optimiser, such as its learning rate, by parameter group.

    Takes the arguments of Ignite's own handlers: `optimizer`, `param_name`, `tag`.
    """

    def __call__(self, engine: Any, logger: RidgelineLogger, event_name: Any) -> None:
        step = engine.state.get_event_attrib_value(event_name)
        subset = {"subset": self.tag.rstrip("/")} if self.tag else {}
        for number, group in enumerate(self.optimizer.param_groups):
            value = {self.param_name: float(group[self.param_name])}
            logger.session.track(
                value, step=step, epoch=engine.state.epoch, context={**subset, "group": number}
            )
