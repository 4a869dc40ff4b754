"""Lines: series grouped, aligned, folded and thinned for drawing."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from ridgeline.query.lines.lines import draw
from ridgeline.query.lines.request import MAX_POINTS, LinesRequest
from ridgeline.query.lines.statistics import Band, Line
from ridgeline.query.lines.table import LineTable
from ridgeline.server.answers import ARROW, AnswersOf
from ridgeline.server.arrow_stream import stream_bytes
from ridgeline.server.files import FILES, MEDIA_TYPES, FileFormat, file_bytes, to_save
from ridgeline.server.params import Deleted, Filter, Selectors, Text
from ridgeline.server.problems import PROBLEMS

router = APIRouter(prefix="/api", tags=["lines"])

_Keys = Annotated[
    list[Text],
    Query(
        max_length=20,
        description="Keys to group by: `run.<path>`, `metric.name`, `metric.context.<key>`, `tag:<name>` (whether a run has it), or any"
        " expression over the run, with `expr:` in front where it begins with a minus; `*` all that varies, `*-<key>` but one.",
        examples=[["run.hparams.lr"], ["tag:lab"], ['run.metrics["f1"].max > 0.7']],
    ),
]
_Bound = Annotated[float | None, Query(allow_inf_nan=False)]


def _request(  # noqa: PLR0913 - the parameters of the address, one by one
    q: Filter = "",
    *,
    m: Selectors = [],  # noqa: B006 - FastAPI copies it
    x: Annotated[
        str, Query(max_length=1000, description="step, epoch, relative, absolute or metric:<selector>")
    ] = "step",
    color: _Keys = [],  # noqa: B006
    stroke: _Keys = [],  # noqa: B006
    chart: _Keys = [],  # noqa: B006
    fold: Annotated[bool, Query(description="One line with a band for each group.")] = False,
    traces: Annotated[bool, Query(description="With fold: the single series as well.")] = False,
    line: Line = "median",
    band: Band = "minmax",
    smooth: Annotated[str, Query(max_length=50, description="none, ema:<weight> or mean:<points>")] = "none",
    raw: Annotated[
        bool, Query(description="Beside the smoothed values of traces those that were tracked, in `raw`.")
    ] = False,
    points: Annotated[
        int, Query(ge=0, le=MAX_POINTS, description="The most that a line has; 0: all.")
    ] = 1000,
    xmin: _Bound = None,
    xmax: _Bound = None,
) -> LinesRequest:
    return LinesRequest(
        query=q,
        metrics=tuple(m),
        x=x,
        color=tuple(color),
        stroke=tuple(stroke),
        chart=tuple(chart),
        fold=fold,
        traces=traces,
        line=line,
        band=band,
        smooth=smooth,
        raw=raw,
        points=points,
        xmin=xmin,
        xmax=xmax,
    )


@router.get("/lines.arrow", response_class=Response, responses={200: {"content": {ARROW: {}}}, **PROBLEMS})
def lines_as_arrow(
    request: Request,
    answers: AnswersOf,
    asked: Annotated[LinesRequest, Depends(_request)],
    *,
    deleted: Deleted = False,
) -> Response:
    """Return lines as an Arrow stream of one batch, one row a line; the schema's metadata has JSON under `ridgeline`.

    A zoom (xmin, xmax) asks again: within the range up to `points` points are exact, and one more on each side leads out of it.
    """
    return answers.answer(
        request,
        lambda snapshot: stream_bytes(draw(snapshot, asked).to_arrow()),
        ARROW,
        deleted=deleted,
    )


@router.get("/lines.{kind}", response_class=Response, responses={**FILES, **PROBLEMS})
def lines_as_file(
    request: Request,
    answers: AnswersOf,
    kind: FileFormat,
    asked: Annotated[LinesRequest, Depends(_request)],
    *,
    deleted: Deleted = False,
) -> Response:
    """Return exactly the lines that `/api/lines.arrow` gives for the same parameters, one row a point.

    Columns: kind (fold or trace), run (id), status, name, context; one for each key to group by; x, y; raw when it was asked for; lo, hi
    and n when there are folds.
    """
    answer = answers.answer(
        request,
        lambda snapshot: file_bytes(LineTable(draw(snapshot, asked)).to_arrow(), kind),
        MEDIA_TYPES[kind],
        deleted=deleted,
    )
    return to_save(answer, "lines", kind)
