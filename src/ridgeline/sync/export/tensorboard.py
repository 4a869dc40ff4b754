"""Runs as TensorBoard's event files, a folder a run: scalars, histograms, images, audio, texts and hparams."""

import contextlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

from ridgeline.core.errors import StorageError
from ridgeline.core.values import Json, flatten
from ridgeline.record.objects.image_size import image_size
from ridgeline.sync.export import event_proto as proto
from ridgeline.sync.export.keys import flat_key
from ridgeline.sync.export.tfrecord import framed, framed_one
from ridgeline.sync.source import SourceObject, SourceRun

_UNFIT = re.compile(r'[/\\:*?"<>|\x00-\x1f]+')
_PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/bmp"})
_SHORT_ID = 8


class TensorBoardFolder:
    """A logdir: `<experiment>/<name>-<id>` for each run. A run that is written again replaces what was written before."""

    def __init__(self, folder: Path) -> None:
        """Write below a folder, which need not be there yet."""
        self._folder = folder

    def write(self, run: SourceRun) -> list[str]:
        """Write a run and return what of it has no place there.

        Raises:
            StorageError: The disk refuses, or an object of the run is not there any more.
        """
        folder = self._folder / _fit(run.experiment) / f"{_fit(run.name)}-{run.id[:_SHORT_ID]}"
        # The same name each time: TensorBoard would show the points of two files of a run twice.
        path = folder / f"events.out.tfevents.{int(run.created):010d}.ridgeline.{run.id}"
        left: list[str] = []
        aside = path.with_name(f".{path.name}")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with aside.open("wb") as file:
                file.writelines(_records(run, left))
            aside.replace(path)
        except OSError as error:
            if isinstance(error, StorageError):
                raise
            message = f"{str(path)!r} cannot be written ({error.strerror or error}). Free space on the disk, or give another folder."
            raise StorageError(message, "export-write-failed") from error
        finally:
            with contextlib.suppress(OSError):  # what was wrong is said already
                aside.unlink(missing_ok=True)
        return left

    def close(self) -> None:
        """Nothing is held open."""


def _fit(name: str) -> str:
    """Return a name as a folder has it."""
    return _UNFIT.sub("_", name).strip(". ") or "run"


def _records(run: SourceRun, left: list[str]) -> Iterator[bytes]:
    yield framed_one(proto.file_version(run.created))
    yield _one(run.created, 0, proto.session_start(flatten(run.params), run.created))
    if run.note:
        yield _one(run.created, 0, proto.text_value("note", run.note))
    for series in run.series:
        key = flat_key(series.name, series.context)
        for rows in proto.scalar_events(key, series.step, series.time, series.value):
            yield framed(rows)
    for found in run.objects:
        value = _value(found)
        if value is None:
            left.append(f"{found.name} at step {found.step}: a {found.kind} of the type {found.mime}")
        else:
            yield _one(found.time, found.step, value)
    if run.ended is not None:
        yield _one(run.ended, 0, proto.session_end(proto.SESSION_STATUS[run.status], run.ended))


def _one(time: float, step: int, value: bytes) -> bytes:
    return framed_one(proto.event(time, step, value))


def _value(found: SourceObject) -> bytes | None:
    """Return an object as a value of a summary; None for one that TensorBoard cannot show."""
    tag = flat_key(found.name, found.context)
    mime = found.mime.partition(";")[0]
    data = found.read()
    if mime in _PICTURES:
        width, height = image_size(data, mime) or (0, 0)
        return proto.image_value(tag, width, height, [data])
    if mime == "audio/wav":
        return proto.audio_value(tag, data, str(found.meta.get("caption", "")))
    if found.kind == "text":
        return proto.text_value(tag, data.decode(errors="replace"))
    if found.kind == "distribution":
        tree = json.loads(data)
        return proto.histogram_value(tag, tree["counts"], tree["edges"])
    if found.kind == "table":
        return proto.text_value(tag, _markdown(json.loads(data)))
    return None


def _markdown(table: dict[str, list[Json]]) -> str:
    """Return a table as Markdown, which the text tab draws as one."""
    rows = [table["columns"], ["---"] * len(table["columns"]), *table["rows"]]
    return "\n".join(
        "| " + " | ".join(_cell(value) for value in row) + " |" for row in rows if isinstance(row, list)
    )


def _cell(value: Json) -> str:
    return "" if value is None else str(value).replace("|", "\\|").replace("\n", " ")
