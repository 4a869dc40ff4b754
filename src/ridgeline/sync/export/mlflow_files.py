"""Runs as a folder `mlruns`, MLflow's file store, written without MLflow."""

import hashlib
import shutil
from pathlib import Path

import yaml

from ridgeline.core.errors import InputError, StorageError
from ridgeline.core.values import Json
from ridgeline.sync.export.mlflow_words import MlflowWords, files_of, in_words
from ridgeline.sync.source import SourceRun

_STATUS = {"RUNNING": 1, "FINISHED": 3, "FAILED": 4, "KILLED": 5}
_META = "meta.yaml"
_ID_DIGITS = 18


class MlflowFolder:
    """A folder that MLflow reads as `file:///…/mlruns`. A run that is written again replaces what was written before."""

    def __init__(self, folder: Path) -> None:
        """Write into a folder, which need not be there yet.

        Raises:
            InputError: There is a file.
        """
        if folder.exists() and not folder.is_dir():
            message = f"{str(folder)!r} is a file; runs are written into a folder such as mlruns. Into a database they come through its server: `mlflow server --backend-store-uri sqlite:///…`, then give http://127.0.0.1:5000."
            raise InputError(message, "export-target")
        self._folder = folder.absolute()
        self._experiments: dict[str, Path] = {}

    def write(self, run: SourceRun) -> list[str]:
        """Write a run and return what of it has no place there.

        Raises:
            StorageError: The disk refuses, or an object of the run is not there any more.
        """
        words = in_words(run)
        try:
            experiment = self._experiment(words)
            folder = experiment / hashlib.sha256(run.id.encode()).hexdigest()[:32]
            aside = experiment / f".{folder.name}"
            shutil.rmtree(aside, ignore_errors=True)
            _write_run(aside, folder, experiment.name, words)
            for name, content in files_of(run):
                _copy(content, aside / "artifacts" / name)
            shutil.rmtree(folder, ignore_errors=True)
            aside.replace(folder)
        except OSError as error:
            if isinstance(error, StorageError):
                raise
            message = f"The run {run.name!r} cannot be written to {str(self._folder)!r} ({error.strerror or error}). Free space on the disk, or give another folder."
            raise StorageError(message, "export-write-failed") from error
        return []

    def close(self) -> None:
        """Nothing is held open."""

    def _experiment(self, words: MlflowWords) -> Path:
        """Return the folder of an experiment, which is made where there is none of its name."""
        if not self._experiments:
            for path in sorted(self._folder.glob(f"*/{_META}")):
                meta = yaml.safe_load(path.read_text("utf-8"))
                if isinstance(meta, dict):
                    self._experiments[str(meta.get("name"))] = path.parent
        known = self._experiments.get(words.experiment)
        if known is not None:
            return known
        number = int(hashlib.sha256(words.experiment.encode()).hexdigest(), 16) % 10**_ID_DIGITS
        folder = self._folder / f"{number:0{_ID_DIGITS}d}"
        folder.mkdir(parents=True, exist_ok=True)
        _yaml(
            folder / _META,
            {
                "artifact_location": folder.as_uri(), "creation_time": words.start_ms, "experiment_id": folder.name,
                "last_update_time": words.start_ms, "lifecycle_stage": "active", "name": words.experiment,
            },
        )  # fmt: skip
        self._experiments[words.experiment] = folder
        return folder


def _write_run(aside: Path, folder: Path, experiment_id: str, words: MlflowWords) -> None:
    aside.mkdir(parents=True)
    for name in ("metrics", "params", "tags", "artifacts"):
        (aside / name).mkdir()
    _yaml(
        aside / _META,
        {
            "artifact_uri": f"{folder.as_uri()}/artifacts", "end_time": words.end_ms, "entry_point_name": "",
            "experiment_id": experiment_id, "lifecycle_stage": "active", "run_id": folder.name,
            "run_name": words.name, "run_uuid": folder.name, "source_name": "", "source_type": 4,
            "source_version": "", "start_time": words.start_ms, "status": _STATUS[words.status], "tags": [],
            "user_id": words.user,
        },
    )  # fmt: skip
    for kind, texts in (("params", words.params), ("tags", words.tags)):
        for key, value in texts.items():
            _text(aside / kind / key, value)
    for history in words.histories:
        rows = zip(history.time_ms.tolist(), history.value.tolist(), history.step.tolist(), strict=True)
        _text(
            aside / "metrics" / history.key, "".join(f"{ms} {value!r} {step}\n" for ms, value, step in rows)
        )


def _yaml(path: Path, tree: dict[str, Json]) -> None:
    path.write_text(yaml.safe_dump(tree, allow_unicode=True), "utf-8")


def _text(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8", errors="replace")


def _copy(content: Path | bytes, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        shutil.copyfile(content, path)
