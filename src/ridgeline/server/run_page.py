"""One run: all about it, how it stands among its siblings, its console, and the objects it tracked."""

from itertools import groupby
from typing import Annotated

import numpy as np
from fastapi import APIRouter, Query, Request, Response

from ridgeline.core.errors import NotFoundError, did_you_mean
from ridgeline.core.values import strict_json
from ridgeline.query.lineage import Relative, lineage
from ridgeline.query.run_view import MetricSummary, RunView
from ridgeline.query.snapshot import Snapshot
from ridgeline.server.answers import AnswersOf, to_json
from ridgeline.server.json_values import json_number
from ridgeline.server.mlflow.facts import PREFIX
from ridgeline.server.params import RunId
from ridgeline.server.problems import PROBLEMS
from ridgeline.server.run_columns import durations
from ridgeline.server.siblings import siblings
from ridgeline.server.wire import (
    ConsoleLine,
    ConsolePage,
    LineageGraph,
    LineageMember,
    ObjectSeries,
    RunDetails,
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
        # What only MLflow's clients need stands there, too: params and tags once more, as exact texts.
        "env": strict_json({key: value for key, value in view.env.items() if not key.startswith(PREFIX)}),
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


@router.get("/lineage", responses={200: {"model": LineageGraph}, **PROBLEMS})
def run_lineage(request: Request, answers: AnswersOf, run_id: RunId) -> Response:
    """Return what a run was made from, as its param `lineage.parents` says, and what was made from it, generation by generation."""

    def render(snapshot: Snapshot) -> bytes:
        found = lineage(snapshot, find_run(snapshot, run_id).id)
        graph: LineageGraph = {
            "members": [_member(snapshot, member) for member in found.members],
            "edges": list(found.edges),
            "left_out": found.n_left_out,
        }
        return to_json(graph)

    return answers.answer(request, render)


def _member(snapshot: Snapshot, member: Relative) -> LineageMember:
    runs, row = snapshot.runs, member.row
    name, status = (member.id, None) if row is None else (str(runs.name[row]), str(runs.status[row]))
    return {"id": member.id, "name": name, "status": status, "depth": member.depth}


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
