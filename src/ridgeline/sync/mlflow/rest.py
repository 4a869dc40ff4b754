"""The runs of a tracking server of MLflow, over its REST API: https://mlflow.org/docs/latest/rest-api.html."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeAlias
from urllib.parse import quote

import numpy as np

from ridgeline.blobs.store import BlobStore
from ridgeline.core.errors import NotFoundError
from ridgeline.core.values import Json
from ridgeline.sync.mlflow.answers import integer, number, pairs, text, tree, trees
from ridgeline.sync.mlflow.client import Answer, Client
from ridgeline.sync.mlflow.describe import History, MlflowRun, Models, artifact, history_of
from ridgeline.sync.mlflow.rest_models import LoggedModel, logged_models, models_of
from ridgeline.sync.mlflow.rest_pages import API, Folder, pages
from ridgeline.sync.passes import mark_of
from ridgeline.sync.source import SourceArtifact

_POINTS_A_PAGE = 25_000  # the most that MLflow gives
# A question is of at most so many experiments: servers have a limit to what they take in one.
_EXPERIMENTS_AT_ONCE = 100
# MLflow's server answers with four processes unless told otherwise.
_AT_ONCE = 4

_Latest: TypeAlias = dict[str, tuple[Json, ...]]


class RestStore:
    """The runs of a tracking server, which it only reads. A history is asked for again when its latest point moved."""

    def __init__(self, client: Client) -> None:
        self.source = f"mlflow {client.address}"
        self._client = client
        self._runs: dict[str, tuple[str, Answer]] = {}
        self._models: dict[str, Models] = {}
        self._logged: dict[str, list[LoggedModel]] = {}
        self._taken: dict[str, _Latest] = {}
        self._threads = ThreadPoolExecutor(_AT_ONCE, "ridgeline-sync")

    def close(self) -> None:
        self._threads.shutdown(cancel_futures=True)
        self._client.close()

    def listed(self, takes: Callable[[str], bool]) -> dict[str, str]:
        """Return of each run in the experiments that `takes` takes a mark that changes when the run does.

        Raises:
            InputError: The server does not let us in, or is none.
            StorageError: It does not answer.
        """
        experiments = {
            text(one, "experiment_id"): one
            for one in pages(self._client, "experiments/search", "experiments", {"view_type": "ALL"})
            if takes(text(one, "name"))
        }
        self._runs = {}
        ids = [*experiments]
        for start in range(0, len(ids), _EXPERIMENTS_AT_ONCE):
            some: list[Json] = [*ids[start : start + _EXPERIMENTS_AT_ONCE]]
            asked: dict[str, Json] = {"experiment_ids": some, "run_view_type": "ALL"}
            for run in pages(self._client, "runs/search", "runs", asked):
                info = tree(run, "info")
                of = experiments.get(text(info, "experiment_id"), {})
                info["experiment_deleted"] = of.get("lifecycle_stage") == "deleted"
                self._runs[text(info, "run_id") or text(info, "run_uuid")] = text(of, "name"), run
        self._logged = logged_models(self._client, ids)
        self._models = models_of(self._client, self._logged)
        return {run_id: mark_of(of, self._models.get(run_id)) for run_id, of in self._runs.items()}

    def run(self, run_id: str) -> MlflowRun:
        """Return a run that was listed: of its metrics, those that moved since it was taken over."""
        experiment, run = self._of(run_id)
        info, data, inputs = tree(run, "info"), tree(run, "data"), tree(run, "inputs")
        datasets = [tree(one, "dataset") for one in trees(inputs, "dataset_inputs")]
        taken = self._taken.get(run_id, {})
        moved = [key for key, latest in _latest(run).items() if taken.get(key) != latest]
        return MlflowRun(
            run_id=run_id,
            name=text(info, "run_name"),
            experiment=experiment,
            status=text(info, "status") or "RUNNING",
            start_ms=integer(info, "start_time") or 0,
            end_ms=integer(info, "end_time"),
            user=text(info, "user_id"),
            deleted=info.get("lifecycle_stage") == "deleted" or info.get("experiment_deleted") is True,
            tags=pairs(data, "tags"),
            params=pairs(data, "params"),
            inputs=sorted(
                ({"name": text(one, "name"), "digest": text(one, "digest")} for one in datasets),
                key=lambda one: (one["name"], one["digest"]),
            ),
            histories=list(self._threads.map(lambda key: self._history(run_id, key), moved)),
            models=self._models.get(run_id, Models()),
        )

    def artifacts(self, run_id: str) -> list[SourceArtifact]:
        """Return the files of a run, as the server lists them."""
        self._of(run_id)
        of_run = Folder(self._client, f"{API}/artifacts/list", {"run_id": run_id}, "path")
        found = [
            self._artifact(path, size, "/get-artifact", run_uuid=run_id, path=path)
            for path, size in of_run.files()
        ]
        for model in self._logged.get(run_id, ()):
            where = f"{API}/logged-models/{quote(model.id, safe='')}/artifacts/directories"
            files = Folder(self._client, where, {}, "artifact_directory_path").files()
            get = f"/ajax-api/2.0/mlflow/logged-models/{quote(model.id, safe='')}/artifacts/files"
            found += [
                self._artifact(f"models/{model.name}/{path}", size, get, artifact_file_path=path)
                for path, size in files
            ]
        return found

    def _artifact(self, name: str, size_bytes: int | None, where: str, /, **query: str) -> SourceArtifact:
        def copy(blobs: BlobStore) -> str:
            return blobs.put_pieces(self._client.download(where, **query))

        return artifact(name, self._client.link(where, **query), size_bytes, copy)

    def taken(self, run_id: str) -> None:
        """Ask for the histories of a run again only when they move on from here."""
        self._taken[run_id] = _latest(self._of(run_id)[1])

    def _of(self, run_id: str) -> tuple[str, Answer]:
        found = self._runs.get(run_id)
        if found is None:
            raise NotFoundError(f"There is no run {run_id!r} on {self._client.address!r}.", "run-not-found")
        return found

    def _history(self, run_id: str, key: str) -> History:
        points: list[Answer] = []
        token = ""
        while True:
            query: dict[str, str | int] = {"run_id": run_id, "metric_key": key, "max_results": _POINTS_A_PAGE}
            answer = self._client.get(
                f"{API}/metrics/get-history", **(query | ({"page_token": token} if token else {}))
            )
            points += trees(answer, "metrics")
            token = text(answer, "next_page_token")
            if not token:
                break
        values = np.array([number(point.get("value")) for point in points], float)
        steps = [integer(point, "step") or 0 for point in points]
        return history_of(key, steps, [integer(point, "timestamp") or 0 for point in points], values)


def _latest(run: Answer) -> _Latest:
    points = trees(tree(run, "data"), "metrics")
    return {text(one, "key"): (one.get("step"), one.get("timestamp"), one.get("value")) for one in points}
