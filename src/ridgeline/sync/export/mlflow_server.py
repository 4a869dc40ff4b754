"""Runs given to a tracking server of MLflow, through its REST API: https://mlflow.org/docs/latest/rest-api.html."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

from ridgeline.core.errors import InputError, RidgelineError, StorageError
from ridgeline.core.values import Json
from ridgeline.sync.export.mlflow_words import (
    ID_TAG,
    MlflowWords,
    files_of,
    in_words,
    json_number,
    summary_mark,
)
from ridgeline.sync.mlflow.client import Client
from ridgeline.sync.passes import mark_of
from ridgeline.sync.source import SourceRun

_API = "/api/2.0/mlflow/"
_FILES = "/api/2.0/mlflow-artifacts/artifacts/"
_MARK_TAG = "ridgeline.mark"
# What one log-batch takes: 1000 things in all, of which 100 params and 100 tags.
_METRICS_A_BATCH = 1000
_WORDS_A_BATCH = 100


class MlflowServer:
    """A tracking server. A run that was written before is found by a tag and written again where it changed.

    The server keeps a point once, however often it is sent, so that a run that was interrupted is finished by the next try.
    """

    def __init__(self, client: Client) -> None:
        """Write by a client, which knows the address and the login."""
        self._client = client
        self._experiments: dict[str, str] = {}

    def write(self, run: SourceRun) -> list[str]:
        """Write a run and return what of it the server did not take.

        Raises:
            InputError: The server does not let us in.
            StorageError: It does not answer, or refuses.
        """
        words = in_words(run)
        mark = mark_of(summary_mark(run))
        experiment = self._experiment(words.experiment)
        found = self._held(experiment, run.id)
        if found is not None and _tag(found, _MARK_TAG) == mark:
            return []
        info = _info(found if found is not None else self._create(experiment, words))
        left: list[str] = []
        for batch in _batches(words):
            try:
                self._post("runs/log-batch", {"run_id": info["run_id"], **batch})
            except StorageError as error:
                left.append(error.message)
        uri = str(info.get("artifact_uri", ""))
        left += self._upload(run, uri)
        end: dict[str, Json] = {} if words.end_ms is None else {"end_time": words.end_ms}
        self._post(
            "runs/update", {"run_id": info["run_id"], "status": words.status, "run_name": words.name, **end}
        )
        if not left:
            self._post("runs/set-tag", {"run_id": info["run_id"], "key": _MARK_TAG, "value": mark})
        return left

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def _experiment(self, name: str) -> str:
        if name not in self._experiments:
            try:
                answer = self._client.get(f"{_API}experiments/get-by-name", experiment_name=name)
                tree = answer.get("experiment")
                found = str(tree.get("experiment_id")) if isinstance(tree, dict) else ""
            except StorageError:  # there is none; a server that is gone says so again
                found = str(self._post("experiments/create", {"name": name}).get("experiment_id"))
            self._experiments[name] = found
        return self._experiments[name]

    def _held(self, experiment: str, run_id: str) -> dict[str, Json] | None:
        body: dict[str, Json] = {
            "experiment_ids": [experiment],
            "filter": f"tags.`{ID_TAG}` = '{run_id}'",
            "max_results": 1,
        }
        runs = self._post("runs/search", body).get("runs")
        first = runs[0] if isinstance(runs, list) and runs else None
        return first if isinstance(first, dict) else None

    def _create(self, experiment: str, words: MlflowWords) -> dict[str, Json]:
        tags: list[Json] = [{"key": ID_TAG, "value": words.tags[ID_TAG]}]
        answer = self._post(
            "runs/create",
            {
                "experiment_id": experiment,
                "run_name": words.name,
                "start_time": words.start_ms,
                "user_id": words.user,
                "tags": tags,
            },
        )
        run = answer.get("run")
        return run if isinstance(run, dict) else {}

    def _upload(self, run: SourceRun, uri: str) -> list[str]:
        """Send files where the server takes them; elsewhere, such as in S3, they would need that store's own client."""
        parts = urlsplit(uri)
        left = []
        for name, content in files_of(run):
            if parts.scheme != "mlflow-artifacts":
                return [f"Files are not sent: the server keeps them at {uri!r}, not itself"]
            data = content.read_bytes() if isinstance(content, Path) else content
            try:
                self._client.put(f"{_FILES}{quote(parts.path.strip('/') + '/' + name)}", data)
            except RidgelineError as error:
                left.append(error.message)
        return left

    def _post(self, what: str, body: dict[str, Json]) -> dict[str, Json]:
        return self._client.post(_API + what, body)


def _info(run: dict[str, Json]) -> dict[str, Json]:
    info = run.get("info")
    if not isinstance(info, dict) or "run_id" not in info:
        raise InputError(
            "The server does not say which run it made. Is it a tracking server of MLflow?",
            "mlflow-not-a-server",
        )
    return info


def _tag(run: dict[str, Json], key: str) -> Json:
    data = run.get("data")
    tags = data.get("tags") if isinstance(data, dict) else None
    for tag in tags if isinstance(tags, list) else []:
        if isinstance(tag, dict) and tag.get("key") == key:
            return tag.get("value")
    return None


def _batches(words: MlflowWords) -> Iterator[dict[str, Json]]:
    for kind, texts in (("params", words.params), ("tags", words.tags)):
        pairs: list[Json] = [{"key": key, "value": value} for key, value in texts.items()]
        for start in range(0, len(pairs), _WORDS_A_BATCH):
            yield {kind: pairs[start : start + _WORDS_A_BATCH]}
    metrics: Iterator[Json] = (
        {"key": history.key, "timestamp": ms, "value": json_number(value), "step": step}
        for history in words.histories
        for ms, value, step in zip(
            history.time_ms.tolist(), history.value.tolist(), history.step.tolist(), strict=True
        )
    )
    while part_of := list(itertools.islice(metrics, _METRICS_A_BATCH)):
        yield {"metrics": part_of}
