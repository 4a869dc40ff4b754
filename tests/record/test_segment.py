"""The heartbeat and the syncs of a segment, by a clock that the test turns."""

import os
import shutil

import pytest

from ridgeline.log.events import DelEvent, encode_event
from ridgeline.log.frame import FrameType
from ridgeline.log.layout import Layout
from ridgeline.log.read import scan_file
from ridgeline.record.segment import SYNC_SECS, Segment

FRAME = (FrameType.EVENTS, 0, encode_event(DelEvent(0.0, ("a",))))


class Clock:
    def __init__(self):
        self.now = 1000.0

    def time(self):
        return self.now

    def time_ns(self):
        return int(self.now * 1e9)

    def monotonic(self):
        return self.now


@pytest.fixture
def layout(tmp_path):
    return Layout(tmp_path / ".ridgeline")


def test_nothing_is_on_disk_before_the_first_append(layout):
    segment = Segment(layout, "r")
    segment.tend()
    segment.close()
    assert not layout.root.exists()


def test_the_marker_is_there_while_it_is_open_and_beats(layout):
    clock = Clock()
    segment = Segment(layout, "r", clock)
    segment.append([FRAME])
    marker = layout.live_marker("r", segment.seg)
    os.utime(marker, (1, 1))
    clock.now += 9
    segment.tend()
    assert marker.stat().st_mtime == 1
    clock.now += 1
    segment.tend()
    assert marker.stat().st_mtime > 1
    segment.close()
    assert not marker.exists()
    assert len(scan_file(layout.segment("r", segment.seg)).frames) == 1


@pytest.fixture
def syncs(monkeypatch):
    """Count the calls of fdatasync."""
    calls = []
    real = os.fdatasync
    monkeypatch.setattr("ridgeline.log.writer._datasync", lambda fd: calls.append(fd) or real(fd))
    return calls


def test_a_local_disk_is_synced_when_it_is_time(layout, syncs):
    clock = Clock()
    segment = Segment(layout, "r", clock)
    segment.append([FRAME])
    segment.tend()
    assert syncs == []
    clock.now += SYNC_SECS
    segment.tend()
    segment.tend()
    assert len(syncs) == 1  # not again while nothing is new


def test_a_network_file_system_is_synced_at_each_append(layout, syncs, monkeypatch):
    monkeypatch.setattr("ridgeline.record.segment.is_on_network", lambda folder: True)
    segment = Segment(layout, "r", Clock())
    segment.append([FRAME])
    segment.append([FRAME])
    assert len(syncs) == 2


def test_a_repository_that_was_deleted_is_made_anew_by_the_next_run(layout):
    for run_id in ("one", "two"):
        segment = Segment(layout, run_id)
        segment.append([FRAME])
        segment.close()
        assert [found.run_id for found in layout.segments()] == [run_id]
        layout.check()
        shutil.rmtree(layout.root)
