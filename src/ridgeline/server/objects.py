"""Texts, images, audio, figures, distributions, tables and predictions of all runs, and the bytes of each."""

from collections.abc import Callable
from typing import Annotated, Literal, TypeAlias
from urllib.parse import quote, urlencode

import numpy as np
from fastapi import APIRouter, Depends, Path, Query, Request, Response

from ridgeline.core.errors import NotFoundError, StorageError
from ridgeline.core.values import strict_json
from ridgeline.index.base import ObjectEntry
from ridgeline.query.lines.group import Group
from ridgeline.query.object_choice import index_of
from ridgeline.query.object_listing import ListedObject, ListedSeries, ObjectListing, list_objects
from ridgeline.query.object_request import MAX_LISTED, Kind, ObjectsRequest, Spread
from ridgeline.query.run_view import TrackedObject
from ridgeline.query.snapshot import Snapshot
from ridgeline.server import wire
from ridgeline.server.answers import AnswersOf, to_json
from ridgeline.server.content import content_response
from ridgeline.server.json_values import json_number
from ridgeline.server.params import Filter, RunId, Text
from ridgeline.server.problems import PROBLEMS
from ridgeline.server.run_page import find_run

router = APIRouter(prefix="/api", tags=["objects"])

_STEP = 2**53
_Step = Annotated[int | None, Query(ge=-_STEP, le=_STEP)]
_Most = Annotated[int, Query(ge=0, le=MAX_LISTED, description="At most so many, evenly spread; 0: all.")]
_Keys = Annotated[
    list[Text],
    Query(
        max_length=20,
        description="`run.<path>`, `metric.name`, `metric.context.<key>`, `step`, `index`; `-` in front for downwards.",
        examples=[["run.hparams.lr", "-step"]],
    ),
]


def _request(  # noqa: PLR0913 - the parameters of the address, one by one
    kind: Kind,
    q: Filter = "",
    *,
    m: Annotated[
        list[Text],
        Query(max_length=200, description="Names or globs, with keys of the context or not; none: all."),
    ] = [],  # noqa: B006 - FastAPI copies it
    at: Annotated[
        str,
        Query(
            pattern=r"^(last|-?\d{1,15})?$",
            description="Of each series the newest step up to this one, or `last`; blank: every step of the range.",
        ),
    ] = "",
    smin: _Step = None,
    smax: _Step = None,
    steps: _Most = 0,
    imin: _Step = None,
    imax: _Step = None,
    indices: _Most = 0,
    find: Annotated[
        str, Query(max_length=1000, description="Words that the text or the caption must have.")
    ] = "",
    row: _Keys = [],  # noqa: B006
    column: _Keys = [],  # noqa: B006
    sort: _Keys = [],  # noqa: B006
    field: Annotated[
        list[Text], Query(max_length=50, description="Keys whose values are told of each series.")
    ] = [],  # noqa: B006
    offset: Annotated[int, Query(ge=0, le=2**53)] = 0,
    limit: Annotated[int, Query(ge=0, le=MAX_LISTED)] = 1000,
) -> ObjectsRequest:
    newest: int | Literal["last"] | None = "last" if at == "last" else int(at) if at else None
    return ObjectsRequest(
        kind=kind,
        query=q,
        selectors=tuple(m),
        at=newest,
        steps=Spread(smin, smax, steps),
        indices=Spread(imin, imax, indices),
        find=find,
        rows=tuple(row),
        columns=tuple(column),
        sort=tuple(sort),
        fields=tuple(field),
        offset=offset,
        limit=limit,
    )


@router.get("/objects", responses={200: {"model": wire.ObjectPage}, **PROBLEMS})
def objects(
    request: Request,
    answers: AnswersOf,
    asked: Annotated[ObjectsRequest, Depends(_request)],
    *,
    content: Annotated[
        bool, Query(description="Texts and distributions of up to 64 KiB come along as `content`.")
    ] = False,
) -> Response:
    """Return the objects of a kind that an expression and selectors choose, grouped and sorted, a page at a time.

    `series` and `run` of an object, and `row` and `column`, count in the lists of that name.
    """

    def render(snapshot: Snapshot) -> bytes:
        listing = list_objects(snapshot, asked)
        read = _reader(snapshot, asked.kind) if content else None
        return to_json(_described(snapshot, listing, asked, read))

    return answers.answer(request, render)


_Read: TypeAlias = Callable[[ObjectEntry], str | None]


def _reader(snapshot: Snapshot, kind: Kind) -> _Read | None:
    """Return what reads the content of short objects; None for kinds that a page loads by their address."""

    def read(entry: ObjectEntry) -> str | None:
        try:
            return (
                snapshot.index.object_bytes(entry).decode("utf-8", "replace") if entry.blob is None else None
            )
        except (NotFoundError, StorageError):  # its address says what is missing
            return None

    return read if kind in ("text", "distribution") else None


def _described(
    snapshot: Snapshot, listing: ObjectListing, asked: ObjectsRequest, read: _Read | None
) -> wire.ObjectPage:
    runs = np.unique(np.array([series.row for series in listing.series], dtype=np.int64)).tolist()
    place = {row: nth for nth, row in enumerate(runs)}
    ids = [str(snapshot.runs.id[series.row]) for series in listing.series]
    return {
        "kind": asked.kind,
        "total": listing.n_total,
        "matched": listing.n_matched,
        "offset": asked.offset,
        "steps": list(listing.steps),
        "last_index": listing.last_index,
        "runs": [_run(snapshot, row) for row in runs],
        "series": [_series(series, place[series.row]) for series in listing.series],
        "rows": [_group(group) for group in listing.rows],
        "columns": [_group(group) for group in listing.columns],
        "objects": [
            _object(item, ids[item.series], listing.series[item.series], read) for item in listing.objects
        ],
        "warnings": [
            {"slug": w.slug, "message": w.message, "start": w.start, "end": w.end} for w in listing.warnings
        ],
        "generation": snapshot.generation,
        "ms": round(listing.ms, 2),
    }


def _run(snapshot: Snapshot, row: int) -> wire.ListedRun:
    runs = snapshot.runs
    return {
        "id": str(runs.id[row]),
        "name": str(runs.name[row]),
        "experiment": str(runs.experiment[row]),
        "status": str(runs.status[row]),
        "created": json_number(float(runs.created[row])),
    }


def _series(series: ListedSeries, run: int) -> wire.ListedSeries:
    return {
        "run": run,
        "name": series.metric.name,
        "context": strict_json(series.metric.context),
        "n": series.n,
        "step_first": series.step_first,
        "step_last": series.step_last,
        "fields": [strict_json(value) for value in series.fields],
    }


def _group(group: Group) -> wire.ObjectGroup:
    return {"label": group.label, "key": {key: strict_json(value) for key, value in group.key.items()}}


def _object(item: ListedObject, run_id: str, series: ListedSeries, read: _Read | None) -> wire.ListedObject:
    entry = item.entry
    described: wire.ListedObject = {
        "id": f"{run_id}/{entry.segment}/{entry.offset}",
        "series": item.series,
        "row": item.row,
        "column": item.column,
        "step": entry.step,
        "index": index_of(entry),
        "epoch": None if entry.epoch is None else json_number(entry.epoch),
        "time": json_number(entry.time),
        "mime": entry.mime,
        "meta": strict_json(entry.meta),
        "size_bytes": entry.size_bytes,
        "url": object_url(run_id, entry, f"{series.metric.name}-{entry.step}"),
    }
    if read is not None:
        described["content"] = read(entry)
    return described


def object_url(run_id: str, entry: ObjectEntry, name: str) -> str:
    """Return where the bytes of an object are; they never change there."""
    if entry.blob is None:
        return f"/api/runs/{run_id}/objects/{entry.segment}/{entry.offset}"
    return f"/api/blobs/{quote(entry.blob, safe='')}?{urlencode({'mime': entry.mime, 'name': name})}"


@router.get("/runs/{run_id}/objects/{segment}/{offset}", response_class=Response, responses=PROBLEMS)
def object_content(
    request: Request,
    answers: AnswersOf,
    run_id: RunId,
    segment: Annotated[str, Path(pattern=r"^[0-9a-f]{16}-[0-9a-f]{8}$")],
    offset: Annotated[int, Path(ge=0, le=2**53)],
) -> Response:
    """Return the bytes of an object that stands in the log itself."""
    snapshot = answers.repo.snapshot()
    view = find_run(snapshot, run_id)
    entry = snapshot.index.object_at(view.rid, segment, offset)
    if entry is None:
        raise NotFoundError(f"The run {run_id!r} has no object at {segment}/{offset}.", "object-not-found")
    metric = snapshot.metric_by_id[entry.mid]
    item = TrackedObject(entry, metric.name, metric.context, metric.kind, snapshot)
    return content_response(
        request, item.read, entry.mime, f"{item.name}-{entry.step}", f"{segment}-{offset}"
    )
