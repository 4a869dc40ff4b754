"""Files that MLflow's clients upload: blobs of the repository, listed as artifacts of their run.

A file of a logged model lies with the run that made it, as `models/<model id>/…`; without such a run it stands in the journal.
"""

import mimetypes
from collections.abc import Iterable, Iterator
from pathlib import Path

from ridgeline.core.ids import check_run_id
from ridgeline.core.values import Json
from ridgeline.log.run_state import Artifact
from ridgeline.server.mlflow.artifact_names import (
    Owner,
    below,
    check_name,
    is_model_file,
    listing,
    model_file,
    owners,
)
from ridgeline.server.mlflow.errors import MlflowError
from ridgeline.server.mlflow.facts import Facts
from ridgeline.server.mlflow.fields import Fields
from ridgeline.server.mlflow.run_calls import run_id_of
from ridgeline.server.mlflow.run_views import info_message
from ridgeline.server.mlflow.service import Service


class ArtifactFiles:
    """The files of one run or logged model."""

    def __init__(self, service: Service, owner: Owner) -> None:
        """Find the owner.

        Raises:
            MlflowError: There is none.
        """
        self._service = service
        self._prefix = ""
        self._run_id: str | None = None
        if owner.kind == "model":
            model = service.models.get(owner.id)
            self._prefix = model_file(owner.id)
            if model.source_run_id and _is_run(service, model.source_run_id):
                self._run_id = model.source_run_id
        elif _is_run(service, owner.id):
            self._run_id = owner.id
        else:
            raise MlflowError(f"Run with id={owner.id} not found", "RESOURCE_DOES_NOT_EXIST")

    def files(self) -> dict[str, Artifact]:
        """Return the files by their names."""
        if self._run_id is None:
            held = self._service.journal.files()
        else:
            held = self._service.views.state(self._run_id).artifacts
        if self._prefix:
            return {
                name.removeprefix(self._prefix): file
                for name, file in held.items()
                if name.startswith(self._prefix)
            }
        return {name: file for name, file in held.items() if not is_model_file(name)}

    def put(self, name: str, pieces: Iterable[bytes]) -> None:
        """Store a file, streamed; one of that name is replaced.

        Raises:
            MlflowError: There is no name, or a folder has it.
            StorageError: The disk refuses.
        """
        if not name or name.endswith("/"):
            raise MlflowError("Invalid path")
        sizes: list[int] = []
        sha = self._service.blobs.put_pieces(_counted(pieces, sizes))
        self._note(name, sha, sum(sizes), mimetypes.guess_type(name)[0])

    def path(self, name: str) -> Path:
        """Return where a file lies on this machine.

        Raises:
            MlflowError: There is none of that name here.
        """
        found = self.files().get(name)
        if found is None:
            raise MlflowError(f"No such artifact: '{name}'", "RESOURCE_DOES_NOT_EXIST")
        path = None if found.blob is None else self._service.blobs.path(found.blob)
        if path is None or not path.is_file():
            message = f"The artifact '{name}' is not in the repository; it lies at {found.uri!r}."
            raise MlflowError(message, "RESOURCE_DOES_NOT_EXIST")
        return path

    def delete(self, name: str) -> None:
        """Take a file or a folder of files away; its bytes stay among the blobs.

        Raises:
            StorageError: The disk refuses.
        """
        for gone in below(self.files(), name):
            self._note(gone, None, None, None)

    def _note(self, name: str, sha: str | None, size_bytes: int | None, mime: str | None) -> None:
        full = self._prefix + name
        if self._run_id is None:
            self._service.journal.set_file(full, sha, size_bytes, mime)
        else:
            with self._service.live.hold(self._run_id) as run:
                run.artifact(full, sha, size_bytes, mime)


def _is_run(service: Service, run_id: str) -> bool:
    try:
        check_run_id(run_id)
    except ValueError:
        return False
    return service.layout.run_folder(run_id).is_dir()


def _counted(pieces: Iterable[bytes], sizes: list[int]) -> Iterator[bytes]:
    for piece in pieces:
        sizes.append(len(piece))
        yield piece


def at_address(service: Service, address: str) -> tuple[ArtifactFiles, str]:
    """Return the files that an address of the proxy leads to, and the path among them.

    Raises:
        MlflowError: It leads nowhere.
    """
    error: MlflowError | None = None
    for owner, name in owners(address):
        try:
            return ArtifactFiles(service, owner), name
        except MlflowError as found:
            error = error or found
    raise error or MlflowError(
        f"'{address}' is no address of an artifact: it has the form <experiment>/<run id>/artifacts/<name>.",
        "RESOURCE_DOES_NOT_EXIST",
    )


def list_proxied(service: Service, fields: Fields) -> dict[str, Json]:
    """Return what lies in a folder, by its address."""
    files, folder = at_address(service, fields.text("path"))
    return _listed(listing(files.files(), folder, full_paths=False))


def list_of_run(service: Service, fields: Fields) -> dict[str, Json]:
    """Return what lies in a folder of a run's artifacts."""
    run_id, folder = run_id_of(fields), check_name(fields.text("path"))
    columns = service.views.columns()
    facts: Facts = service.views.facts(columns, service.views.row(columns, run_id))
    info = info_message(facts, service.experiment_of(facts).experiment_id)
    files = ArtifactFiles(service, Owner("run", run_id))
    return {"root_uri": info["artifact_uri"]} | _listed(listing(files.files(), folder, full_paths=True))


def list_of_model(service: Service, fields: Fields) -> dict[str, Json]:
    """Return what lies in a folder of a logged model's artifacts."""
    model_id, folder = fields.required("model_id"), check_name(fields.text("artifact_directory_path"))
    model = service.models.get(model_id, allow_deleted=False)
    files = ArtifactFiles(service, Owner("model", model_id))
    return {"root_uri": model.artifact_uri} | _listed(listing(files.files(), folder, full_paths=True))


def _listed(files: list[Json]) -> dict[str, Json]:
    return {"files": files} if files else {}
