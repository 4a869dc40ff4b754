"""Runs and points as files for other programs."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from ridgeline.core.errors import InputError
from ridgeline.query.expression import parse_sort_keys
from ridgeline.query.order_series import sort_series
from ridgeline.query.point_table import PointTable
from ridgeline.query.run_set import RunSet
from ridgeline.query.run_table import RunTable
from ridgeline.query.series_set import Occasion, series_matching
from ridgeline.query.snapshot import Snapshot
from ridgeline.query.table import Table
from ridgeline.server.answers import AnswersOf
from ridgeline.server.files import FILES, MEDIA_TYPES, FileFormat, file_bytes, to_save
from ridgeline.server.params import ColumnTexts, Filter, Selectors, Sort
from ridgeline.server.problems import PROBLEMS
from ridgeline.server.run_columns import Question, select

router = APIRouter(prefix="/api", tags=["runs"])
# Made in memory: 80 bytes a point as CSV. The command line writes any number.
MAX_POINTS = 5_000_000


@router.get("/export", response_class=Response, responses={**FILES, **PROBLEMS})
def export(
    request: Request,
    answers: AnswersOf,
    q: Filter = "",
    m: Selectors = [],  # noqa: B006 - FastAPI copies it
    sort: Sort = "",
    columns: ColumnTexts = [],  # noqa: B006
    what: Annotated[
        Literal["runs", "points"],
        Query(
            description="A row a run, or a row a tracked point of the metrics `m` (all, when none is given)."
        ),
    ] = "runs",
    kind: Annotated[FileFormat, Query(alias="format")] = "csv",
) -> Response:
    """Return what matches as a file: runs with their fields, all params and the expressions that were asked for; or points.

    Points are run (id), name, context, step, epoch, time and value, as they were tracked; `sort` sorts their series.
    """
    question = Question(q, sort, tuple(columns))
    answers.repo.wait_for_all()

    def render(snapshot: Snapshot) -> bytes:
        table = _runs(snapshot, question) if what == "runs" else _points(snapshot, q, m, sort)
        return file_bytes(table.to_arrow(), kind)

    return to_save(answers.answer(request, render, MEDIA_TYPES[kind]), what, kind)


def _runs(snapshot: Snapshot, question: Question) -> Table:
    selection = select(snapshot, question)
    rows = RunSet(selection.rows)
    return RunTable(snapshot, rows, len(rows), selection.entries, selection.occasion)


def _points(snapshot: Snapshot, query: str, selectors: list[str], sort: str) -> Table:
    occasion = Occasion().begun()
    found = series_matching(snapshot, query, selectors or None, occasion)
    total = int(found.summaries.n.sum())
    if total > MAX_POINTS:
        message = (
            f"These are {total:,} points; at most {MAX_POINTS:,} are sent as a file. Choose fewer metrics, narrow the filter,"
            " or write them with `ridgeline export`."
        )
        raise InputError(message, "too-many-points")
    return PointTable(snapshot, sort_series(snapshot, found, parse_sort_keys(sort), occasion))
