"""A folder that `ridgeline export --to parquet` wrote: runs come back with all that they had."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ridgeline.core.errors import InputError, StorageError
from ridgeline.core.values import Json, decode_floats
from ridgeline.sync.export.parquet import SCHEMAS
from ridgeline.sync.passes import mark_of
from ridgeline.sync.source import SourceArtifact, SourceLine, SourceObject, SourceRun, SourceSeries
from ridgeline.sync.tables.rows import read_json


class ExportedFolder:
    """The four files of an export. They are read run by run, so that large ones need no memory."""

    def __init__(self, folder: Path) -> None:
        """Look at a folder.

        Raises:
            InputError: It is no export, or of another version.
        """
        self._folder = folder
        for name, schema in SCHEMAS.items():
            path = folder / f"{name}.parquet"
            if not path.is_file():
                message = f"{str(folder)!r} is no export of Ridgeline: {path.name} is missing. Give a .csv or .parquet file for other tables."
                raise InputError(message, "export-not-found")
            written = (_schema(path).metadata or {}).get(b"ridgeline")
            if written != (schema.metadata or {})[b"ridgeline"]:
                message = (
                    f"{str(path)!r} is of a version that cannot be read ({written!r}). Update ridgeline."
                )
                raise StorageError(message, "export-version")
        self._runs: dict[str, dict[str, Json]] = {}
        self._mark = ""

    def listed(self) -> dict[str, str]:
        """Return the runs with a mark of the files.

        Raises:
            StorageError: They cannot be read.
        """
        stats = [(self._folder / f"{name}.parquet").stat() for name in SCHEMAS]
        self._mark = mark_of(*((stat.st_mtime_ns, stat.st_size) for stat in stats))
        self._runs = {row["id"]: row for row in _read(self._folder / "runs.parquet").to_pylist()}
        return dict.fromkeys(self._runs, self._mark)

    def read(self, run_id: str) -> Iterator[SourceRun]:
        """Return a run.

        Raises:
            StorageError: The files cannot be read.
        """
        row = self._runs[run_id]
        artifacts = decode_floats(json.loads(str(row["artifacts"])))
        yield SourceRun(
            id=run_id,
            source=f"ridgeline {self._folder}",
            name=str(row["name"]),
            experiment=str(row["experiment"]),
            created=_number(row["created"]) or 0.0,
            ended=_number(row["ended"]),
            status=str(row["status"]),  # type: ignore[arg-type]
            user=str(row["user"] or ""),
            note=str(row["note"] or ""),
            archived=bool(row["archived"]),
            error=None if row["error"] is None else str(row["error"]),
            tags=tuple(str(tag) for tag in row["tags"]) if isinstance(row["tags"], list) else (),
            params=read_json(row["params"], "params"),
            env=read_json(row["env"], "env"),
            artifacts=tuple(map(_artifact, artifacts if isinstance(artifacts, list) else ())),
            series=tuple(self._series(run_id)),
            objects=tuple(map(_object, self._part("objects", run_id).to_pylist())),
            console=tuple(
                SourceLine(line["time"], line["stream"], line["text"])
                for line in self._part("console", run_id).to_pylist()
            ),
            mark=self._mark,
        )

    def taken(self, run_id: str) -> None:
        """Nothing has to be remembered."""

    def close(self) -> None:
        """Nothing is held open."""

    def _part(self, name: str, run_id: str) -> pa.Table:
        return _read(self._folder / f"{name}.parquet", pc.field("run") == run_id)

    def _series(self, run_id: str) -> Iterator[SourceSeries]:
        table = self._part("points", run_id)
        groups = (
            table.select(["name", "context"]).group_by(["name", "context"], use_threads=False).aggregate([])
        )
        for key in groups.to_pylist():
            chosen = pc.and_(pc.equal(table["name"], key["name"]), pc.equal(table["context"], key["context"]))
            part = table.filter(chosen)
            step, time, value, epoch = (
                part[column].to_numpy() for column in ("step", "time", "value", "epoch")
            )
            yield SourceSeries(
                key["name"],
                read_json(key["context"], "context"),
                np.asarray(step, np.int64),
                time,
                value,
                None if part["epoch"].null_count == len(part) else np.asarray(epoch, float),
            )


def _read(path: Path, filters: pc.Expression | None = None) -> pa.Table:
    try:
        return pq.read_table(path, filters=filters)
    except (pa.ArrowException, OSError) as error:
        message = f"{str(path)!r} cannot be read ({str(error).splitlines()[0]}). Is it whole?"
        raise StorageError(message, "table-unreadable") from error


def _schema(path: Path) -> pa.Schema:
    try:
        return pq.read_schema(path)
    except (pa.ArrowException, OSError) as error:
        message = f"{str(path)!r} cannot be read ({str(error).splitlines()[0]}). Is it whole?"
        raise StorageError(message, "table-unreadable") from error


def _number(value: Json) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _artifact(tree: Json) -> SourceArtifact:
    found = tree if isinstance(tree, dict) else {}
    size, mime = found.get("size_bytes"), found.get("mime")
    return SourceArtifact(
        str(found.get("name")),
        str(found.get("uri")),
        size if isinstance(size, int) else None,
        mime if isinstance(mime, str) else None,
    )


def _object(row: dict[str, Any]) -> SourceObject:
    return SourceObject(
        str(row["name"]),
        read_json(row["context"], "context"),
        row["kind"],
        row["step"],
        _number(row["time"]) or 0.0,
        str(row["mime"]),
        row["data"],
        read_json(row["meta"], "meta"),
        _number(row["epoch"]),
    )
