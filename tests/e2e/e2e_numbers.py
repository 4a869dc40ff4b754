"""What the pages have to show, computed from single points with NumPy."""

from dataclasses import dataclass

import numpy as np

from ridgeline.query.repo import Repo


@dataclass(frozen=True)
class Series:
    step: np.ndarray
    epoch: np.ndarray
    time: np.ndarray
    value: np.ndarray


class Numbers:
    def __init__(self, root):
        self.repo = Repo(root)

    def ids(self, query=""):
        return [run.id for run in self.repo.runs(query)]

    def id_of(self, name):
        return next(run.id for run in self.repo.runs() if run.name == name)

    def names(self, query="", **options):
        return [run.name for run in self.repo.runs(query, **options)]

    def param(self, path):
        """Values of a param by run id."""
        frame = self.repo.runs().to_pandas().set_index("id")
        return frame[f"params.{path}"].to_dict()

    def series(self, name, query="", **context):
        """The points of a metric by run id."""
        parts = [
            f'metric.name == "{name}"',
            *(f'metric.context.{key} == "{value}"' for key, value in context.items()),
        ]
        frame = self.repo.metrics(" and ".join([*parts, *([f"({query})"] if query else [])])).to_pandas()
        frame = frame.sort_values(["run", "step"])
        return {
            run: Series(*(rows[column].to_numpy() for column in ("step", "epoch", "time", "value")))
            for run, rows in frame.groupby("run")
        }

    def last(self, name, query="", **context):
        """The last value of a metric by run id."""
        return {run: series.value[-1] for run, series in self.series(name, query, **context).items()}

    def fold(self, name, at, function, query="", **context):
        """A function of the values that all runs have at an epoch."""
        values = [s.value[s.epoch == at] for s in self.series(name, query, **context).values()]
        return function(np.concatenate(values))


def ema(values, weight):
    """The debiased exponential moving average of evenly spaced values."""
    places = np.arange(len(values))
    weights = np.tril(weight ** (places[:, None] - places[None, :]).astype(float))
    return weights @ values / weights.sum(axis=1)


def ranks(values):
    """Average ranks, for a rank correlation."""
    values = np.asarray(values)
    below = (values[None, :] < values[:, None]).sum(axis=1)
    same = (values[None, :] == values[:, None]).sum(axis=1)
    return below + (same + 1) / 2


def spearman(a, b):
    return np.corrcoef(ranks(a), ranks(b))[0, 1]
