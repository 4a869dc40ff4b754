"""Runs as files for other programs."""

import io
from typing import Annotated, Any, Literal

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from fastapi import APIRouter, Query, Request, Response

from ridgeline.query.run_set import RunSet
from ridgeline.query.run_table import RunTable
from ridgeline.query.snapshot import Snapshot
from ridgeline.server.answers import AnswersOf
from ridgeline.server.params import ColumnTexts, Filter, Sort
from ridgeline.server.problems import PROBLEMS
from ridgeline.server.run_columns import Question, select

router = APIRouter(prefix="/api", tags=["runs"])
_MEDIA_TYPES = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}


@router.get(
    "/export",
    response_class=Response,
    responses={200: {"content": {kind: {} for kind in _MEDIA_TYPES.values()}}, **PROBLEMS},
)
def export(
    request: Request,
    answers: AnswersOf,
    q: Filter = "",
    sort: Sort = "",
    columns: ColumnTexts = [],  # noqa: B006 - FastAPI copies it
    kind: Annotated[Literal["csv", "parquet"], Query(alias="format")] = "csv",
) -> Response:
    """Return the runs that match as a file: their fields, all params, and the expressions that were asked for."""
    question = Question(q, sort, tuple(columns))

    def render(snapshot: Snapshot) -> bytes:
        selection = select(snapshot, question)
        rows = RunSet(selection.rows)
        table = RunTable(snapshot, rows, len(rows), selection.entries).to_arrow()
        return _parquet(table) if kind == "parquet" else _csv(table)

    answer = answers.answer(request, render, _MEDIA_TYPES[kind])
    answer.headers["content-disposition"] = f'attachment; filename="runs.{kind}"'
    return answer


def _parquet(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    pa.parquet.write_table(table, sink)
    return sink.getvalue()


def _csv(table: pa.Table) -> bytes:
    """Write lists as text, which is all that CSV has."""
    plain = [_flat(array) for array in table.combine_chunks().columns]
    sink = io.BytesIO()
    pa.csv.write_csv(pa.table(plain, names=table.column_names), sink)
    return sink.getvalue()


def _flat(column: "pa.ChunkedArray[Any]") -> "pa.ChunkedArray[Any] | pa.Array[Any]":
    if pa.types.is_dictionary(column.type):
        return column.cast(pa.string())
    if pa.types.is_list(column.type):
        lists: list[list[str] | None] = column.to_pylist()
        return pa.array([None if items is None else ", ".join(items) for items in lists], pa.string())
    return column
