"""Runs as MLflow shows them, read from the index: what was recorded otherwise is seen, too."""

import math
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ridgeline.blobs.store import BlobStore
from ridgeline.core.values import Json
from ridgeline.index.base import MetricKey, RunColumns
from ridgeline.log.run_state import RunState
from ridgeline.query.repo import Repo
from ridgeline.server.mlflow.dataset_inputs import told_inputs
from ridgeline.server.mlflow.errors import MlflowError
from ridgeline.server.mlflow.facts import Facts, facts_of
from ridgeline.server.mlflow.point_rows import milliseconds

_MOST_CACHED = 20_000
_NON_FINITE = {math.inf: "Infinity", -math.inf: "-Infinity"}


@dataclass(frozen=True, slots=True)
class Latest:
    """The last value of a metric of a run."""

    key: str
    value: float
    time_ms: int
    step: int

    def message(self) -> dict[str, Json]:
        """Return it as MLflow writes it."""
        return {
            "key": self.key,
            "value": number(self.value),
            "timestamp": self.time_ms,
            "step": self.step,
        }


def number(value: float) -> Json:
    """Return a number as Protocol Buffers write it in JSON."""
    return value if math.isfinite(value) else _NON_FINITE.get(value, "NaN")


def metric_key(key: MetricKey) -> str:
    """Return what MLflow calls a metric: its name, and its context behind it where it has one."""
    return "/".join([key.name, *(f"{name}:{value}" for name, value in sorted(key.context.items()))])


class RunViews:
    """Reads runs. Safe to use from several threads.

    Args:
        repo: Returns the repository.
        version: Returns of a run a number that changes when this process changes it.
        blobs: Where long texts are.
    """

    def __init__(self, repo: Callable[[], Repo], version: Callable[[str], int], blobs: BlobStore) -> None:
        self._repo = repo
        self._blobs = blobs
        self._version = version
        self._lock = threading.Lock()
        self._known: dict[int, tuple[tuple[object, ...], Facts]] = {}

    def columns(self) -> RunColumns:
        """Return all runs, deleted ones too, as they are now."""
        repo = self._repo()
        repo.refresh()
        return repo.index.runs(include_deleted=True)

    def row(self, columns: RunColumns, run_id: str) -> int:
        """Return where a run stands.

        Raises:
            MlflowError: There is none of that id.
        """
        found = np.flatnonzero(columns.id == run_id)
        if not len(found):
            raise MlflowError(f"Run with id={run_id} not found", "RESOURCE_DOES_NOT_EXIST")
        return int(found[0])

    def facts(self, columns: RunColumns, row: int) -> Facts:
        """Return a run as MLflow has it."""
        rid, run_id = int(columns.rid[row]), str(columns.id[row])
        mark = (
            self._version(run_id),
            columns.updated[row],
            columns.status[row],
            columns.name[row],
            columns.experiment[row],
            columns.note[row],
            columns.tags[row],
            columns.deleted[row],
        )
        with self._lock:
            known = self._known.get(rid)
        if known is not None and known[0] == mark:
            return known[1]
        facts = facts_of(self._repo().index.state(rid), columns.status[row])
        with self._lock:
            if len(self._known) >= _MOST_CACHED:
                self._known.clear()
            self._known[rid] = mark, facts
        return facts

    def state(self, run_id: str) -> RunState:
        """Return all about a run.

        Raises:
            MlflowError: There is none of that id.
        """
        columns = self.columns()
        return self._repo().index.state(int(columns.rid[self.row(columns, run_id)]))

    def latest(self, rids: Sequence[int], only: str | None = None) -> dict[int, list[Latest]]:
        """Return the last value of each metric, or of one, by run."""
        index = self._repo().index
        chosen = index.metrics(rids[0]) if len(rids) == 1 else index.metrics()
        keys = {key.mid: metric_key(key) for key in chosen if key.numeric}
        mids = [mid for mid, key in keys.items() if only in (None, key)]
        found: dict[int, list[Latest]] = {rid: [] for rid in rids}
        summaries = index.summaries(mids, np.array(sorted(rids), np.int64))
        columns = (summaries.mid, summaries.rid, summaries.last, summaries.time_last, summaries.step_last)
        for mid, rid, value, time, step in zip(*(column.tolist() for column in columns), strict=True):
            found[rid].append(Latest(keys[mid], value, milliseconds(time), step))
        return found

    def message(self, facts: Facts, experiment_id: str, metrics: Iterable[Latest]) -> dict[str, Json]:
        """Return a run as MLflow writes it."""
        data: dict[str, Json] = {
            "metrics": [metric.message() for metric in metrics],
            "params": [{"key": key, "value": value} for key, value in sorted(facts.params.items())],
            "tags": [{"key": key, "value": value} for key, value in sorted(facts.tags.items())],
        }
        inputs: dict[str, Json] = {
            "dataset_inputs": told_inputs(facts.inputs, self._blobs),
            "model_inputs": list(facts.model_inputs),
        }
        return {
            "info": info_message(facts, experiment_id),
            "data": {key: value for key, value in data.items() if value},
            "inputs": {key: value for key, value in inputs.items() if value},
            "outputs": {"model_outputs": list(facts.outputs)} if facts.outputs else {},
        }

    def history(self, run_id: str, key: str) -> list[Latest]:
        """Return all values of a metric of a run, each once, sorted by time, step and value; none of a run that is not there."""
        columns = self.columns()
        found_rows = np.flatnonzero(columns.id == run_id)
        if not len(found_rows):
            return []
        rid = int(columns.rid[found_rows[0]])
        index = self._repo().index
        rows: dict[tuple[int, int, float, bool], float] = {}
        for found in index.metrics(rid):
            if found.numeric and metric_key(found) == key:
                points = index.points(found.mid, np.array([rid], np.int64))
                for step, time, value in zip(
                    points.step.tolist(), points.time.tolist(), points.value.tolist(), strict=True
                ):
                    nan = math.isnan(value)  # counts as 0 where MLflow sorts
                    rows[milliseconds(time), step, 0.0 if nan else value, nan] = value
        return [Latest(key, value, mark[0], mark[1]) for mark, value in sorted(rows.items())]


def info_message(facts: Facts, experiment_id: str) -> dict[str, Json]:
    """Return what a run is, without what it logged, as MLflow writes it."""
    info: dict[str, Json] = {
        "run_id": facts.run_id,
        "run_uuid": facts.run_id,
        "run_name": facts.name,
        "experiment_id": experiment_id,
        "user_id": facts.user,
        "status": facts.status,
        "start_time": facts.start_ms,
        "artifact_uri": facts.artifact_uri or f"mlflow-artifacts:/{experiment_id}/{facts.run_id}/artifacts",
        "lifecycle_stage": "deleted" if facts.deleted else "active",
    }
    if facts.end_ms is not None:
        info["end_time"] = facts.end_ms
    return info
