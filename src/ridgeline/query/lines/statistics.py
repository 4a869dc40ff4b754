"""What a fold shows of the values at each place."""

from collections.abc import Callable
from typing import Literal, TypeAlias

import numpy as np

from ridgeline.query.lines.curves import Floats, Ints
from ridgeline.query.lines.student import t_quantiles

Line: TypeAlias = Literal["mean", "median", "min", "max"]
Band: TypeAlias = Literal["minmax", "std", "stderr", "ci95", "quartiles", "none"]
LINES: tuple[Line, ...] = ("mean", "median", "min", "max")
BANDS: tuple[Band, ...] = ("minmax", "std", "stderr", "ci95", "quartiles", "none")


class Statistics:
    """The values at each place (places, series), some NaN, and what is computed from them once."""

    def __init__(self, values: Floats, n: Ints) -> None:
        self.values = values
        self.n = n
        self.full = values.size == 0 or bool((n == values.shape[1]).all())
        self._ordered: Floats | None = None

    def mean(self) -> Floats:
        mean: Floats = self.values.mean(axis=1) if self.full else np.nansum(self.values, axis=1) / self.n
        return mean

    def deviation(self) -> Floats:
        """Return the standard deviation with ddof=1; NaN for one value."""
        squares = np.nansum((self.values - self.mean()[:, None]) ** 2, axis=1)
        deviation: Floats = np.sqrt(
            np.divide(squares, self.n - 1, out=np.full(len(self.n), np.nan), where=self.n > 1)
        )
        return deviation

    def lowest(self) -> Floats:
        if self._ordered is not None:
            return self._ordered[:, 0]
        lowest: Floats = self.values.min(axis=1) if self.full else np.fmin.reduce(self.values, axis=1)
        return lowest

    def highest(self) -> Floats:
        if self._ordered is not None:
            return self._ordered[np.arange(len(self.n)), self.n - 1]
        highest: Floats = self.values.max(axis=1) if self.full else np.fmax.reduce(self.values, axis=1)
        return highest

    def quantile(self, share: float) -> Floats:
        if self._ordered is None:
            self._ordered = np.sort(self.values, axis=1)  # NaN last
        place = share * (self.n - 1)
        below = np.floor(place).astype(np.int64)
        rows = np.arange(len(self.n))
        low, high = self._ordered[rows, below], self._ordered[rows, np.minimum(below + 1, self.n - 1)]
        part = place - below
        between: Floats = (1 - part) * low + part * high
        return between


def _around_mean(width: Callable[[Statistics], Floats]) -> Callable[[Statistics], tuple[Floats, Floats]]:
    def band(columns: Statistics) -> tuple[Floats, Floats]:
        mean, half = columns.mean(), width(columns)
        return mean - half, mean + half

    return band


def _standard_error(columns: Statistics) -> Floats:
    error: Floats = columns.deviation() / np.sqrt(columns.n)
    return error


LINE_OF: dict[Line, Callable[[Statistics], Floats]] = {
    "mean": Statistics.mean,
    "median": lambda columns: columns.quantile(0.5),
    "min": Statistics.lowest,
    "max": Statistics.highest,
}
BAND_OF: dict[Band, Callable[[Statistics], tuple[Floats | None, Floats | None]]] = {
    "none": lambda _columns: (None, None),
    "minmax": lambda columns: (columns.lowest(), columns.highest()),
    "quartiles": lambda columns: (columns.quantile(0.25), columns.quantile(0.75)),
    "std": _around_mean(Statistics.deviation),
    "stderr": _around_mean(_standard_error),
    "ci95": _around_mean(lambda columns: t_quantiles(0.975, columns.n - 1) * _standard_error(columns)),
}
