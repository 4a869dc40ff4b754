"""The addresses of MLflow's REST API, as its clients of today call them."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias
from urllib.parse import quote

import anyio.from_thread
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, JSONResponse, PlainTextResponse
from starlette.requests import ClientDisconnect

from ridgeline.core.errors import InputError, StorageError
from ridgeline.core.values import Json
from ridgeline.server.mlflow import (
    artifact_files,
    dataset_calls,
    experiment_calls,
    metric_calls,
    model_calls,
    run_calls,
    search_runs,
)
from ridgeline.server.mlflow.errors import MlflowError
from ridgeline.server.mlflow.fields import Fields
from ridgeline.server.mlflow.service import Service

router = APIRouter(include_in_schema=False)

Call: TypeAlias = Callable[[Service, Fields], Mapping[str, Json]]

_API = "/api/2.0/mlflow"
_PROXY = "/api/2.0/mlflow-artifacts"
# The version of MLflow whose API this follows; clients ask before they use what is new.
MLFLOW_VERSION = "3.17.2"
_SERVER_INFO: dict[str, Json] = {
    "store_type": "SqlStore",
    "workspaces_enabled": False,
    "trace_archival_enabled": False,
    "multipart_uploads_enabled": False,
    "multipart_downloads_enabled": False,
    "presigned_upload_run_id_supported": False,
    "presigned_upload_model_id_supported": False,
    "features_enabled": {"gateway": False},
}
# With these words a client goes on to send the file in one piece.
_NO_MULTIPART = "Multipart upload is not supported for the current artifact repository"

_CALLS: tuple[tuple[str, str, Call], ...] = (
    ("POST", "/experiments/create", experiment_calls.create),
    ("GET", "/experiments/get", experiment_calls.get),
    ("GET", "/experiments/get-by-name", experiment_calls.get_by_name),
    ("GET", "/experiments/search", experiment_calls.search),
    ("POST", "/experiments/search", experiment_calls.search),
    ("POST", "/experiments/delete", experiment_calls.delete),
    ("POST", "/experiments/restore", experiment_calls.restore),
    ("POST", "/experiments/update", experiment_calls.update),
    ("POST", "/experiments/set-experiment-tag", experiment_calls.set_tag),
    ("POST", "/experiments/delete-experiment-tag", experiment_calls.delete_tag),
    ("POST", "/experiments/search-datasets", dataset_calls.search),
    ("POST", "/runs/create", run_calls.create),
    ("POST", "/runs/update", run_calls.update),
    ("GET", "/runs/get", run_calls.get),
    ("POST", "/runs/delete", run_calls.delete),
    ("POST", "/runs/restore", run_calls.restore),
    ("POST", "/runs/search", search_runs.search),
    ("POST", "/runs/log-metric", metric_calls.log_metric),
    ("POST", "/runs/log-parameter", run_calls.log_param),
    ("POST", "/runs/log-batch", metric_calls.log_batch),
    ("POST", "/runs/set-tag", run_calls.set_tag),
    ("POST", "/runs/delete-tag", run_calls.delete_tag),
    ("POST", "/runs/log-model", run_calls.log_model),
    ("POST", "/runs/log-inputs", run_calls.log_inputs),
    ("POST", "/runs/outputs", run_calls.log_outputs),
    ("GET", "/metrics/get-history", metric_calls.history),
    ("GET", "/metrics/get-history-bulk", metric_calls.history_bulk),
    ("GET", "/metrics/get-history-bulk-interval", metric_calls.history_interval),
    ("GET", "/artifacts/list", artifact_files.list_of_run),
    ("POST", "/logged-models", model_calls.create),
    ("POST", "/logged-models/search", model_calls.search),
    ("GET", "/logged-models/{model_id}", model_calls.get),
    ("PATCH", "/logged-models/{model_id}", model_calls.finalize),
    ("DELETE", "/logged-models/{model_id}", model_calls.delete),
    ("PATCH", "/logged-models/{model_id}/tags", model_calls.set_tags),
    ("DELETE", "/logged-models/{model_id}/tags/{tag_key:path}", model_calls.delete_tag),
    ("POST", "/logged-models/{model_id}/params", model_calls.log_params),
    ("GET", "/logged-models/{model_id}/artifacts/directories", artifact_files.list_of_model),
)


def _service(request: Request) -> Service:
    service: Service = request.app.state.mlflow
    return service


def _endpoint(call: Call) -> Callable[[Request], object]:
    async def endpoint(request: Request) -> Response:
        body = await request.body() if request.method != "GET" else b""
        return await run_in_threadpool(
            _answered, lambda: _json(call(_service(request), _fields(request, body)))
        )

    return endpoint


def _json(answer: Mapping[str, Json]) -> Response:
    data = json.dumps(answer, allow_nan=False, separators=(",", ":")).encode()
    return Response(data, media_type="application/json", headers={"cache-control": "no-store"})


def _answered(answer: Callable[[], Response]) -> Response:
    """Return an answer, or the error in MLflow's shape."""
    try:
        return answer()
    except MlflowError as error:
        return JSONResponse(error.body(), error.status)
    except InputError as error:
        found = MlflowError(error.message)
        return JSONResponse(found.body(), found.status)
    except StorageError as error:
        found = MlflowError(error.message, "TEMPORARILY_UNAVAILABLE")
        return JSONResponse(found.body(), found.status)


def _fields(request: Request, body: bytes) -> Fields:
    """Return the parameters of a request, wherever they stand."""
    if request.method == "GET":
        values: dict[str, Json] = {}
        for name in request.query_params:
            given = request.query_params.getlist(name)
            values[name] = list(given) if len(given) > 1 else given[0]
        return Fields(values | dict(request.path_params), of_address=True)
    try:
        tree: Json = json.loads(body) if body else {}
        if isinstance(tree, str):  # clients before 1.0 encode it twice
            tree = json.loads(tree)
    except (ValueError, RecursionError) as error:
        raise MlflowError(f"The body is not JSON: {error}.", "BAD_REQUEST") from None
    if not isinstance(tree, dict):
        raise MlflowError("The body is not a JSON object.", "BAD_REQUEST")
    return Fields(tree | dict(request.path_params))


for _method, _path, _call in _CALLS:
    router.add_api_route(_API + _path, _endpoint(_call), methods=[_method])
router.add_api_route(_PROXY + "/artifacts", _endpoint(artifact_files.list_proxied), methods=["GET"])


@router.get("/version")
def version() -> Response:
    """Say which MLflow this is like."""
    return PlainTextResponse(MLFLOW_VERSION)


@router.get("/health")
def health() -> Response:
    """Say that the server answers."""
    return PlainTextResponse("OK")


@router.get("/api/{_version}/mlflow/server-info")
def server_info(_version: str) -> Response:
    """Say what of MLflow's server is there."""
    return _json(_SERVER_INFO)


@router.get(_PROXY + "/artifacts/{address:path}")
def download(request: Request, address: str) -> Response:
    """Return a file."""

    def answer() -> Response:
        files, name = artifact_files.at_address(_service(request), address)
        path = files.path(name)
        called = quote(name.rpartition("/")[2], safe="")
        headers = {
            "cache-control": "no-store",
            "content-disposition": f"attachment; filename*=utf-8''{called}",
            "content-security-policy": "default-src 'none'; sandbox",
        }
        return FileResponse(path, media_type="application/octet-stream", headers=headers)

    return _answered(answer)


@router.put(_PROXY + "/artifacts/{address:path}")
async def upload(request: Request, address: str) -> Response:
    """Store a file as it comes in."""
    stream = request.stream()

    async def next_piece() -> bytes | None:
        return await anext(stream, None)

    def pieces() -> Iterator[bytes]:
        while (piece := anyio.from_thread.run(next_piece)) is not None:
            yield piece

    def answer() -> Response:
        files, name = artifact_files.at_address(_service(request), address)
        files.put(name, pieces())
        return _json({})

    try:
        return await run_in_threadpool(_answered, answer)
    except ClientDisconnect:
        return Response(status_code=400)  # nobody is there to read it


@router.delete(_PROXY + "/artifacts/{address:path}")
def delete(request: Request, address: str) -> Response:
    """Delete a file, or a folder of files."""

    def answer() -> Response:
        files, name = artifact_files.at_address(_service(request), address)
        files.delete(name)
        return _json({})

    return _answered(answer)


@router.api_route(_PROXY + "/{what}/{address:path}", methods=["GET", "POST"])
def in_parts(what: str, address: str) -> Response:  # noqa: ARG001 - whatever the address
    """Say that files are sent in one piece."""
    message = _NO_MULTIPART if what == "mpu" else "Presigned addresses are for artifacts in the cloud."
    return JSONResponse({"error_code": "NOT_IMPLEMENTED", "message": message}, 501)


@router.api_route("/api/{version}/mlflow/{rest:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
def not_served(version: str, rest: str) -> Response:
    """Say of what else MLflow serves that it is not here."""
    message = (
        f"Ridgeline does not serve /api/{version}/mlflow/{rest}. docs/howto/mlflow-server.md lists what it leaves out, and"
        " why."
    )
    error = MlflowError(message, "ENDPOINT_NOT_FOUND")
    return JSONResponse(error.body(), error.status)
