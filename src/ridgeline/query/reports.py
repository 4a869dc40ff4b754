"""Reports: pages of Markdown with live views inside, kept beside the runs."""

import threading
from dataclasses import dataclass

from ridgeline.core.clock import SYSTEM_CLOCK, Clock
from ridgeline.core.errors import InputError, NotFoundError
from ridgeline.core.ids import new_run_id
from ridgeline.log.events import ReportEvent
from ridgeline.log.layout import Layout
from ridgeline.query.kept import keep, latest, time_for

MAX_TITLE_CHARS = 200
# An event, of which the text is nearly all, must fit a frame of 1 MiB, also if each character is escaped.
MAX_TEXT_CHARS = 150_000
# Between the look at what a report says and the change of it nobody else of this process changes it.
_changing = threading.Lock()


@dataclass(frozen=True, slots=True)
class Report:
    """A page of Markdown; `edited` is seconds since the epoch, of the latest save."""

    id: str
    title: str
    text: str
    edited: float


def save_report(
    layout: Layout, title: str, text: str, *, report_id: str | None = None, clock: Clock = SYSTEM_CLOCK
) -> Report:
    """Save a report, as a new one or in place of the one that has the id; a deleted one is there again.

    Raises:
        InputError: The title is blank, or title or text is too long.
        StorageError: The disk refuses.
    """
    if not title.strip() or len(title) > MAX_TITLE_CHARS:
        raise InputError(f"The title of a report has 1 to {MAX_TITLE_CHARS} characters.", "bad-report")
    if len(text) > MAX_TEXT_CHARS:
        message = f"The text of a report has at most {MAX_TEXT_CHARS:,} characters, and this one {len(text):,}. Cut it in two."
        raise InputError(message, "bad-report")
    now = time_for(layout, ReportEvent, report_id, clock)
    saved = Report(report_id or new_run_id(), title.strip(), text, now)
    keep(layout, ReportEvent(saved.edited, saved.id, saved.title, saved.text), clock)
    return saved


def change_report(
    layout: Layout,
    report_id: str,
    *,
    title: str | None = None,
    text: str | None = None,
    text_before: str | None = None,
    clock: Clock = SYSTEM_CLOCK,
) -> Report:
    """Change a report and return what it is now; what is left out stays. With title and text a deleted one is there again.

    Args:
        layout: Where it is kept.
        report_id: Which.
        title: Its new title.
        text: Its new text.
        text_before: What the text was made from: it is changed only where it still reads so, or already as wanted.
        clock: Tells when.

    Raises:
        InputError: The text reads otherwise by now, the title is blank, or title or text is too long.
        NotFoundError: No report has the id, and not all of it is given.
        StorageError: The disk refuses.
    """
    with _changing:
        if title is None or text is None or text_before is not None:
            found = report(layout, report_id)
            title = found.title if title is None else title
            text = found.text if text is None else text
            if text_before is not None and found.text not in (text_before, text):
                message = "The report has been changed elsewhere meanwhile. Read it before you save."
                raise InputError(message, "report-changed")
        return save_report(layout, title, text, report_id=report_id, clock=clock)


def delete_report(layout: Layout, report_id: str, *, clock: Clock = SYSTEM_CLOCK) -> Report:
    """Delete a report and return what it was; `save_report` with its id brings it back.

    Raises:
        NotFoundError: No report has the id.
        StorageError: The disk refuses.
    """
    found = report(layout, report_id)
    now = time_for(layout, ReportEvent, report_id, clock)
    keep(layout, ReportEvent(now, found.id, found.title, found.text, deleted=True), clock)
    return found


def reports(layout: Layout) -> list[Report]:
    """Return all reports, least recently edited first.

    Raises:
        StorageError: A file of reports cannot be read.
    """
    return [Report(event.id, event.title, event.text, event.t) for event in latest(layout, ReportEvent)]


def report(layout: Layout, report_id: str) -> Report:
    """Return the report that has the id.

    Raises:
        NotFoundError: None has.
        StorageError: A file of reports cannot be read.
    """
    for found in reports(layout):
        if found.id == report_id:
            return found
    raise NotFoundError(f"No report has the id {report_id!r}.", "no-such-report")
