"""A run in MLflow's words, whatever it is written into."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.values import Json, flatten
from ridgeline.sync.export.keys import flat_key
from ridgeline.sync.source import SourceObject, SourceRun

ID_TAG = "ridgeline.id"
# What MLflow's own validation takes: https://mlflow.org/docs/latest/rest-api.html, and mlflow/utils/validation.py.
_UNFIT = re.compile(r"[^/\w.\- :]")
MOST_KEY_CHARS = 250
MOST_PARAM_CHARS = 6000
MOST_TAG_CHARS = 8000
_STATUS = {"running": "RUNNING", "finished": "FINISHED", "failed": "FAILED", "stopped": "KILLED"}
_SUFFIXES = {
    "image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp", "image/bmp": ".bmp",
    "image/svg+xml": ".svg", "audio/wav": ".wav", "audio/mpeg": ".mp3", "audio/flac": ".flac", "audio/ogg": ".ogg",
    "text/plain": ".txt", "text/html": ".html", "text/markdown": ".md",
    "application/vnd.ridgeline.predictions+safetensors": ".safetensors",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class MlflowHistory:
    """All points of a metric; times in milliseconds since 1970."""

    key: str
    time_ms: NDArray[np.int64]
    value: NDArray[np.float64]
    step: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class MlflowWords:
    """A run as MLflow has it; times in milliseconds since 1970."""

    name: str
    experiment: str
    status: str
    start_ms: int
    end_ms: int | None
    user: str
    params: dict[str, str]
    tags: dict[str, str]
    histories: list[MlflowHistory]


def in_words(run: SourceRun) -> MlflowWords:
    """Return a run in MLflow's words: params by their dotted addresses and as text, contexts in the keys of metrics."""
    histories = [
        MlflowHistory(
            fit_key(flat_key(one.name, one.context)),
            (one.time * 1000).round().astype(np.int64),
            one.value,
            one.step,
        )
        for one in run.series
    ]
    return MlflowWords(
        name=run.name,
        experiment=run.experiment,
        status=_STATUS[run.status],
        start_ms=round(run.created * 1000),
        end_ms=None if run.ended is None else round(run.ended * 1000),
        user=run.user,
        params={fit_key(key): _text(value)[:MOST_PARAM_CHARS] for key, value in flatten(run.params).items()},
        tags=_tags(run),
        histories=histories,
    )


def _tags(run: SourceRun) -> dict[str, str]:
    tags = {ID_TAG: run.id, "mlflow.runName": run.name}
    if run.user:
        tags["mlflow.user"] = run.user
    if run.note:
        tags["mlflow.note.content"] = run.note[:MOST_TAG_CHARS]
    command, git = run.env.get("command"), run.env.get("git")
    if isinstance(command, list) and command:
        tags["mlflow.source.name"] = " ".join(map(str, command))[:MOST_TAG_CHARS]
    if isinstance(git, dict) and isinstance(git.get("commit"), str):
        tags["mlflow.source.git.commit"] = str(git["commit"])
    for tag in run.tags:
        key, _, value = tag.partition("=")
        tags[fit_key(key)] = value or "true"
    return tags


def fit_key(key: str) -> str:
    """Return a key without signs that MLflow does not take."""
    return _UNFIT.sub("_", key)[:MOST_KEY_CHARS] or "_"


def _text(value: Json) -> str:
    """Return a param as text, as Python writes it: so its type can be told again."""
    return value if isinstance(value, str) else repr(value)


def files_of(run: SourceRun) -> Iterator[tuple[str, Path | bytes]]:
    """Yield what MLflow keeps as artifacts, with the path it gets: the run's own files on this machine, and its objects."""
    for artifact in run.artifacts:
        parts = urlsplit(artifact.uri)
        path = Path(unquote(parts.path))
        if parts.scheme in ("", "file") and path.is_file():
            yield artifact.name, path
    for number, one in enumerate(run.objects):
        yield f"objects/{_file_name(one, number)}", one.data


def _file_name(one: SourceObject, number: int) -> str:
    mime = one.mime.partition(";")[0]
    suffix = _SUFFIXES.get(mime, ".json" if mime.endswith("json") else ".bin")
    place = "/".join(part for part in fit_key(flat_key(one.name, one.context)).split("/") if part.strip("."))
    return f"{place or '_'}/step-{one.step}-{number}{suffix}"


def json_number(value: float) -> Json:
    """Return a value as the JSON of Protocol Buffers has it."""
    if np.isnan(value):
        return "NaN"
    if np.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return value


def summary_mark(run: SourceRun) -> str:
    """Return a text that changes when what is written of a run does."""
    counted = [[one.name, len(one.step), len(set(one.step.tolist()))] for one in run.series]
    parts = [
        run.name,
        run.status,
        run.ended,
        run.note,
        list(run.tags),
        str(run.params),
        counted,
        len(run.objects),
    ]
    return json.dumps(parts, default=str)
