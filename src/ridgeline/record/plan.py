"""How a dict of floats becomes rows in one go."""

from collections.abc import Callable
from struct import Struct
from typing import Any

from ridgeline.log.points import ROW
from ridgeline.record.series import Series


class Plan:
    """The arguments of one pack call for all rows, with the series ids filled in; `given` is the newest step given."""

    __slots__ = ("arguments", "given", "n_rows", "pack", "series")

    def __init__(self, series: list[Series]) -> None:
        self.series = series
        self.n_rows = len(series)
        self.given: int | None = None
        for one in series:
            one.plans.append(self)
        self.pack: Callable[..., bytes] = Struct("<" + ROW.format.lstrip("<") * len(series)).pack
        self.arguments: list[Any] = [part for one in series for part in (one.sid, 0, 0.0, 0.0)]

    def retire(self) -> None:
        """Leave the newest step with the series, when this plan is not used any more."""
        for one in self.series:
            if self.given is not None and (one.given is None or self.given > one.given):
                one.given = self.given
            one.plans.remove(self)
