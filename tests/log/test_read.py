import pytest

from ridgeline.core.errors import NotFoundError, StorageError
from ridgeline.log.events import EndEvent, PropEvent, RunEvent, SetEvent, encode_event
from ridgeline.log.frame import DEFLATE, FrameType
from ridgeline.log.layout import Layout
from ridgeline.log.read import events_in, positioned_events, read_run_state, scan_file
from ridgeline.log.writer import SegmentWriter

HEAD = RunEvent(1.0, "r", "name", "pos", 1.0, "h", 1, "u", "s")


def write(layout, seg, *payloads, run_id="r"):
    writer = SegmentWriter(layout.segment(run_id, seg))
    writer.append(payloads)
    writer.close()
    return writer.path


def events(*items):
    return (FrameType.EVENTS, 0, b"".join(map(encode_event, items)))


@pytest.fixture
def layout(tmp_path):
    return Layout(tmp_path)


def test_the_state_of_a_run_is_that_of_all_its_segments(layout):
    write(layout, "2", events(PropEvent(3.0, "note", "later")))
    write(
        layout,
        "1",
        events(HEAD, SetEvent(1.0, ("lr",), 0.1)),
        (FrameType.CONSOLE, 0, b""),
        events(EndEvent(2.0, "finished")),
    )
    write(layout, "1", events(RunEvent(1.0, "x", "other", None, 1.0, "h", 1, "u", "s")), run_id="x")
    state = read_run_state(layout, "r")
    assert (state.id, state.name, state.note, state.params) == ("r", "name", "later", {"lr": 0.1})
    assert [session.status for session in state.sessions] == ["finished"]


def test_a_run_that_is_not_there(layout):
    with pytest.raises(NotFoundError, match="no run 'r'") as caught:
        read_run_state(layout, "r")
    assert caught.value.slug == "run-not-found"


def test_ordinals_count_through_the_frames_of_a_segment(layout):
    path = write(layout, "1", events(HEAD, HEAD), (FrameType.OBJECT, 0, b""), events(HEAD))
    positions = [position for position, _ in positioned_events("1", scan_file(path).frames)]
    assert positions == [("1", 0), ("1", 1), ("1", 2)]


def test_a_frame_of_events_that_cannot_be_read_is_passed_over(layout):
    path = write(
        layout, "1", events(HEAD), (FrameType.EVENTS, DEFLATE, b"bad"), events(EndEvent(2.0, "finished"))
    )
    assert [type(event) for event in events_in(scan_file(path).frames)] == [RunEvent, EndEvent]


def test_a_segment_is_read_on_from_where_it_was_left(layout):
    path = write(layout, "1", events(HEAD), events(EndEvent(2.0, "finished")))
    first = scan_file(path).frames[1]
    found = scan_file(path, offset=first.offset, next_number=1)
    assert [frame.number for frame in found.frames] == [1]
    assert found.next_offset == path.stat().st_size


def test_a_segment_that_cannot_be_read(tmp_path):
    with pytest.raises(StorageError, match="cannot be read") as caught:
        scan_file(tmp_path / "nothing.rlog")
    assert caught.value.slug == "log-read-failed"
