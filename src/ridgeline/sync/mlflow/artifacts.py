"""Files that runs of MLflow logged, where they lie on this machine."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ridgeline.blobs.store import BlobStore
from ridgeline.core.errors import StorageError
from ridgeline.sync.mlflow.describe import artifact
from ridgeline.sync.source import SourceArtifact


def local_artifacts(uri: str, below: str = "") -> list[SourceArtifact]:
    """Return the files below an artifact address, named below `below`; none when it lies elsewhere than on this machine's disk.

    Raises:
        StorageError: A folder or file may not be looked at.
    """
    parts = urlsplit(uri)
    if parts.scheme not in ("", "file"):
        return []
    folder = Path(unquote(parts.path) if parts.scheme else uri)
    try:
        if not folder.is_absolute() or not folder.is_dir():
            return []
        files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
        return [
            artifact(
                below + path.relative_to(folder).as_posix(), path.as_uri(), path.stat().st_size, _copy(path)
            )
            for path in files
        ]
    except OSError as error:
        message = f"The artifacts in {str(folder)!r} cannot be listed ({error.strerror or error}). All else of the run comes over."
        raise StorageError(message, "mlflow-artifacts") from error


def _copy(path: Path) -> Callable[[BlobStore], str]:
    return lambda blobs: blobs.put_file(path)
