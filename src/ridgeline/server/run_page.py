"""One run: all about it, how it stands among its siblings, its console, and the objects it tracked."""

import json
from itertools import groupby
from typing import Annotated
from urllib.parse import quote

import numpy as np
from fastapi import APIRouter, Query, Request, Response

from ridgeline.core.errors import InputError, NotFoundError, did_you_mean
from ridgeline.core.values import Json, strict_json
from ridgeline.query.run_view import MetricSummary, RunView, TrackedObject
from ridgeline.query.snapshot import Snapshot
from ridgeline.server.answers import AnswersOf, to_json
from ridgeline.server.json_values import json_number
from ridgeline.server.params import RunId, Text
from ridgeline.server.problems import PROBLEMS
from ridgeline.server.run_columns import durations
from ridgeline.server.siblings import siblings
from ridgeline.server.wire import (
    ConsoleLine,
    ConsolePage,
    ObjectSeries,
    RunDetails,
    RunObject,
    RunObjects,
    SeriesSummary,
    Siblings,
)

router = APIRouter(prefix="/api/runs/{run_id}", tags=["run"])


def find_run(snapshot: Snapshot, run_id: str) -> RunView:
    """Return a run by its whole id.

    Raises:
        NotFoundError: There is none, or it is deleted.
    """
    rows = (snapshot.runs.id == run_id).nonzero()[0]
    if not len(rows):
        ids = snapshot.runs.id.tolist()
        message = (
            f"There is no run {run_id!r} among {len(ids):,}, or it is deleted.{did_you_mean(run_id, ids)}"
        )
        raise NotFoundError(message, "run-not-found")
    return RunView(snapshot, int(rows[0]))


@router.get("", responses={200: {"model": RunDetails}, **PROBLEMS})
def run_details(request: Request, answers: AnswersOf, run_id: RunId) -> Response:
    """Return all about a run except its points, objects and console."""
    return answers.answer(request, lambda snapshot: to_json(_details(snapshot, find_run(snapshot, run_id))))


def _details(snapshot: Snapshot, view: RunView) -> RunDetails:
    row = int((snapshot.runs.rid == view.rid).nonzero()[0][0])
    return {
        "id": view.id,
        "name": view.name,
        "experiment": view.experiment,
        "status": view.status,
        "created": json_number(float(snapshot.runs.created[row])),
        "ended": json_number(float(snapshot.runs.ended[row])),
        "duration": durations(snapshot, np.array([row]))[0],
        "tags": list(view.tags),
        "note": view.note,
        "archived": view.archived,
        "params": strict_json(view.params),
        "env": strict_json(view.env),
        "warnings": [
            {
                "slug": warning.slug,
                "message": warning.message,
                "count": warning.count,
                "time": json_number(warning.time),
            }
            for warning in view.recording_warnings.values()
        ],
        "artifacts": [
            {
                "name": artifact.name,
                "size_bytes": artifact.size_bytes,
                "mime": artifact.mime,
                "sha": artifact.blob,
                "uri": artifact.uri,
                "time": json_number(artifact.time),
            }
            for _, artifact in sorted(view.artifacts.items())
        ],
        "metrics": [_metric(metric) for metric in view.metrics],
        "objects": _object_series(view),
        "segments": [
            {"id": segment.id, "size_bytes": segment.size_bytes, "gaps": segment.n_gaps, "live": segment.live}
            for segment in view.segments
        ],
        "error": view.error,
    }


def _metric(metric: MetricSummary) -> SeriesSummary:
    has_numbers = json_number(metric.min) is not None or json_number(metric.max) is not None
    return {
        "name": metric.name,
        "context": strict_json(metric.context),
        "kind": metric.kind,
        "n": metric.n,
        "n_nan": metric.n_nan,
        "n_inf": metric.n_inf,
        "first": json_number(metric.first),
        "last": json_number(metric.last),
        "min": json_number(metric.min),
        "max": json_number(metric.max),
        "mean": json_number(metric.mean),
        "goal": metric.goal,
        "best": json_number(metric.best),
        "step_last": metric.step_last,
        "step_min": metric.step_min if has_numbers else None,
        "step_max": metric.step_max if has_numbers else None,
        "step_best": metric.step_best if has_numbers else None,
        "time_last": json_number(metric.time_last),
    }


def _object_series(view: RunView) -> list[ObjectSeries]:
    """Return which series of objects there are; those of one series stand together."""
    series = groupby(view.objects(), lambda item: (item.name, item.context, item.kind))
    return [
        {"name": name, "context": strict_json(context), "kind": kind, "n": sum(1 for _ in items)}
        for (name, context, kind), items in series
    ]


@router.get("/siblings", responses={200: {"model": Siblings}, **PROBLEMS})
def run_siblings(request: Request, answers: AnswersOf, run_id: RunId) -> Response:
    """Return how a run stands among the runs of its experiment: which params differ, and its rank in each metric."""
    return answers.answer(request, lambda snapshot: to_json(siblings(snapshot, find_run(snapshot, run_id))))


@router.get("/console", responses={200: {"model": ConsolePage}, **PROBLEMS})
def run_console(
    request: Request,
    answers: AnswersOf,
    run_id: RunId,
    after: Annotated[int, Query(ge=0, le=2**53, description="The number of the first line wanted.")] = 0,
    limit: Annotated[int, Query(ge=0, le=100_000)] = 2000,
) -> Response:
    """Return console output, colour codes kept; `next` is what to ask for `after` next time."""

    def render(snapshot: Snapshot) -> bytes:
        lines = find_run(snapshot, run_id).console(after=after, limit=limit)
        listed: list[ConsoleLine] = [
            {"n": line.n, "time": json_number(line.time), "stream": line.stream, "text": line.text}
            for line in lines
        ]
        page: ConsolePage = {"lines": listed, "next": lines[-1].n + 1 if lines else after}
        return to_json(page)

    return answers.answer(request, render)


@router.get("/objects", responses={200: {"model": RunObjects}, **PROBLEMS})
def run_objects(
    request: Request,
    answers: AnswersOf,
    run_id: RunId,
    name: Text | None = None,
    context: Annotated[
        str, Query(max_length=10_000, description="Keys that the context must have, as JSON.")
    ] = "{}",
) -> Response:
    """Return texts, images, audio, figures and distributions of a run by step; short texts in full, others by URL."""
    wanted = _context(context)

    def render(snapshot: Snapshot) -> bytes:
        found = find_run(snapshot, run_id).objects(name or None, wanted)
        found.sort(key=lambda item: (item.entry.step, item.entry.time))
        listed: RunObjects = {"objects": [_object(run_id, item) for item in found]}
        return to_json(listed)

    return answers.answer(request, render)


def _context(text: str) -> dict[str, Json]:
    try:
        context: Json = json.loads(text or "{}")
    except (ValueError, RecursionError):
        context = None
    if not isinstance(context, dict):
        raise InputError(
            f'context is {text[:100]!r}; it is a JSON object such as {{"lang": "de"}}.', "bad-context"
        )
    return context


def _object(run_id: str, item: TrackedObject) -> RunObject:
    entry = item.entry
    described: RunObject = {
        "name": item.name,
        "context": strict_json(item.context),
        "step": entry.step,
        "epoch": None if entry.epoch is None else json_number(entry.epoch),
        "time": json_number(entry.time),
        "mime": entry.mime,
        "meta": strict_json(entry.meta),
        "size_bytes": entry.size_bytes,
    }
    if entry.blob is not None:
        described["url"] = f"/api/blobs/{quote(entry.blob, safe='')}?mime={quote(entry.mime, safe='')}"
    elif entry.mime.startswith("text/"):  # in the log stands what is short
        described["text"] = item.read().decode("utf-8", "replace")
    else:
        described["url"] = f"/api/runs/{run_id}/objects/{entry.segment}/{entry.offset}"
    return described
