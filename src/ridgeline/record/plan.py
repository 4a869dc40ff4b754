"""How a dict of floats becomes rows in one go."""

from collections.abc import Callable
from struct import Struct
from typing import Any

from ridgeline.log.points import ROW
from ridgeline.record.series import Series


class Plan:
    """The arguments of one pack call for all rows, with the series ids filled in."""

    __slots__ = ("arguments", "n_rows", "pack", "series")

    def __init__(self, series: list[Series]) -> None:
        self.series = series
        self.n_rows = len(series)
        self.pack: Callable[..., bytes] = Struct("<" + ROW.format.lstrip("<") * len(series)).pack
        self.arguments: list[Any] = [part for one in series for part in (one.sid, 0, 0.0, 0.0)]
