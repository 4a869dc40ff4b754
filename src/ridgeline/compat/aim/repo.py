"""Reading as Aim's quick start does: queries, the runs that match, and their metrics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import EllipsisType
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ridgeline.core.values import Json
from ridgeline.query.repo import Repo as RidgelineRepo
from ridgeline.query.run_view import RunView
from ridgeline.query.snapshot import context_text

if TYPE_CHECKING:
    import pandas as pd


class Context(dict[str, Json]):
    """The context of a series, with Aim's `to_dict`."""

    def to_dict(self) -> dict[str, Json]:
        return dict(self)


@dataclass(frozen=True, slots=True)
class Values:
    """The points of a series, by step."""

    steps: NDArray[np.int64]
    numbers: NDArray[np.float64]

    def sparse_numpy(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        return self.steps, self.numbers

    def sparse_list(self) -> tuple[list[int], list[float]]:
        return self.steps.tolist(), self.numbers.tolist()

    def values_numpy(self) -> NDArray[np.float64]:
        return self.numbers

    def values_list(self) -> list[float]:
        return [float(number) for number in self.numbers]

    def last(self) -> float:
        return float(self.numbers[-1])

    def __len__(self) -> int:
        return len(self.steps)


class FoundRun:
    """A run that a query found, with the names that Aim gives its parts."""

    def __init__(self, view: RunView) -> None:
        self._view = view

    @property
    def hash(self) -> str:
        return self._view.id

    @property
    def name(self) -> str:
        return self._view.name

    @property
    def experiment(self) -> str:
        return self._view.experiment

    @property
    def description(self) -> str:
        return self._view.note

    @property
    def tags(self) -> tuple[str, ...]:
        return self._view.tags

    @property
    def archived(self) -> bool:
        return self._view.archived

    @property
    def active(self) -> bool:
        return self._view.status == "running"

    def __getitem__(self, address: str | EllipsisType) -> Json:
        """Return a param; `run[...]` returns all."""
        return self._view.params if isinstance(address, EllipsisType) else self._view[address]

    def get(self, address: str, default: Json = None) -> Json:
        try:
            return self[address]
        except KeyError:
            return default

    def metrics(self) -> list[Metric]:
        return [Metric(self, summary.name, Context(summary.context)) for summary in self._view.metrics]

    def get_metric(self, name: str, context: Mapping[str, Json]) -> Metric | None:
        """Return the series of a name in exactly this context; None when there is none."""
        wanted = dict(context.items())
        return next(
            (found for found in self.metrics() if found.name == name and dict(found.context) == wanted), None
        )

    def points(self, name: str, context: Mapping[str, Json]) -> pa.Table:
        """Return the points of one series: those in larger contexts that have its keys, too, are left out."""
        table = self._view.points(name, dict(context)).to_arrow()
        wanted = context_text(dict(context))
        return table.filter(pa.array([text == wanted for text in table["context"].to_pylist()]))


@dataclass(frozen=True, slots=True)
class Metric:
    """A series of a run."""

    run: FoundRun
    name: str
    context: Context

    @property
    def values(self) -> Values:
        points = self.run.points(self.name, self.context)
        return Values(points["step"].to_numpy(), points["value"].to_numpy())

    def dataframe(self) -> pd.DataFrame:
        return self.run.points(self.name, self.context).to_pandas()


class Found:
    """What a query found: iterating gives what it asked for, `iter_runs` a collection of a run each."""

    def __init__(self, metrics: list[Metric], runs: list[FoundRun]) -> None:
        self._metrics = metrics
        self._runs = runs

    def iter_runs(self) -> Iterator[RunMetrics]:
        for run in self._runs:
            yield RunMetrics(run, [metric for metric in self._metrics if metric.run is run])

    def iter(self) -> Iterator[Metric]:
        return iter(self._metrics)

    def __iter__(self) -> Iterator[Metric]:
        return iter(self._metrics)


class RunMetrics:
    """A run, and its metrics that match."""

    def __init__(self, run: FoundRun, metrics: list[Metric]) -> None:
        self.run = run
        self._metrics = metrics

    def __iter__(self) -> Iterator[Metric]:
        return iter(self._metrics)


class Repo:
    """Aim's Repo, over a repo of Ridgeline's. Queries are written in its language, which takes Aim's quick start as it is."""

    def __init__(self, path: str | Path | None = None) -> None:
        self._repo = RidgelineRepo(path)
        self.path = str(self._repo.root)

    @classmethod
    def from_path(cls, path: str | Path, *_args: Any, **_kwargs: Any) -> Self:
        return cls(path)

    @classmethod
    def default_repo(cls) -> Self:
        return cls()

    def query_metrics(self, query: str = "", *_args: Any, **_kwargs: Any) -> Found:
        """Return the series that match, such as `metric.name == "loss" and run.hparams.lr > 0.01`.

        Raises:
            QueryError: the query is wrong.
        """
        table = self._repo.metrics(query).to_arrow()
        columns = [table[name].to_pylist() for name in ("run", "name", "context")]
        found = dict.fromkeys(zip(*columns, strict=True))
        runs = {run_id: FoundRun(self._repo.run(run_id)) for run_id in dict.fromkeys(key[0] for key in found)}
        metrics = [
            metric
            for run in runs.values()
            for metric in run.metrics()
            if (run.hash, metric.name, context_text(metric.context)) in found
        ]
        return Found(metrics, list(runs.values()))

    def query_runs(self, query: str = "", *_args: Any, **_kwargs: Any) -> Found:
        """Return the runs that match, with all their metrics."""
        runs = [FoundRun(view) for view in self._repo.runs(query)]
        return Found([metric for run in runs for metric in run.metrics()], runs)

    def iter_runs(self) -> Iterator[FoundRun]:
        for view in self._repo.runs():
            yield FoundRun(view)

    def list_all_runs(self) -> list[str]:
        return [run.hash for run in self.iter_runs()]

    def get_run(self, run_hash: str) -> FoundRun | None:
        """Return a run; None when there is none of this id."""
        return next((run for run in self.iter_runs() if run.hash == run_hash), None)
