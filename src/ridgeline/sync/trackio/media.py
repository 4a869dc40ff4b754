"""What Trackio logs besides numbers; its bytes lie in files below `media`."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from ridgeline.core.errors import InputError
from ridgeline.core.values import Json
from ridgeline.log.events import SeriesKind
from ridgeline.record.objects import Distribution, Table
from ridgeline.record.tracked import Encoded
from ridgeline.sync.source import SourceObject

_MIMES = {
    "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp",
    "wav": "audio/wav", "mp3": "audio/mpeg", "flac": "audio/flac", "ogg": "audio/ogg", "html": "text/html",
}  # fmt: skip
_OF_FILES: Mapping[str, SeriesKind] = {
    "trackio.image": "image",
    "trackio.audio": "audio",
    "trackio.html": "text",
}


def read_media(value: Mapping[str, Json], media: Path, name: str, step: int, time: float) -> SourceObject:
    """Return a value with a `_type` as an object.

    Raises:
        InputError: Its file is not there, or there is no such kind here.
    """
    kind, caption = str(value.get("_type")), value.get("caption")
    meta: dict[str, Json] = {"caption": caption} if isinstance(caption, str) and caption else {}
    if kind in _OF_FILES:
        path = _file(value.get("file_path"), media)
        mime = _MIMES.get(path.suffix[1:].lower(), "application/octet-stream")
        return SourceObject(name, {}, _OF_FILES[kind], step, time, mime, path, meta)
    shown, encoded = _content(kind, value)
    return SourceObject(name, {}, shown, step, time, encoded.mime, encoded.data, {**meta, **encoded.meta})


def _file(path: Json, media: Path) -> Path:
    if not isinstance(path, str) or ".." in PurePosixPath(path).parts or PurePosixPath(path).is_absolute():
        raise InputError(f"{path!r} is no path below {str(media)!r}", "trackio-media")
    if not (media / path).is_file():
        raise InputError(f"{path!r} is missing in {str(media)!r}", "trackio-media")
    return media / path


def _content(kind: str, value: Mapping[str, Json]) -> tuple[SeriesKind, Encoded]:
    held = value.get("_value")
    if kind == "trackio.table" and isinstance(held, list):
        return "table", Table(held).encode()
    if kind == "trackio.markdown" and isinstance(held, str):
        return "text", Encoded("text/markdown", held.encode(errors="replace"), {})
    counts, edges = value.get("values"), value.get("bins")
    if kind == "trackio.histogram" and isinstance(counts, list) and isinstance(edges, list):
        histogram = ([float(str(one)) for one in counts], [float(str(one)) for one in edges])
        return "distribution", Distribution(histogram=histogram).encode()
    raise InputError(f"the kind {kind!r} has no counterpart here", "trackio-media")
