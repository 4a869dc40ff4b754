"""Python's own `logging`: record what a program logs, and the numbers it logs along.

import logging
from ridgeline.integrations.logging import RidgelineHandler

logging.getLogger().addHandler(RidgelineHandler(experiment="pos"))
logging.info("trained", extra={"metrics": {"f1": 0.71}, "step": 20, "context": {"subset": "dev"}})
"""

from __future__ import annotations

import logging
from typing import Unpack

from ridgeline.integrations.session import Integration, RunOptions
from ridgeline.record.objects.text import Text
from ridgeline.record.run import Run


class RidgelineHandler(Integration, logging.Handler):
    """Record log records as texts named `log`, with the context {"level": "warning"}.

    A record's `extra` may carry `metrics`, a dict of numbers, with `step`, `epoch` and `context`; and `params`, a dict.
    The run ends with the handler: `handler.close()`, `logging.shutdown()` at the end of the process, or a `with` block.

    Args:
        run: the program's own run, which stays open; None opens one.
        level: below which records are left out; their metrics and params are, too.
        options: the arguments of `ridgeline.Run`.
    """

    def __init__(
        self, run: Run | None = None, *, level: int = logging.INFO, **options: Unpack[RunOptions]
    ) -> None:
        super().__init__(run, **options)
        self.setLevel(level)

    def emit(self, record: logging.LogRecord) -> None:
        session = self.session
        with session.guard("A log record could not be recorded"):
            session.run.track(
                Text(self.format(record)), name="log", context={"level": record.levelname.lower()}
            )
        given = vars(record)
        for address, value in dict(given.get("params") or {}).items():
            session.set(address, value)
        if given.get("metrics"):
            session.track(
                given["metrics"],
                step=given.get("step"),
                epoch=given.get("epoch"),
                context=given.get("context"),
            )

    def close(self) -> None:
        self.session.end()
        super().close()
