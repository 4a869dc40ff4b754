"""Addresses of artifacts: which run or model they lead to, and under what name a file lies there."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PureWindowsPath
from urllib.parse import unquote

from ridgeline.core.values import Json
from ridgeline.log.run_state import Artifact
from ridgeline.server.mlflow.errors import MlflowError

_FOLDER = "artifacts"
_MODELS = "models"
_MODEL_FILE = re.compile(r"models/m-[0-9a-f]{32}/.+", re.DOTALL)
_MAX_NAME_CHARS = 4000
_MAX_DECODINGS = 10


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose files an address leads to."""

    kind: str  # run or model
    id: str


def check_name(path: str) -> str:
    """Return the path of a file within a run's artifacts, unchanged.

    Raises:
        MlflowError: It leads out of them, however often it is percent-encoded, or is no path of a file.
    """
    decoded = path
    for _ in range(_MAX_DECODINGS):
        parts = decoded.split("/")
        if (
            len(path) > _MAX_NAME_CHARS
            or any(part in ("..", ".") for part in parts)
            or any(ord(char) < 32 or char in "\\#\x7f" for char in decoded)
            or decoded.startswith("/")
            or PureWindowsPath(decoded).is_absolute()
            or decoded.lower().startswith("file:")
        ):
            raise MlflowError("Invalid path")
        further = unquote(decoded)
        if further == decoded:
            return path
        decoded = further
    raise MlflowError("Invalid path")


def owners(path: str) -> Iterator[tuple[Owner, str]]:
    """Yield whose file an address may mean, `<experiment>/<run id>/artifacts/<name>` or `…/models/<model id>/artifacts/<name>`.

    Raises:
        MlflowError: The address cannot be.
    """
    parts = check_name(path.strip("/")).split("/")
    for at, part in enumerate(parts):
        if part == _FOLDER and at:
            name = "/".join(one for one in parts[at + 1 :] if one)
            if at >= 2 and parts[at - 2] == _MODELS:
                yield Owner("model", parts[at - 1]), name
            else:
                yield Owner("run", parts[at - 1]), name


def model_file(model_id: str, name: str = "") -> str:
    """Return under what name a file of a logged model lies with the run that made it."""
    return f"{_MODELS}/{model_id}/{name}"


def is_model_file(name: str) -> bool:
    """Say whether a file of a run is one of a logged model."""
    return _MODEL_FILE.fullmatch(name) is not None


def listing(files: Mapping[str, Artifact], folder: str, *, full_paths: bool) -> list[Json]:
    """Return what lies in a folder as MLflow writes it, sorted; nothing for a file."""
    prefix = f"{folder.strip('/')}/" if folder.strip("/") else ""
    found: dict[str, Json] = {}
    for name, file in sorted(files.items()):
        if not name.startswith(prefix):
            continue
        first, deeper, _ = name.removeprefix(prefix).partition("/")
        path = prefix + first if full_paths else first
        if deeper:
            found[first] = {"path": path, "is_dir": True}
        else:
            found.setdefault(first, {"path": path, "is_dir": False, "file_size": file.size_bytes or 0})
    return [found[first] for first in sorted(found)]


def below(names: Iterable[str], path: str) -> list[str]:
    """Return the file of a name, or all files of a folder."""
    return [name for name in names if name == path or not path or name.startswith(f"{path}/")]
