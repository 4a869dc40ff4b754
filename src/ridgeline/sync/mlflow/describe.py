"""What MLflow records of a run, as a run of ours."""

import ast
import math
import mimetypes
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ridgeline.blobs.store import BlobStore
from ridgeline.core.values import Json, set_path
from ridgeline.sync.context_patterns import ContextPatterns
from ridgeline.sync.source import SourceArtifact, SourceRun, SourceSeries, SourceStatus

_STATUS: Mapping[str, SourceStatus] = {
    "RUNNING": "running",
    "SCHEDULED": "running",
    "FINISHED": "finished",
    "FAILED": "failed",
    "KILLED": "stopped",
}
# MLflow's databases hold ±∞ as the largest numbers that they can.
_LARGEST = 1.7976931348623157e308
_OWN_TAG = "mlflow."
# Tags that are no words of a person: MLflow's own, and those by which `ridgeline export` knows a run again.
_NO_WORDS = (_OWN_TAG, "ridgeline.")
_MOST_TAG_CHARS = 120


@dataclass(frozen=True, slots=True)
class History:
    """All points of one metric of a run; times in milliseconds since 1970, as MLflow has them."""

    key: str
    step: NDArray[np.int64]
    time_ms: NDArray[np.int64]
    value: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Models:
    """What the model registry has of a run, and the models that MLflow 3 logs beside its artifacts."""

    versions: Sequence[str] = ()  # such as "classifier@3"
    aliases: Sequence[str] = ()  # and stages: "classifier@champion", "classifier@Production"
    logged: Sequence[str] = ()  # their names


@dataclass(frozen=True, slots=True)
class MlflowRun:
    """A run as any of MLflow's stores has it; times in milliseconds since 1970."""

    run_id: str
    name: str
    experiment: str
    status: str
    start_ms: int
    end_ms: int | None
    user: str
    deleted: bool
    tags: Mapping[str, str]
    params: Mapping[str, str]
    inputs: Sequence[Mapping[str, str]]
    histories: Sequence[History]
    models: Models = field(default_factory=Models)


def history_of(key: str, step: Sequence[int], time_ms: Sequence[int], value: NDArray[np.float64]) -> History:
    """Return points of one metric, with infinities where a database holds its largest numbers."""
    value = np.where(np.abs(value) >= _LARGEST, np.copysign(np.inf, value), value)
    return History(key, np.array(step, np.int64), np.array(time_ms, np.int64), value)


def describe(run: MlflowRun, source: str, patterns: ContextPatterns) -> SourceRun:
    """Return a run of MLflow as a run of ours."""
    own = {key: value for key, value in run.tags.items() if key.startswith(_OWN_TAG)}
    return SourceRun(
        id=run.run_id,
        source=source,
        name=run.name or own.get("mlflow.runName", run.run_id[:6]),
        experiment=run.experiment,
        created=run.start_ms / 1000,
        ended=None if run.end_ms is None else run.end_ms / 1000,
        status=_STATUS.get(run.status, "running"),
        user=run.user or own.get("mlflow.user", ""),
        note=own.get("mlflow.note.content", ""),
        deleted=run.deleted,
        tags=_tags(run.tags),
        params=_params(run),
        env=_env(own),
        series=tuple(_series(history, patterns) for history in run.histories),
    )


def _tags(tags: Mapping[str, str]) -> tuple[str, ...]:
    """Return tags as single words: `lab` of {"lab": "true"}, `team=nlp` of {"team": "nlp"}."""
    return tuple(
        key if value in ("", "true", "True") else f"{key}={value}"
        for key, value in sorted(tags.items())
        if not key.startswith(_NO_WORDS) and key.strip() and _is_short(key, value)
    )


def _is_short(key: str, value: str) -> bool:
    """Say whether a tag can be a word; a long one is kept among the params."""
    return len(key) + len(value) < _MOST_TAG_CHARS


def _params(run: MlflowRun) -> dict[str, Json]:
    """Return params nested by their dots, with their types back, and what else tells runs apart under `mlflow`."""
    tree: dict[str, Json] = {}
    for key, text in sorted(run.params.items()):
        path = key.split(".") if all(key.split(".")) else [key]
        if _blocked(tree, path):
            path = [key]
        set_path(tree, path, literal(text))
    long = {
        key: text
        for key, text in run.tags.items()
        if not key.startswith(_NO_WORDS) and not _is_short(key, text)
    }
    told: dict[str, Json] = {
        "parent": run.tags.get("mlflow.parentRunId"),
        "inputs": [f"{one['name']}@{one['digest']}" for one in run.inputs],
        "models": [*sorted(run.models.versions)],
        "aliases": [*sorted(run.models.aliases)],
        "logged_models": [*sorted(run.models.logged)],
        "tags": dict(long),
    }
    more: Json = {key: value for key, value in told.items() if value}
    if more:
        tree["mlflow"] = more
    return tree


def _blocked(tree: dict[str, Json], path: Sequence[str]) -> bool:
    """Say whether a value stands where the path leads through, or a subtree where it ends."""
    node: Json = tree
    for part in path[:-1]:
        if not isinstance(node, dict) or part not in node:
            return False
        node = node[part]
        if not isinstance(node, dict):
            return True
    return isinstance(node, dict) and isinstance(node.get(path[-1]), dict)


def literal(text: str) -> Json:
    """Return the value that a text was written from: MLflow keeps all params as text.

    Numbers, True, False, None, and lists and dicts of them; what has a leading zero or plus stays text, as an id or a version
    would lose it.
    """
    if re.fullmatch(r"[+-]?0\d.*|\+.*|\s.*|.*\s", text):
        return text
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return {"inf": math.inf, "-inf": -math.inf, "nan": math.nan, "true": True, "false": False}.get(
            text.lower(), text
        )
    return value if _is_json(value) else text


def _is_json(value: object) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_json(item) for key, item in value.items())
    if isinstance(value, list):
        return all(map(_is_json, value))
    return value is None or isinstance(value, bool | int | float | str)


def _env(own: Mapping[str, str]) -> dict[str, Json]:
    env: dict[str, Json] = {}
    if command := own.get("mlflow.source.name"):
        env["command"] = [command]
    if commit := own.get("mlflow.source.git.commit"):
        env["git"] = {
            "commit": commit,
            "branch": own.get("mlflow.source.git.branch"),
            "remote": own.get("mlflow.source.git.repoURL"),
        }
    return env


def _series(history: History, patterns: ContextPatterns) -> SourceSeries:
    name, context = patterns.split(history.key)
    return SourceSeries(name, context, history.step, history.time_ms / 1000, history.value)


def artifact(name: str, uri: str, size_bytes: int | None, copy: Callable[[BlobStore], str]) -> SourceArtifact:
    """Return a file of a run by its path within the run's artifacts."""
    return SourceArtifact(name, uri, size_bytes, mimetypes.guess_type(name)[0], copy)
