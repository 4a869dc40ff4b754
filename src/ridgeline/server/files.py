"""Tables as files for other programs."""

import io
from typing import Any, Literal, TypeAlias

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from fastapi import Response

FileFormat: TypeAlias = Literal["csv", "parquet"]
MEDIA_TYPES: dict[FileFormat, str] = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}
# For the OpenAPI document: what such an endpoint answers.
FILES: dict[int | str, dict[str, Any]] = {200: {"content": {kind: {} for kind in MEDIA_TYPES.values()}}}


def file_bytes(table: pa.Table, kind: FileFormat) -> bytes:
    """Return a table as a file."""
    sink = io.BytesIO()
    if kind == "parquet":
        pa.parquet.write_table(table, sink)
    else:
        plain = [_flat(array) for array in table.combine_chunks().columns]
        pa.csv.write_csv(pa.table(plain, names=table.column_names), sink)
    return sink.getvalue()


def to_save(answer: Response, name: str, kind: FileFormat) -> Response:
    """Return the answer as one that a browser saves under a name."""
    answer.headers["content-disposition"] = f'attachment; filename="{name}.{kind}"'
    return answer


def _flat(column: "pa.ChunkedArray[Any]") -> "pa.ChunkedArray[Any] | pa.Array[Any]":
    """Return lists as text, which is all that CSV has."""
    if pa.types.is_dictionary(column.type):
        return column.cast(pa.string())
    if pa.types.is_list(column.type):
        lists: list[list[str] | None] = column.to_pylist()
        return pa.array([None if items is None else ", ".join(items) for items in lists], pa.string())
    return column
