"""MLflow's SQLite store, read by its own tables: one pass over each."""

import contextlib
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ridgeline.core.errors import InputError, NotFoundError, StorageError
from ridgeline.sync.mlflow.artifacts import local_artifacts
from ridgeline.sync.mlflow.describe import History, MlflowRun, Models, history_of
from ridgeline.sync.passes import mark_of
from ridgeline.sync.source import SourceArtifact

_RUNS = """
SELECT runs.run_uuid, runs.name, experiments.name, runs.status, runs.start_time, runs.end_time, runs.user_id,
       runs.lifecycle_stage = 'deleted' OR experiments.lifecycle_stage = 'deleted', runs.artifact_uri
FROM runs JOIN experiments ON experiments.experiment_id = runs.experiment_id ORDER BY runs.start_time, runs.run_uuid
"""
_POINTS = (
    "SELECT key, step, timestamp, value, is_nan FROM metrics WHERE run_uuid = ? ORDER BY key, step, timestamp"
)
_LATEST = "SELECT run_uuid, key, step, timestamp, value FROM latest_metrics ORDER BY run_uuid, key"
_INPUTS = """
SELECT inputs.destination_id, datasets.name, datasets.digest FROM inputs JOIN datasets
ON inputs.source_id = datasets.dataset_uuid WHERE inputs.destination_type = 'RUN' AND inputs.source_type = 'DATASET'
ORDER BY datasets.name, datasets.digest
"""
_VERSIONS = "SELECT run_id, name, version, current_stage FROM model_versions WHERE run_id IS NOT NULL ORDER BY name, version"
_ALIASES = "SELECT name, version, alias FROM registered_model_aliases ORDER BY alias"
_LOGGED = """
SELECT source_run_id, name, artifact_location FROM logged_models
WHERE source_run_id IS NOT NULL AND lifecycle_stage <> 'deleted' ORDER BY name, model_id
"""


class _Row(NamedTuple):
    run_id: str
    name: str | None
    experiment: str
    status: str
    start_ms: int | None
    end_ms: int | None
    user: str | None
    deleted: int
    artifact_uri: str | None


@dataclass(slots=True)
class _Found:
    """What the tables say of a run, but for its points."""

    row: _Row
    tags: dict[str, str] = field(default_factory=dict)
    params: dict[str, str] = field(default_factory=dict)
    inputs: list[dict[str, str]] = field(default_factory=list)
    versions: list[str] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)
    logged: list[tuple[str, str]] = field(default_factory=list)  # names and addresses

    def mark(self, latest: Sequence[object]) -> str:
        """Return what changes when the run does."""
        told = (self.inputs, self.versions, self.aliases, self.logged)
        return mark_of(tuple(self.row), self.tags, self.params, told, latest)


class SqliteStore:
    """The runs of an MLflow SQLite database, which it only reads."""

    def __init__(self, path: Path) -> None:
        """Open a database.

        Raises:
            InputError: There is no file.
            StorageError: It is not MLflow's, or of a schema that we do not know.
        """
        if not path.is_file():
            raise InputError(
                f"There is no MLflow database at {str(path)!r}. Give sqlite:///path/to/mlflow.db.",
                "mlflow-not-found",
            )
        path = path.resolve()
        self.source = f"mlflow sqlite:///{path}"
        self._path = path
        self._connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=30)
        self._found: dict[str, _Found] = {}
        with self._readable():
            self._connection.execute(_RUNS).fetchone()

    def close(self) -> None:
        self._connection.close()

    def listed(self, takes: Callable[[str], bool]) -> dict[str, str]:
        """Return of each run in the experiments that `takes` takes a mark that changes when the run does."""
        with self._readable():
            rows = [_Row(*row) for row in self._connection.execute(_RUNS)]
            self._found = {row.run_id: _Found(row) for row in rows if takes(row.experiment)}
            self._fill()
            latest: dict[str, list[object]] = defaultdict(list)
            for run_id, *point in self._connection.execute(_LATEST):
                latest[run_id].append(point)
        return {run_id: found.mark(latest[run_id]) for run_id, found in self._found.items()}

    def run(self, run_id: str) -> MlflowRun:
        """Return a run that was listed."""
        found = self._of(run_id)
        row = found.row
        return MlflowRun(
            run_id=run_id,
            name=row.name or "",
            experiment=row.experiment,
            status=row.status,
            start_ms=row.start_ms or 0,
            end_ms=row.end_ms,
            user=row.user or "",
            deleted=bool(row.deleted),
            tags=found.tags,
            params=found.params,
            inputs=found.inputs,
            histories=self._histories(run_id),
            models=Models(found.versions, found.aliases, [name for name, _ in found.logged]),
        )

    def artifacts(self, run_id: str) -> list[SourceArtifact]:
        """Return the files of a run, and those of the models that MLflow 3 logs beside them."""
        found = self._of(run_id)
        files = local_artifacts(found.row.artifact_uri or "")
        return files + [
            one for name, uri in found.logged for one in local_artifacts(uri, below=f"models/{name}/")
        ]

    def taken(self, run_id: str) -> None:
        """Do nothing: marks alone tell what changed."""

    def _of(self, run_id: str) -> _Found:
        found = self._found.get(run_id)
        if found is None:
            raise NotFoundError(f"There is no run {run_id!r} in {str(self._path)!r}.", "run-not-found")
        return found

    def _fill(self) -> None:
        for run_id, key, value in self._connection.execute(
            "SELECT run_uuid, key, value FROM tags ORDER BY key"
        ):
            if run_id in self._found:
                self._found[run_id].tags[key] = value or ""
        for run_id, key, value in self._connection.execute(
            "SELECT run_uuid, key, value FROM params ORDER BY key"
        ):
            if run_id in self._found:
                self._found[run_id].params[key] = value or ""
        for run_id, name, digest in self._known(_INPUTS):
            if run_id in self._found:
                self._found[run_id].inputs.append({"name": name, "digest": digest})
        aliases: dict[tuple[str, str], list[str]] = defaultdict(list)
        for name, version, alias in self._known(_ALIASES):
            aliases[name, version].append(f"{name}@{alias}")
        for run_id, name, version, stage in self._known(_VERSIONS):
            if run_id in self._found:
                self._found[run_id].versions.append(f"{name}@{version}")
                staged = [f"{name}@{stage}"] if stage not in (None, "None") else []
                self._found[run_id].aliases += [*aliases[name, version], *staged]
        for run_id, name, uri in self._known(_LOGGED):
            if run_id in self._found:
                self._found[run_id].logged.append((name, uri or ""))

    def _known(self, query: str) -> list[tuple[str, ...]]:
        """Return rows; none of a table that this database, of an older MLflow, does not have."""
        try:
            return self._connection.execute(query).fetchall()
        except sqlite3.OperationalError as error:
            if "no such" in str(error):
                return []
            raise

    def _histories(self, run_id: str) -> list[History]:
        with self._readable():
            rows = self._connection.execute(_POINTS, (run_id,)).fetchall()
        if not rows:
            return []
        keys, steps, times, values, nan = zip(*rows, strict=True)
        value = np.array(values, float)
        value[np.array(nan, bool)] = np.nan
        starts = [0, *(i for i, (one, next_) in enumerate(pairwise(keys), 1) if one != next_), len(keys)]
        return [history_of(keys[a], steps[a:b], times[a:b], value[a:b]) for a, b in pairwise(starts)]

    @contextlib.contextmanager
    def _readable(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            message = (
                f"{str(self._path)!r} cannot be read as an MLflow database{self._schema()}: {error}. Databases of MLflow 1 to 3"
                " can; where this is a newer one, go through its server: --tracking-uri http://…"
            )
            raise StorageError(message, "mlflow-unreadable") from error

    def _schema(self) -> str:
        with contextlib.suppress(sqlite3.DatabaseError):
            return " of schema {}".format(
                *self._connection.execute("SELECT * FROM alembic_version").fetchone()
            )
        return ""
