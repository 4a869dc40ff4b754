"""Files that runs of MLflow logged, where they lie on this machine."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from ridgeline.sync.mlflow.describe import artifact
from ridgeline.sync.source import SourceArtifact


def local_artifacts(uri: str) -> list[SourceArtifact]:
    """Return the files below an artifact address; none when it lies elsewhere than on this machine's disk."""
    parts = urlsplit(uri)
    if parts.scheme not in ("", "file"):
        return []
    folder = Path(unquote(parts.path) if parts.scheme else uri)
    if not folder.is_dir():
        return []
    return [
        artifact(path.relative_to(folder).as_posix(), path.as_uri(), path.stat().st_size)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]
