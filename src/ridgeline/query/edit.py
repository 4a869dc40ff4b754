"""Edits of runs. Each is a small log of the editor's own: nothing is overwritten, and the last word counts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ridgeline.core.clock import SYSTEM_CLOCK, Clock
from ridgeline.core.errors import InputError
from ridgeline.core.ids import new_segment_id
from ridgeline.log.events import Event, PropEvent, PropName, TagEvent, encode_event
from ridgeline.log.frame import FrameType
from ridgeline.log.layout import Layout
from ridgeline.log.writer import SegmentWriter

MAX_TEXT_CHARS = 100_000


@dataclass(frozen=True, slots=True)
class Edit:
    """What to change; None leaves as it is. `deleted=False` takes a deletion back."""

    name: str | None = None
    note: str | None = None
    archived: bool | None = None
    deleted: bool | None = None
    experiment: str | None = None
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for field in ("name", "note", "experiment"):
            _check_text(field, getattr(self, field), may_be_empty=field == "note")
        for field in ("archived", "deleted"):
            if getattr(self, field) not in (None, True, False):
                message = f"{field} is True, False or None, not {getattr(self, field)!r}."
                raise InputError(message, "bad-edit")
        for tag in (*self.add_tags, *self.remove_tags):
            _check_text("a tag", tag, may_be_empty=False)

    def events(self, time: float) -> list[Event]:
        """Return the edit as events of a run."""
        props: dict[PropName, str | bool | None] = {
            "name": self.name,
            "experiment": self.experiment,
            "note": self.note,
            "archived": self.archived,
            "deleted": self.deleted,
        }
        events: list[Event] = [
            PropEvent(time, name, value) for name, value in props.items() if value is not None
        ]
        if self.add_tags or self.remove_tags:
            events.append(TagEvent(time, self.add_tags, self.remove_tags))
        return events


def tag_tuple(tags: Iterable[str]) -> tuple[str, ...]:
    """Return tags in a fixed order, each once.

    Raises:
        InputError: One text was given where several are meant.
    """
    if isinstance(tags, str):
        raise InputError(f"Tags are a list of texts: write [{tags!r}].", "bad-edit")
    return tuple(dict.fromkeys(tags))


def _check_text(field: str, value: object, *, may_be_empty: bool) -> None:
    if value is None:
        return
    if not isinstance(value, str) or len(value) > MAX_TEXT_CHARS or not (value.strip() or may_be_empty):
        shown = repr(value)[:60]
        message = f"{field} is a text of 1 to {MAX_TEXT_CHARS:,} characters, not {shown}."
        raise InputError(message, "bad-edit")


def write_edit(layout: Layout, run_ids: Sequence[str], edit: Edit, clock: Clock = SYSTEM_CLOCK) -> int:
    """Write an edit to the logs of some runs and return how many were edited: none when there is nothing to change.

    Raises:
        StorageError: The disk refuses. Runs before the one that failed are edited.
    """
    events = edit.events(clock.time())
    if not events:
        return 0
    lines = b"".join(map(encode_event, events))
    for run_id in run_ids:
        _append(SegmentWriter(layout.segment(run_id, new_segment_id(clock))), lines)
    return len(run_ids)


def _append(writer: SegmentWriter, lines: bytes) -> None:
    try:
        writer.append([(FrameType.EVENTS, 0, lines)])
    finally:
        writer.close()
