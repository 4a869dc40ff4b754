"""When runs were started."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from ridgeline.query.activity import activity
from ridgeline.query.snapshot import Snapshot
from ridgeline.server.answers import AnswersOf, to_json
from ridgeline.server.params import Filter
from ridgeline.server.problems import PROBLEMS
from ridgeline.server.wire import ActiveDay

router = APIRouter(prefix="/api", tags=["project"])


@router.get("/activity", responses={200: {"model": list[ActiveDay]}, **PROBLEMS})
def days(
    request: Request,
    answers: AnswersOf,
    q: Filter = "",
    zone: Annotated[str, Query(max_length=64, description="Time zone, such as Europe/Berlin.")] = "UTC",
) -> Response:
    """Return the days on which the runs that match were started, earliest first, each with how many."""

    def render(snapshot: Snapshot) -> bytes:
        found: list[ActiveDay] = [
            {"day": day.day.isoformat(), "runs": day.runs} for day in activity(snapshot, zone, q)
        ]
        return to_json(found)

    return answers.answer(request, render)
