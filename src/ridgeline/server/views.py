"""Saved views: names for addresses of the UI."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from ridgeline.query.views import (
    MAX_NAME_CHARS,
    MAX_URL_CHARS,
    SavedView,
    delete_view,
    save_view,
    saved_views,
)
from ridgeline.server.answers import AnswersOf
from ridgeline.server.params import ID_PATTERN
from ridgeline.server.problems import CHANGE_PROBLEMS, PROBLEMS

router = APIRouter(prefix="/api", tags=["views"])


KeptId = Annotated[str, Path(pattern=ID_PATTERN, description="The id that saving gave.")]


class NewView(BaseModel):
    """A page of the UI under a name."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Annotated[str, Field(min_length=1, max_length=MAX_NAME_CHARS)]
    page: Annotated[str, Field(max_length=100)]
    url: Annotated[str, Field(min_length=1, max_length=MAX_URL_CHARS)]


class View(NewView):
    """A saved view."""

    id: str
    created: float


def _view(saved: SavedView) -> View:
    return View(id=saved.id, name=saved.name, page=saved.page, url=saved.url, created=saved.created)


@router.get("/views", responses=PROBLEMS)
def list_views(answers: AnswersOf) -> list[View]:
    """Return the saved views, oldest first."""
    return [_view(saved) for saved in saved_views(answers.repo.layout)]


@router.post("/views", status_code=201, responses=CHANGE_PROBLEMS)
def add_view(answers: AnswersOf, view: NewView) -> View:
    """Save a view."""
    return _view(save_view(answers.repo.layout, view.name, view.page, view.url))


@router.put("/views/{view_id}", responses=CHANGE_PROBLEMS)
def change_view(answers: AnswersOf, view_id: KeptId, view: NewView) -> View:
    """Save a view in place of the one that has the id; a deleted one is there again."""
    return _view(save_view(answers.repo.layout, view.name, view.page, view.url, view_id=view_id))


@router.delete("/views/{view_id}", responses=CHANGE_PROBLEMS)
def remove_view(answers: AnswersOf, view_id: KeptId) -> View:
    """Delete a view; to PUT what it was brings it back."""
    return _view(delete_view(answers.repo.layout, view_id))
