"""The attributes of a Neptune run, as a run of ours."""

import mimetypes
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ridgeline.core.errors import InputError
from ridgeline.core.values import Json
from ridgeline.log.console import Stream
from ridgeline.log.events import SeriesKind
from ridgeline.record.objects import Distribution
from ridgeline.sync.context_patterns import ContextPatterns
from ridgeline.sync.naming import nest
from ridgeline.sync.source import SourceArtifact, SourceLine, SourceObject, SourceRun, SourceSeries

_VALUES = {
    "float": "float_value", "int": "int_value", "string": "string_value", "bool": "bool_value",
    "datetime": "datetime_value", "string_set": "string_set_value",
}  # fmt: skip
_OWN = "sys/"
_MONITORING = re.compile(r"monitoring/(?:([0-9a-f]{6,})/)?(.+)")
_STREAM = re.compile(r"monitoring/(?:[^/]+/)?(stdout|stderr)")
_SHOWN: dict[str, SeriesKind] = {"image": "image", "audio": "audio", "text": "text"}


def describe(
    run_id: str,
    key: tuple[str, str],
    table: pa.Table,
    files: Path,
    source: str,
    patterns: ContextPatterns,
) -> tuple[SourceRun, list[str]]:
    """Return a run, and what is wrong with some of it. An export does not say that a run goes on: each has ended."""
    project, neptune_id = key
    values = dict(_values(table))
    own = {path.removeprefix(_OWN): value for path, value in values.items() if path.startswith(_OWN)}
    problems: list[str] = []
    series = tuple(_series(table, patterns))
    times = [float(column.time.max()) for column in series if len(column.time)]
    created = _seconds(own.get("creation_time")) or min(
        (float(one.time.min()) for one in series), default=0.0
    )
    ended = max([created, *times, *filter(None, [_seconds(own.get("modification_time"))])])
    tags = [*_texts(own.get("tags")), *_texts(own.get("group_tags"))]
    run = SourceRun(
        id=run_id,
        source=source,
        name=str(own.get("name") or own.get("custom_run_id") or neptune_id),
        experiment=project or "neptune",
        created=created,
        ended=ended,
        status="failed" if own.get("failed") is True else "finished",
        user=str(own.get("owner") or ""),
        note=str(own.get("description") or ""),
        archived=own.get("trashed") is True,
        tags=tuple(dict.fromkeys(tags)),
        params=_params(values, neptune_id),
        env={"host": {"name": str(own["hostname"])}} if own.get("hostname") else {},
        artifacts=tuple(_artifacts(table, files, problems)),
        series=series,
        objects=(*_texts_and_histograms(table, problems), *_file_series(table, files, problems)),
        console=tuple(_console(table)),
    )
    return run, problems


def _of_type(table: pa.Table, kind: str) -> pa.Table:
    return table.filter(pc.field("attribute_type") == kind)


def _values(table: pa.Table) -> Iterator[tuple[str, object]]:
    for kind, column in _VALUES.items():
        if column in table.column_names:
            part = _of_type(table, kind)
            yield from zip(part["attribute_path"].to_pylist(), part[column].to_pylist(), strict=True)


def _params(values: dict[str, object], neptune_id: str) -> dict[str, Json]:
    pairs = [(path, _plain(value)) for path, value in values.items() if not path.startswith(_OWN)]
    tree = nest(pairs, "/")
    own: dict[str, Json] = {"id": neptune_id}
    for name in ("id", "custom_run_id", "group", "parent"):
        value = values.get(f"{_OWN}{name}")
        if isinstance(value, str) and value and value != neptune_id:
            own[name if name != "id" else "short_id"] = value
    tree.setdefault("neptune", own)
    return tree


def _plain(value: object) -> Json:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list):
        return [*sorted(str(one) for one in value)]
    return value if value is None or isinstance(value, bool | int | float) else str(value)


def _texts(value: object) -> list[str]:
    return sorted(str(one) for one in value) if isinstance(value, list) else []


def _seconds(value: object) -> float | None:
    return value.timestamp() if isinstance(value, datetime) else None


def _series(table: pa.Table, patterns: ContextPatterns) -> Iterator[SourceSeries]:
    """Yield the series of numbers. Steps with decimals are rounded down, and stand in full as epochs."""
    part = _of_type(table, "float_series")
    for path in map(str, pc.unique(part["attribute_path"]).to_pylist()):
        rows = part.filter(pc.field("attribute_path") == path)
        exact = np.nan_to_num(_floats(rows["step"]))
        step = np.floor(exact).astype(np.int64)
        name, context = _named(path, patterns)
        epoch = None if bool((exact == step).all()) else exact
        yield SourceSeries(name, context, step, _times(rows), _floats(rows["float_value"]), epoch)


def _named(path: str, patterns: ContextPatterns) -> tuple[str, dict[str, Json]]:
    """Return name and context; what was measured of the machine is called as what we measure."""
    if found := _MONITORING.fullmatch(path):
        return f"system.{found[2].replace('/', '.')}", {"process": found[1]} if found[1] else {}
    return patterns.split(path)


def _floats(column: "pa.ChunkedArray[Any]") -> NDArray[np.float64]:
    return np.asarray(pc.cast(column, pa.float64()).to_numpy(zero_copy_only=False), np.float64)


def _times(rows: pa.Table) -> NDArray[np.float64]:
    times: NDArray[np.float64] = np.nan_to_num(_floats(pc.cast(rows["timestamp"], pa.int64()))) / 1000
    return times


def _rows(table: pa.Table, kind: str) -> Iterator[dict[str, Any]]:
    for row in _of_type(table, kind).to_pylist():
        row["at"] = int(row["step"] or 0)
        row["time"] = _seconds(row["timestamp"]) or 0.0
        yield row


def _texts_and_histograms(table: pa.Table, problems: list[str]) -> Iterator[SourceObject]:
    for row in _rows(table, "string_series"):
        if not _STREAM.fullmatch(row["attribute_path"]):
            data = str(row["string_value"]).encode(errors="replace")
            yield SourceObject(
                row["attribute_path"], {}, "text", row["at"], row["time"], "text/plain; charset=utf-8", data
            )
    for row in _rows(table, "histogram_series"):
        tree = row["histogram_value"] or {}
        try:
            made = Distribution(histogram=(tree.get("values") or [], tree.get("edges") or [])).encode()
        except InputError as error:
            problems.append(f"{row['attribute_path']!r} at step {row['at']}: {error.message}")
            continue
        yield SourceObject(
            row["attribute_path"], {}, "distribution", row["at"], row["time"], made.mime, made.data, made.meta
        )


def _file_series(table: pa.Table, files: Path, problems: list[str]) -> Iterator[SourceObject]:
    for row in _rows(table, "file_series"):
        path = _file(row, files, problems)
        mime = mimetypes.guess_type(path.name)[0] or "" if path else ""
        kind = _SHOWN.get(mime.partition("/")[0])
        if path is not None and kind is not None:
            yield SourceObject(row["attribute_path"], {}, kind, row["at"], row["time"], mime, path)


def _artifacts(table: pa.Table, files: Path, problems: list[str]) -> Iterator[SourceArtifact]:
    for kind in ("file", "file_series"):
        for row in _rows(table, kind):
            path = _file(row, files, problems if kind == "file" else [])
            if path is not None and path.is_file():
                name = row["attribute_path"] + (
                    f"/step-{row['at']}{path.suffix}" if kind == "file_series" else ""
                )
                mime = mimetypes.guess_type(path.name)[0]
                yield SourceArtifact(name, path.absolute().as_uri(), path.stat().st_size, mime)


def _file(row: dict[str, Any], files: Path, problems: list[str]) -> Path | None:
    """Return a downloaded file; None for one that is not there, or that a path leads out to."""
    relative = str((row["file_value"] or {}).get("path") or "")
    path = files / relative
    if not relative or not path.resolve().is_relative_to(files.resolve()) or not path.exists():
        problems.append(f"The file {relative!r} of {row['attribute_path']!r} is missing in {str(files)!r}")
        return None
    return path


def _console(table: pa.Table) -> list[SourceLine]:
    """Return what was printed, in the order of time."""
    lines: list[tuple[float, int, SourceLine]] = []
    for row in _rows(table, "string_series"):
        if stream := _STREAM.fullmatch(row["attribute_path"]):
            text = str(row["string_value"]).rstrip("\n")
            name: Stream = "stderr" if stream[1] == "stderr" else "stdout"
            lines += [
                (row["time"], row["at"], SourceLine(row["time"], name, line)) for line in text.split("\n")
            ]
    return [line for *_, line in sorted(lines, key=lambda found: found[:2])]
