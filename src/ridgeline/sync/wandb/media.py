"""What W&B logs besides numbers: images, tables, audio, histograms, pages; its bytes lie in files beside the log."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path, PurePosixPath

from ridgeline.core.errors import InputError
from ridgeline.core.values import Json
from ridgeline.log.events import SeriesKind
from ridgeline.record.objects import Distribution, Table
from ridgeline.record.tracked import Encoded
from ridgeline.sync.source import SourceObject

_IMAGE_MIMES = {"jpg": "image/jpeg", "svg": "image/svg+xml"}
_AUDIO_MIMES = {"mp3": "audio/mpeg", "wav": "audio/wav", "flac": "audio/flac", "ogg": "audio/ogg"}
_PLOTLY = "application/vnd.plotly.v1+json"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was logged."""

    name: str
    step: int
    time: float
    epoch: float | None


@dataclass(slots=True)
class MediaReader:
    """Turns values of history into objects. Files that are not there, and kinds unknown, are counted in `missing`."""

    folder: Path  # the run's `files`
    missing: dict[str, str]  # file or kind → what is wrong

    def objects(self, value: Mapping[str, Json], place: Place) -> Iterator[SourceObject]:
        """Yield the objects of a value with a `_type`."""
        kind = str(value.get("_type", ""))
        caption = value.get("caption")
        meta: dict[str, Json] = {"caption": caption} if isinstance(caption, str) and caption else {}
        if kind in ("image-file", "audio-file", "plotly-file", "html-file"):
            yield from self._file(kind, value.get("path"), meta | _size(value), place)
        elif kind in ("images/separated", "images", "audio", "html"):
            yield from self._several(kind, value, place)
        elif kind == "histogram":
            yield from self._made(place, "distribution", lambda: _histogram(value))
        elif kind in ("table-file", "joined-table"):
            yield from self._table(value, place)
        else:
            self.missing[kind] = f"{place.name!r} is of the kind {kind!r}, which has no counterpart here"

    def _several(self, kind: str, value: Mapping[str, Json], place: Place) -> Iterator[SourceObject]:
        one = {"images/separated": "image-file", "images": "image-file", "audio": "audio-file"}.get(
            kind, "html-file"
        )
        captions = value.get("captions")
        for number, path in enumerate(_listed(value)):
            meta: dict[str, Json] = {"index": number}
            if isinstance(captions, list) and number < len(captions) and isinstance(captions[number], str):
                meta["caption"] = captions[number]
            yield from self._file(one, path, meta | _size(value), place)

    def _file(self, kind: str, path: Json, meta: dict[str, Json], place: Place) -> Iterator[SourceObject]:
        found = self._find(path)
        if found is None:
            return
        suffix = found.suffix.removeprefix(".").lower()
        shown: SeriesKind = "text"
        if kind == "image-file":
            shown, mime = "image", _IMAGE_MIMES.get(suffix, f"image/{suffix}")
        elif kind == "audio-file":
            shown, mime = "audio", _AUDIO_MIMES.get(suffix, f"audio/{suffix}")
        elif kind == "plotly-file":
            shown, mime = "figure", _PLOTLY
        else:
            mime = "text/html"
        yield SourceObject(place.name, {}, shown, place.step, place.time, mime, found, meta, place.epoch)

    def _find(self, path: Json) -> Path | None:
        """Return a file beside the log; None for one that is not there, or that a path leads out to."""
        if (
            not isinstance(path, str)
            or ".." in PurePosixPath(path).parts
            or PurePosixPath(path).is_absolute()
        ):
            self.missing[str(path)] = f"{path!r} is no path below {str(self.folder)!r}"
            return None
        found = self.folder / path
        if not found.is_file():
            self.missing[path] = f"{path!r} is missing in {str(self.folder)!r}"
            return None
        return found

    def _table(self, value: Mapping[str, Json], place: Place) -> Iterator[SourceObject]:
        path = self._find(value.get("path"))
        if path is not None:
            yield from self._made(place, "table", lambda: _table(path))

    def _made(self, place: Place, kind: SeriesKind, make: Callable[[], Encoded]) -> Iterator[SourceObject]:
        try:
            made = make()
        except (InputError, OSError, ValueError, TypeError, KeyError) as error:
            self.missing[f"{place.name} {place.step}"] = (
                f"{place.name!r} at step {place.step} is no {kind}: {error}"
            )
            return
        yield SourceObject(
            place.name, {}, kind, place.step, place.time, made.mime, made.data, made.meta, place.epoch
        )


def _size(value: Mapping[str, Json]) -> dict[str, Json]:
    return {key: value[key] for key in ("width", "height") if isinstance(value.get(key), int)}


def _listed(value: Mapping[str, Json]) -> list[Json]:
    """Return the paths of several files, which stand in one list or in a dict of their own each."""
    filenames = value.get("filenames")
    if isinstance(filenames, list):
        return filenames
    for key in ("audio", "html", "images"):
        inner = value.get(key)
        if isinstance(inner, list):
            return [one.get("path") if isinstance(one, dict) else None for one in inner]
    return []


def _histogram(value: Mapping[str, Json]) -> Encoded:
    counts = value.get("values")
    edges = value.get("bins")
    packed = value.get("packedBins")
    if isinstance(packed, dict):
        low, width, n = (float(str(packed[key])) for key in ("min", "size", "count"))
        edges = [low + width * i for i in range(int(n) + 1)]
    if not isinstance(counts, list) or not isinstance(edges, list):
        raise InputError("it has no values and bins", "wandb-histogram")
    numbers = [float(str(edge)) for edge in edges]
    if any(a >= b for a, b in pairwise(numbers)):
        raise InputError("its bins do not rise", "wandb-histogram")
    return Distribution(histogram=([float(str(count)) for count in counts], numbers)).encode()


def _table(path: Path) -> Encoded:
    tree = json.loads(path.read_text("utf-8"))
    return Table(tree["data"], columns=[str(name) for name in tree["columns"]]).encode()
