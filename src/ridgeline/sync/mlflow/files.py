"""MLflow's file store, the folder `mlruns`: one file a param, tag and metric."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml

from ridgeline.core.errors import InputError, NotFoundError, RidgelineError, StorageError
from ridgeline.sync.mlflow.artifacts import local_artifacts
from ridgeline.sync.mlflow.describe import History, MlflowRun, Models, history_of
from ridgeline.sync.passes import mark_of
from ridgeline.sync.source import SourceArtifact

_STATUS = {1: "RUNNING", 2: "SCHEDULED", 3: "FINISHED", 4: "FAILED", 5: "KILLED"}
_META = "meta.yaml"


@dataclass(frozen=True, slots=True)
class _Found:
    """A run: its folder and its experiment's, and what the model registry has of it."""

    folder: Path
    experiment: str
    experiment_deleted: bool
    models: Models
    logged: tuple[tuple[str, str], ...]  # names and addresses of models that MLflow 3 logs beside runs


class FileStore:
    """The runs of a folder `mlruns`, which it only reads."""

    def __init__(self, root: Path) -> None:
        """Open a folder.

        Raises:
            InputError: It is not there, or holds no experiment.
        """
        if not root.is_dir() or not any(root.glob(f"*/{_META}")):
            raise InputError(
                f"There is no MLflow file store in {str(root)!r}: no folder of an experiment with its {_META}.",
                "mlflow-not-found",
            )
        self._root = root.resolve()
        self.source = f"mlflow {self._root}"
        self._found: dict[str, _Found] = {}

    def close(self) -> None:
        """Nothing is held open."""

    def listed(self, takes: Callable[[str], bool]) -> dict[str, str]:
        """Return of each run in the experiments that `takes` takes a mark that changes when the run does."""
        models = _registered(self._root / "models")
        found = {}
        for path in self._experiments():
            experiment = _yaml(path)
            name = str(experiment.get("name", "Default"))
            if not takes(name):
                continue
            logged = _logged(path.parent / "models")
            deleted = experiment.get("lifecycle_stage") == "deleted"
            for meta in sorted(path.parent.glob(f"*/{_META}")):
                run_id = meta.parent.name
                of = models.get(run_id, Models())
                own = tuple(logged.get(run_id, ()))
                told = Models(of.versions, of.aliases, [model for model, _ in own])
                found[run_id] = _Found(meta.parent, name, deleted, told, own)
        self._found = found
        return {run_id: _mark(one) for run_id, one in found.items()}

    def run(self, run_id: str) -> MlflowRun:
        """Return a run that was listed.

        Raises:
            StorageError: Its files cannot be read.
        """
        try:
            return _read(self._of(run_id))
        except (OSError, ValueError) as error:
            if isinstance(error, RidgelineError):
                raise
            message = (
                f"The files of the run {run_id!r} cannot be read ({error}). It is tried again next time."
            )
            raise StorageError(message, "mlflow-unreadable") from error

    def artifacts(self, run_id: str) -> list[SourceArtifact]:
        """Return the files of a run, and those of the models that MLflow 3 logs beside them."""
        found = self._of(run_id)
        files = local_artifacts(
            str(_yaml(found.folder / _META).get("artifact_uri") or found.folder / "artifacts")
        )
        return files + [
            one for name, uri in found.logged for one in local_artifacts(uri, below=f"models/{name}/")
        ]

    def taken(self, run_id: str) -> None:
        """Do nothing: marks alone tell what changed."""

    def _of(self, run_id: str) -> _Found:
        found = self._found.get(run_id)
        if found is None:
            raise NotFoundError(f"There is no run {run_id!r} in {str(self._root)!r}.", "run-not-found")
        return found

    def _experiments(self) -> list[Path]:
        roots = [path for path in (self._root, self._root / ".trash") if path.is_dir()]
        return sorted(path for root in roots for path in root.glob(f"*/{_META}"))


def _mark(found: _Found) -> str:
    models = found.models
    told = (found.experiment, found.experiment_deleted, models.versions, models.aliases, found.logged)
    return mark_of(told, list(_stamps(found.folder)))


def _registered(folder: Path) -> dict[str, Models]:
    """Return what the model registry has, by run."""
    versions: dict[str, list[str]] = defaultdict(list)
    aliases: dict[str, list[str]] = defaultdict(list)
    for path in sorted(folder.glob(f"*/version-*/{_META}")):
        with suppress(StorageError):  # half written: the next pass sees it
            meta = _yaml(path)
            run_id, model, version = str(meta.get("run_id")), path.parents[1], str(meta.get("version"))
            versions[run_id].append(f"{model.name}@{version}")
            stage = meta.get("current_stage")
            aliases[run_id] += [f"{model.name}@{stage}"] if stage not in (None, "None") else []
            aliases[run_id] += [
                f"{model.name}@{alias}" for alias, of in _texts(model / "aliases").items() if of == version
            ]
    return {run_id: Models(versions[run_id], aliases[run_id]) for run_id in versions}


def _logged(folder: Path) -> dict[str, list[tuple[str, str]]]:
    """Return the models that MLflow 3 logs beside the runs of an experiment, by run."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for path in sorted(folder.glob(f"*/{_META}")):
        with suppress(StorageError):
            meta = _yaml(path)
            if meta.get("source_run_id") and meta.get("lifecycle_stage") != "deleted":
                location = str(meta.get("artifact_location") or path.parent / "artifacts")
                found[str(meta["source_run_id"])].append((str(meta.get("name")), location))
    return found


def _stamps(folder: Path) -> Iterator[tuple[str, int, int]]:
    for path in sorted(folder.rglob("*")):
        stat = path.stat()
        yield str(path), stat.st_mtime_ns, stat.st_size


def _read(found: _Found) -> MlflowRun:
    folder = found.folder
    meta = _yaml(folder / _META)
    status = meta.get("status")
    start, end = meta.get("start_time"), meta.get("end_time")
    return MlflowRun(
        run_id=folder.name,
        name=str(meta.get("run_name") or ""),
        experiment=found.experiment,
        status=_STATUS.get(status, "RUNNING") if isinstance(status, int) else str(status),
        start_ms=start if isinstance(start, int) else 0,
        end_ms=end if isinstance(end, int) else None,
        user=str(meta.get("user_id") or ""),
        deleted=meta.get("lifecycle_stage") == "deleted" or found.experiment_deleted,
        tags=_texts(folder / "tags"),
        params=_texts(folder / "params"),
        inputs=list(_inputs(folder)),
        histories=[_history(key, path) for key, path in _files(folder / "metrics")],
        models=found.models,
    )


def _inputs(folder: Path) -> Iterator[dict[str, str]]:
    for path in sorted(folder.glob(f"inputs/*/{_META}")):
        meta = _yaml(path)
        data = folder.parent / "datasets" / str(meta.get("source_id")) / _META
        if meta.get("source_type") == "DATASET" and data.is_file():
            told = _yaml(data)
            yield {"name": str(told.get("name")), "digest": str(told.get("digest"))}


def _yaml(path: Path) -> dict[str, object]:
    try:
        found = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        message = f"{str(path)!r} cannot be read ({error}). A run whose {_META} is half written can be taken over later."
        raise StorageError(message, "mlflow-unreadable") from error
    return found if isinstance(found, dict) else {}


def _files(folder: Path) -> list[tuple[str, Path]]:
    """Return files with their keys, which may hold slashes and then lie in folders."""
    return [
        (path.relative_to(folder).as_posix(), path) for path in sorted(folder.rglob("*")) if path.is_file()
    ]


def _texts(folder: Path) -> dict[str, str]:
    return {key: path.read_text("utf-8", errors="replace") for key, path in _files(folder)}


def _history(key: str, path: Path) -> History:
    """Read lines of `timestamp value step`; a last line that is half written is left for later."""
    text = path.read_text("utf-8", errors="replace")
    whole = text if text.endswith("\n") else text[: text.rfind("\n") + 1]
    rows = [line.split(" ") for line in whole.splitlines() if line]
    rows = [row if len(row) >= 3 else [*row, "0"] for row in rows if len(row) >= 2]
    return history_of(
        key,
        [int(row[2]) for row in rows],
        [int(float(row[0])) for row in rows],
        np.array([float(row[1]) for row in rows], float),
    )
