"""Runs: listed, as columns, exported, edited."""

from collections.abc import Sequence
from typing import Annotated

import numpy as np
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from ridgeline.core.errors import InputError
from ridgeline.core.values import strict_json
from ridgeline.query.language.axis import Ints
from ridgeline.query.snapshot import Snapshot
from ridgeline.server.answers import ARROW, AnswersOf, to_json
from ridgeline.server.arrow_stream import stream_bytes
from ridgeline.server.json_values import json_number
from ridgeline.server.params import ColumnTexts, Deleted, Filter, RunId, Sort, Text
from ridgeline.server.problems import CHANGE_PROBLEMS, PROBLEMS
from ridgeline.server.run_columns import Question, Selection, durations, select, to_arrow
from ridgeline.server.wire import RunRow, RunsPage

router = APIRouter(prefix="/api", tags=["runs"])
_MOST_ROWS = 10_000


class RunEdit(BaseModel):
    """What to change of some runs; what is left out stays. `deleted: false` takes a deletion back.

    With `note_before` a note is changed only where it still reads so: nobody's words are written over unseen.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    ids: Annotated[list[RunId], Field(min_length=1, max_length=100_000)]
    name: Text | None = None
    note: Annotated[str, Field(max_length=100_000)] | None = None
    note_before: Annotated[str, Field(max_length=100_000)] | None = None
    archived: bool | None = None
    deleted: bool | None = None
    experiment: Text | None = None
    add_tags: Annotated[list[Text], Field(max_length=1000)] = []
    remove_tags: Annotated[list[Text], Field(max_length=1000)] = []


class Changed(BaseModel):
    """How many runs were changed, and the generation after it."""

    changed: int
    generation: int


@router.get("/runs", responses={200: {"model": RunsPage}, **PROBLEMS})
def list_runs(
    request: Request,
    answers: AnswersOf,
    q: Filter = "",
    sort: Sort = "",
    limit: Annotated[int, Query(ge=0, le=_MOST_ROWS)] = 100,
    offset: Annotated[int, Query(ge=0, le=2**31)] = 0,
    columns: ColumnTexts = [],  # noqa: B006 - FastAPI copies it
    *,
    deleted: Deleted = False,
) -> Response:
    """List the runs that match, a page at a time."""
    question = Question(q, sort, tuple(columns))

    def render(snapshot: Snapshot) -> bytes:
        selection = select(snapshot, question)
        page = selection.rows[offset : offset + limit]
        body: RunsPage = {
            "total": selection.total,
            "matched": len(selection.rows),
            "columns": list(selection.entries),
            "runs": _rows(selection, page),
            "warnings": list(selection.warnings),
            "ms": selection.ms,
        }
        return to_json(body)

    return answers.answer(request, render, deleted=deleted)


def _rows(selection: Selection, rows: Ints) -> list[RunRow]:
    runs = selection.snapshot.runs
    columns = [[strict_json(value) for value in column.to_list()] for column in selection.values(rows)]
    lasted = durations(selection.snapshot, rows)
    return [
        {
            "id": str(runs.id[row]),
            "name": str(runs.name[row]),
            "experiment": str(runs.experiment[row]),
            "status": str(runs.status[row]),
            "created": json_number(float(runs.created[row])),
            "ended": json_number(float(runs.ended[row])),
            "duration": lasted[at],
            "tags": list(runs.tags[row]),
            "note": str(runs.note[row]),
            "archived": bool(runs.archived[row]),
            "values": [column[at] for column in columns],
        }
        for at, row in enumerate(rows.tolist())
    ]


@router.get("/runs.arrow", response_class=Response, responses={200: {"content": {ARROW: {}}}, **PROBLEMS})
def runs_as_arrow(
    request: Request,
    answers: AnswersOf,
    q: Filter = "",
    sort: Sort = "",
    columns: ColumnTexts = [],  # noqa: B006 - FastAPI copies it
    *,
    deleted: Deleted = False,
) -> Response:
    """Return all runs that match as an Arrow stream of one batch.

    Columns: id, name, experiment, status, created, ended, archived, tags, then one for each expression, named by it. The schema's
    metadata has JSON under `ridgeline`: total, matched, generation, ms, columns (name, kind, type, varying,
    goal: min or max where the column is a value of a metric, else null), warnings.
    """
    question = Question(q, sort, tuple(columns))
    return answers.answer(
        request, lambda snapshot: stream_bytes(to_arrow(select(snapshot, question))), ARROW, deleted=deleted
    )


@router.patch("/runs", responses=CHANGE_PROBLEMS)
def edit_runs(answers: AnswersOf, edit: RunEdit) -> Changed:
    """Change name, note, tags, experiment of runs; archive or delete them, or take that back."""
    if edit.note_before is not None:
        _check_note(answers.repo.snapshot(), edit.ids, edit.note_before)
    changed = answers.repo.edit(
        edit.ids,
        name=edit.name,
        note=edit.note,
        archived=edit.archived,
        deleted=edit.deleted,
        experiment=edit.experiment,
        add_tags=edit.add_tags,
        remove_tags=edit.remove_tags,
    )
    return Changed(changed=changed, generation=answers.repo.refresh())


def _check_note(snapshot: Snapshot, ids: Sequence[str], before: str) -> None:
    """Refuse to write over a note that somebody else has changed."""
    runs = snapshot.runs
    rows = np.flatnonzero(np.isin(runs.id, ids))
    if any(note != before for note in runs.note[rows].tolist()):
        raise InputError(
            "The note has been changed elsewhere meanwhile. Read it before you save.", "note-changed"
        )
