"""MLflow's SQLite store, read by its own tables: one pass over each."""

import contextlib
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from ridgeline.core.errors import InputError, StorageError
from ridgeline.sync.mlflow.artifacts import local_artifacts
from ridgeline.sync.mlflow.describe import History, MlflowRun

# MLflow writes ±∞ as the largest numbers that its databases hold.
_LARGEST = 1.7976931348623157e308
_RUNS = """
SELECT runs.run_uuid, runs.name, experiments.name, runs.status, runs.start_time, runs.end_time, runs.user_id,
       runs.lifecycle_stage = 'deleted' OR experiments.lifecycle_stage = 'deleted', runs.artifact_uri
FROM runs JOIN experiments ON experiments.experiment_id = runs.experiment_id ORDER BY runs.start_time, runs.run_uuid
"""
_POINTS = (
    "SELECT key, step, timestamp, value, is_nan FROM metrics WHERE run_uuid = ? ORDER BY key, step, timestamp"
)
_INPUTS = """
SELECT inputs.destination_id, datasets.name, datasets.digest FROM inputs JOIN datasets
ON inputs.source_id = datasets.dataset_uuid WHERE inputs.destination_type = 'RUN' AND inputs.source_type = 'DATASET'
"""


class SqliteStore:
    """The runs of an MLflow SQLite database, which it only reads."""

    def __init__(self, path: Path) -> None:
        """Open a database.

        Raises:
            InputError: There is no file, or it is not MLflow's.
        """
        if not path.is_file():
            raise InputError(
                f"There is no MLflow database at {str(path)!r}. Give sqlite:///path/to/mlflow.db.",
                "mlflow-not-found",
            )
        self.source = f"mlflow sqlite:///{path}"
        self._connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)
        with _readable(path):
            self._connection.execute(_RUNS).fetchone()

    def close(self) -> None:
        """Close the database."""
        self._connection.close()

    def run_marks(self) -> dict[str, int]:
        """Return of each run a number that changes when the run does."""
        marks: dict[str, int] = {row[0]: hash(row) for row in self._connection.execute(_RUNS)}
        for table in ("tags", "params", "latest_metrics"):
            for row in self._connection.execute(f"SELECT run_uuid, * FROM {table} ORDER BY run_uuid, key"):  # noqa: S608 - our own names
                marks[row[0]] = hash((marks.get(row[0]), row))
        return marks

    def runs(self, wanted: Sequence[str]) -> Iterator[MlflowRun]:
        """Return runs by their ids, in the order in which they started."""
        chosen = set(wanted)
        tags, params = self._pairs("tags"), self._pairs("params")
        inputs: dict[str, list[dict[str, str]]] = defaultdict(list)
        with contextlib.suppress(sqlite3.OperationalError):  # a database of MLflow before 2.4 has no inputs
            for run_id, name, digest in self._connection.execute(_INPUTS):
                inputs[run_id].append({"name": name, "digest": digest})
        for (
            run_id,
            name,
            experiment,
            status,
            start,
            end,
            user,
            deleted,
            artifact_uri,
        ) in self._connection.execute(_RUNS).fetchall():
            if run_id not in chosen:
                continue
            yield MlflowRun(
                run_id=run_id,
                name=name or "",
                experiment=experiment,
                status=status,
                start_ms=start or 0,
                end_ms=end,
                user=user or "",
                deleted=bool(deleted),
                tags=tags.get(run_id, {}),
                params=params.get(run_id, {}),
                inputs=inputs.get(run_id, []),
                artifacts=local_artifacts(artifact_uri or ""),
                histories=self._histories(run_id),
            )

    def _pairs(self, table: str) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = defaultdict(dict)
        for run_id, key, value in self._connection.execute(f"SELECT run_uuid, key, value FROM {table}"):  # noqa: S608 - our own names
            found[run_id][key] = value or ""
        return found

    def _histories(self, run_id: str) -> list[History]:
        rows = self._connection.execute(_POINTS, (run_id,)).fetchall()
        if not rows:
            return []
        keys, steps, times, values, nan = zip(*rows, strict=True)
        value = np.array(values, float)
        value[np.array(nan, bool)] = np.nan
        value[value >= _LARGEST] = np.inf
        value[value <= -_LARGEST] = -np.inf
        step, time = np.array(steps, np.int64), np.array(times, np.int64)
        starts = [0, *(i for i in range(1, len(keys)) if keys[i] != keys[i - 1]), len(keys)]
        return [History(keys[a], step[a:b], time[a:b], value[a:b]) for a, b in pairwise(starts)]


@contextlib.contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        message = f"{str(path)!r} cannot be read as an MLflow database ({error}). Was it made by MLflow 1.0 or later?"
        raise StorageError(message, "mlflow-unreadable") from error
