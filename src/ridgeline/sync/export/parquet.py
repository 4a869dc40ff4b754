"""Runs as four Parquet files in a folder: all that the repository holds of them, but copies of artifacts.

    runs.parquet      id, name, experiment, status, created, ended, user, note, archived, error, tags, params, env, artifacts
    points.parquet    run, name, context, step, epoch, time, value
    objects.parquet   run, name, context, kind, step, epoch, time, mime, meta, data
    console.parquet   run, time, stream, text

Times are seconds since 1970; `context`, `params`, `env`, `artifacts` and `meta` are JSON, NaN in it as {"$float": "nan"}.
`ridgeline sync csv FOLDER` reads them back.
"""

import json
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ridgeline.core.errors import StorageError
from ridgeline.core.values import Json, encode_floats
from ridgeline.sync.source import SourceObject, SourceRun, context_key

_TEXT, _NUMBER, _WHOLE = pa.string(), pa.float64(), pa.int64()


def _schema(name: str, columns: dict[str, pa.DataType]) -> pa.Schema:
    return pa.schema(columns, metadata={"ridgeline": f"{name} 1"})


SCHEMAS = {
    "runs": _schema(
        "runs",
        {
            "id": _TEXT, "name": _TEXT, "experiment": _TEXT, "status": _TEXT, "created": _NUMBER, "ended": _NUMBER,
            "user": _TEXT, "note": _TEXT, "archived": pa.bool_(), "error": _TEXT, "tags": pa.list_(_TEXT),
            "params": _TEXT, "env": _TEXT, "artifacts": _TEXT,
        },
    ),
    "points": _schema(
        "points",
        {
            "run": _TEXT, "name": _TEXT, "context": _TEXT, "step": _WHOLE, "epoch": _NUMBER, "time": _NUMBER,
            "value": _NUMBER,
        },
    ),
    "objects": _schema(
        "objects",
        {
            "run": _TEXT, "name": _TEXT, "context": _TEXT, "kind": _TEXT, "step": _WHOLE, "epoch": _NUMBER,
            "time": _NUMBER, "mime": _TEXT, "meta": _TEXT, "data": pa.binary(),
        },
    ),
    "console": _schema("console", {"run": _TEXT, "time": _NUMBER, "stream": _TEXT, "text": _TEXT}),
}  # fmt: skip


class ParquetFolder:
    """Four files that are written run by run under other names and take their own when all is there."""

    def __init__(self, folder: Path) -> None:
        """Begin the files.

        Raises:
            StorageError: The folder cannot be written to.
        """
        self._folder = folder
        self._open = ExitStack()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._writers = {name: self._writer(name, schema) for name, schema in SCHEMAS.items()}
        except OSError as error:
            raise self._failure(error) from error

    def write(self, run: SourceRun) -> list[str]:
        """Write a run; all of it has a place.

        Raises:
            StorageError: The disk refuses, or an object of the run is not there any more.
        """
        try:
            for table in _points(run):
                self._writers["points"].write_table(table)
            for one in run.objects:
                self._write("objects", [{"run": run.id, **_object_row(one, one.read())}])
            lines = [
                {"run": run.id, "time": line.time, "stream": line.stream, "text": line.text}
                for line in run.console
            ]
            self._write("console", lines)
            self._write("runs", [_run_row(run)])  # last: what fails before is no run
        except StorageError:
            raise
        except OSError as error:
            raise self._failure(error) from error
        return []

    def close(self) -> None:
        """Give the files their names.

        Raises:
            StorageError: The disk refuses.
        """
        try:
            self._open.close()
            for name in SCHEMAS:
                self._aside(name).replace(self._folder / f"{name}.parquet")
        except OSError as error:
            raise self._failure(error) from error

    def _aside(self, name: str) -> Path:
        return self._folder / f".{name}.parquet"

    def _writer(self, name: str, schema: pa.Schema) -> pq.ParquetWriter:
        return self._open.enter_context(pq.ParquetWriter(self._aside(name), schema))

    def _write(self, name: str, rows: list[dict[str, object]]) -> None:
        if rows:
            self._writers[name].write_table(pa.Table.from_pylist(rows, SCHEMAS[name]))

    def _failure(self, error: OSError) -> StorageError:
        message = f"{str(self._folder)!r} cannot be written ({error.strerror or error}). Free space on the disk, or give another folder."
        return StorageError(message, "export-write-failed")


def _run_row(run: SourceRun) -> dict[str, object]:
    artifacts: list[Json] = [
        {"name": one.name, "uri": one.uri, "size_bytes": one.size_bytes, "mime": one.mime}
        for one in run.artifacts
    ]
    return {
        "id": run.id, "name": run.name, "experiment": run.experiment, "status": run.status,
        "created": run.created, "ended": run.ended, "user": run.user, "note": run.note, "archived": run.archived,
        "error": run.error, "tags": list(run.tags), "params": _json(run.params), "env": _json(run.env),
        "artifacts": _json(artifacts),
    }  # fmt: skip


def _points(run: SourceRun) -> list[pa.Table]:
    tables = []
    for series in run.series:
        n = len(series.step)
        epoch = np.full(n, np.nan) if series.epoch is None else series.epoch
        columns = [
            pa.repeat(run.id, n),
            pa.repeat(series.name, n),
            pa.repeat(context_key(series.context), n),
            pa.array(series.step),
            pa.array(epoch, mask=np.isnan(epoch)),
            pa.array(series.time),
            pa.array(series.value),
        ]
        tables.append(pa.Table.from_arrays(columns, schema=SCHEMAS["points"]))
    # One write a run: each makes a row group, and small ones make large files.
    return [pa.concat_tables(tables)] if tables else []


def _object_row(one: SourceObject, data: bytes) -> dict[str, object]:
    return {
        "name": one.name, "context": context_key(one.context), "kind": one.kind, "step": one.step,
        "epoch": one.epoch, "time": one.time, "mime": one.mime, "meta": _json(one.meta), "data": data,
    }  # fmt: skip


def _json(value: Json) -> str:
    return json.dumps(encode_floats(value), ensure_ascii=False)
