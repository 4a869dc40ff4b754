"""Series that grow point by point while a source is read."""

from array import array

import numpy as np

from ridgeline.core.values import Json
from ridgeline.sync.source import SourceSeries, context_key


class SeriesColumns:
    """All series of a run, each a set of columns of plain numbers: 32 bytes a point."""

    def __init__(self) -> None:
        """Begin without any."""
        self._series: dict[tuple[str, str], _Columns] = {}

    def add(
        self,
        name: str,
        context: dict[str, Json],
        step: int,
        time: float,
        value: float,
        epoch: float | None = None,
    ) -> None:
        """Add a point."""
        key = (name, context_key(context) if context else "")
        columns = self._series.get(key)
        if columns is None:
            columns = self._series[key] = _Columns(context)
        columns.step.append(step)
        columns.time.append(time)
        columns.value.append(value)
        columns.epoch.append(float("nan") if epoch is None else epoch)

    def last(self, name: str, context: dict[str, Json]) -> float | None:
        """Return the newest value of a series; None when there is none."""
        columns = self._series.get((name, context_key(context) if context else ""))
        return columns.value[-1] if columns else None

    def series(self, *, timed: bool = True) -> tuple[SourceSeries, ...]:
        """Return what there is so far, by name; not `timed` where the times are made up."""
        found = sorted(self._series.items())
        return tuple(columns.series(name, timed=timed) for (name, _), columns in found)


class _Columns:
    def __init__(self, context: dict[str, Json]) -> None:
        self.context = context
        self.step = array("q")
        self.time = array("d")
        self.value = array("d")
        self.epoch = array("d")

    def series(self, name: str, *, timed: bool) -> SourceSeries:
        epoch = np.array(self.epoch, float)
        return SourceSeries(
            name,
            self.context,
            np.array(self.step, np.int64),
            np.array(self.time, float),
            np.array(self.value, float),
            None if bool(np.isnan(epoch).all()) else epoch,
            timed,
        )
