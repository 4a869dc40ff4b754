"""MLflow's file store: `mlruns/<experiment>/<run>/{meta.yaml, params, metrics, tags, artifacts}`."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import yaml

from ridgeline.core.errors import InputError, StorageError
from ridgeline.sync.mlflow.artifacts import local_artifacts
from ridgeline.sync.mlflow.describe import History, MlflowRun

_STATUS = {1: "RUNNING", 2: "SCHEDULED", 3: "FINISHED", 4: "FAILED", 5: "KILLED"}
_META = "meta.yaml"


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
        self.source = f"mlflow {root}"
        self._root = root

    def close(self) -> None:
        """Nothing is held open."""

    def run_marks(self) -> dict[str, int]:
        """Return of each run a number that changes when the run does."""
        return {folder.name: hash(tuple(_stamps(folder))) for _, folder in self._folders()}

    def runs(self, wanted: Sequence[str]) -> Iterator[MlflowRun]:
        """Return runs by their ids.

        Raises:
            StorageError: The files of a run cannot be read.
        """
        chosen = set(wanted)
        for experiment, folder in self._folders():
            if folder.name in chosen:
                yield _read(folder, experiment)

    def _folders(self) -> Iterator[tuple[dict[str, object], Path]]:
        roots = [path for path in (self._root, self._root / ".trash") if path.is_dir()]
        for meta in sorted(path for root in roots for path in root.glob(f"*/{_META}")):
            experiment = _yaml(meta)
            for run in sorted(meta.parent.glob(f"*/{_META}")):
                yield experiment, run.parent


def _stamps(folder: Path) -> Iterator[tuple[str, int, int]]:
    for path in sorted(folder.rglob("*")):
        stat = path.stat()
        yield str(path), stat.st_mtime_ns, stat.st_size


def _read(folder: Path, experiment: dict[str, object]) -> MlflowRun:
    meta = _yaml(folder / _META)
    status = meta.get("status")
    start, end = meta.get("start_time"), meta.get("end_time")
    return MlflowRun(
        run_id=folder.name,
        name=str(meta.get("run_name") or ""),
        experiment=str(experiment.get("name", "Default")),
        status=_STATUS.get(status, "RUNNING") if isinstance(status, int) else str(status),
        start_ms=start if isinstance(start, int) else 0,
        end_ms=end if isinstance(end, int) else None,
        user=str(meta.get("user_id") or ""),
        deleted=meta.get("lifecycle_stage") == "deleted" or experiment.get("lifecycle_stage") == "deleted",
        tags=_texts(folder / "tags"),
        params=_texts(folder / "params"),
        inputs=[],
        artifacts=local_artifacts(str(meta.get("artifact_uri") or folder / "artifacts")),
        histories=[_history(key, path) for key, path in _files(folder / "metrics")],
    )


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
    return History(
        key,
        np.array([int(row[2]) for row in rows], np.int64),
        np.array([int(float(row[0])) for row in rows], np.int64),
        np.array([float(row[1]) for row in rows], float),
    )
