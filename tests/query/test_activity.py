from datetime import UTC, date, datetime

import pytest

from ridgeline.core.errors import InputError
from ridgeline.log.events import EndEvent, RunEvent, encode_event
from ridgeline.log.frame import FrameType
from ridgeline.log.layout import Layout
from ridgeline.log.writer import SegmentWriter
from ridgeline.query.activity import Day, activity
from ridgeline.query.repo import Repo
from ridgeline.testing.segments import segment_id


def days(root, zone, query=""):
    with Repo(root) as repo:
        return activity(repo.snapshot(), zone, query)


def write_run(layout, number, started):
    run_id = f"run{number}"
    layout.segment(run_id, segment_id(number)).parent.mkdir(parents=True, exist_ok=True)
    writer = SegmentWriter(layout.segment(run_id, segment_id(number)))
    t = started.timestamp()
    begun = RunEvent(t, run_id, None, None, t, "host", 1, "user", "test", None)
    for event in (begun, EndEvent(t + 1, "finished", None)):
        writer.append([(FrameType.EVENTS, 0, encode_event(event))])
    writer.close()


@pytest.fixture
def layout(tmp_path):
    layout = Layout(tmp_path / ".ridgeline")
    layout.create()
    return layout


def test_days_are_those_of_the_zone_on_both_sides_of_summer_time(layout):
    # Berlin's clocks go forward on 2026-03-29 at 01:00 UTC.
    for number, started in enumerate(
        (
            datetime(2026, 3, 28, 22, 59, tzinfo=UTC),  # 23:59 there
            datetime(2026, 3, 28, 23, 1, tzinfo=UTC),  # 00:01 of the 29th
            datetime(2026, 3, 29, 21, 59, tzinfo=UTC),  # 23:59 of the 29th, in summer time
            datetime(2026, 3, 29, 22, 1, tzinfo=UTC),  # 00:01 of the 30th
        )
    ):
        write_run(layout, number, started)
    assert days(layout.root, "Europe/Berlin") == [
        Day(date(2026, 3, 28), 1),
        Day(date(2026, 3, 29), 2),
        Day(date(2026, 3, 30), 1),
    ]
    assert days(layout.root, "UTC") == [Day(date(2026, 3, 28), 2), Day(date(2026, 3, 29), 2)]


def test_a_run_that_lost_its_head_is_on_no_day(layout):
    write_run(layout, 0, datetime(2026, 3, 28, tzinfo=UTC))
    headless = layout.segment("headless", segment_id(1))
    headless.parent.mkdir(parents=True, exist_ok=True)
    writer = SegmentWriter(headless)
    writer.append([(FrameType.EVENTS, 0, encode_event(EndEvent(1.0, "finished", None)))])
    writer.close()
    with Repo(layout.root) as repo:
        assert len(repo.runs()) == 2
    assert days(layout.root, "UTC") == [Day(date(2026, 3, 28), 1)]


def test_no_run_no_day(layout):
    assert days(layout.root, "UTC") == []


@pytest.mark.parametrize("zone", ["Middle/Earth", "", "../../etc/passwd", "/etc/passwd"])
def test_a_zone_that_is_none(layout, zone):
    with pytest.raises(InputError, match="time zone"):
        days(layout.root, zone)


def test_days_of_the_runs_that_match(layout):
    for number, started in enumerate((datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC))):
        write_run(layout, number, started)
    assert days(layout.root, "UTC", 'run.id == "run1"') == [Day(date(2026, 3, 2), 1)]
