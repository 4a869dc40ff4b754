"""Saved views: names for addresses of the UI, kept as small logs beside the runs'."""

import re
from dataclasses import dataclass

from ridgeline.core.clock import SYSTEM_CLOCK, Clock
from ridgeline.core.errors import InputError
from ridgeline.core.ids import new_run_id, new_segment_id
from ridgeline.log.events import ViewEvent, encode_event
from ridgeline.log.frame import FrameType
from ridgeline.log.layout import Layout
from ridgeline.log.read import events_in, scan_file
from ridgeline.log.writer import SegmentWriter

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
    """Save a view, under a new id or in place of the one that has the id.

    Raises:
        InputError: The name is blank or too long, or the URL does not lie in the UI.
        StorageError: The disk refuses.
    """
    if not name.strip() or len(name) > MAX_NAME_CHARS:
        raise InputError(f"The name of a view has 1 to {MAX_NAME_CHARS} characters.", "bad-view")
    if not _IN_THE_UI.fullmatch(url) or len(url) > MAX_URL_CHARS:
        message = f"The address of a view begins with one '/' and has at most {MAX_URL_CHARS:,} characters, none of control."
        raise InputError(message, "bad-view")
    view = SavedView(view_id or new_run_id(), name.strip(), page, url, clock.time())
    line = encode_event(ViewEvent(view.created, view.id, view.name, view.url, view.page))
    writer = SegmentWriter(layout.view_segment(new_segment_id(clock)))
    try:
        writer.append([(FrameType.EVENTS, 0, line)])
    finally:
        writer.close()
    return view


def saved_views(layout: Layout) -> list[SavedView]:
    """Return all views, oldest first; of one id the latest save. Those that lead out of the UI are left out.

    Raises:
        StorageError: A file of views cannot be read.
    """
    views: dict[str, SavedView] = {}
    events = [event for path in layout.view_segments() for event in events_in(scan_file(path).frames)]
    for event in events:
        if isinstance(event, ViewEvent) and _IN_THE_UI.fullmatch(event.url):
            known = views.get(event.id)
            if known is None or known.created <= event.t:
                views[event.id] = SavedView(event.id, event.name, event.page, event.url, event.t)
    return sorted(views.values(), key=lambda view: (view.created, view.id))
