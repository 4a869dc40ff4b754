"""Saved views: names for addresses of the UI."""

import re
from dataclasses import dataclass

from ridgeline.core.clock import SYSTEM_CLOCK, Clock
from ridgeline.core.errors import InputError, NotFoundError
from ridgeline.core.ids import new_run_id
from ridgeline.log.events import ViewEvent
from ridgeline.log.layout import Layout
from ridgeline.query.kept import keep, latest, time_for

MAX_NAME_CHARS = 200
MAX_URL_CHARS = 50_000
# One slash; what follows is none, nor a backslash, which browsers take for one, nor a tab or line end, which they pass over.
_IN_THE_UI = re.compile(r"/(?![/\\])[^\x00-\x1f\x7f]*")


@dataclass(frozen=True, slots=True)
class SavedView:
    """A page of the UI under a name; `created` is seconds since the epoch, of the latest save."""

    id: str
    name: str
    page: str
    url: str
    created: float


def save_view(
    layout: Layout, name: str, page: str, url: str, *, view_id: str | None = None, clock: Clock = SYSTEM_CLOCK
) -> SavedView:
    """Save a view, under a new id or in place of the one that has the id; a deleted one is there again.

    Raises:
        InputError: The name is blank or too long, or the URL does not lie in the UI.
        StorageError: The disk refuses.
    """
    if not name.strip() or len(name) > MAX_NAME_CHARS:
        raise InputError(f"The name of a view has 1 to {MAX_NAME_CHARS} characters.", "bad-view")
    if not _IN_THE_UI.fullmatch(url) or len(url) > MAX_URL_CHARS:
        message = f"The address of a view begins with one '/' and has at most {MAX_URL_CHARS:,} characters, none of control."
        raise InputError(message, "bad-view")
    now = time_for(layout, ViewEvent, view_id, clock)
    view = SavedView(view_id or new_run_id(), name.strip(), page, url, now)
    keep(layout, ViewEvent(view.created, view.id, view.name, view.url, view.page), clock)
    return view


def delete_view(layout: Layout, view_id: str, *, clock: Clock = SYSTEM_CLOCK) -> SavedView:
    """Delete a view and return what it was; `save_view` with its id brings it back.

    Raises:
        NotFoundError: No view has the id.
        StorageError: The disk refuses.
    """
    found = next((view for view in saved_views(layout) if view.id == view_id), None)
    if found is None:
        raise NotFoundError(f"No saved view has the id {view_id!r}.", "no-such-view")
    now = time_for(layout, ViewEvent, view_id, clock)
    keep(layout, ViewEvent(now, found.id, found.name, found.url, found.page, deleted=True), clock)
    return found


def saved_views(layout: Layout) -> list[SavedView]:
    """Return all views, oldest first; of one id the latest save. Those that lead out of the UI are left out.

    Raises:
        StorageError: A file of views cannot be read.
    """
    return [
        SavedView(event.id, event.name, event.page, event.url, event.t)
        for event in latest(layout, ViewEvent)
        if _IN_THE_UI.fullmatch(event.url)
    ]
