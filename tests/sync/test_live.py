import os
import time

import pytest

from ridgeline.core.clock import SYSTEM_CLOCK
from ridgeline.sync import live as live_module
from ridgeline.sync.live import LiveRuns
from ridgeline.sync.segment import RunSegment
from ridgeline.sync.source import SourceRun
from ridgeline.sync.take_over import take_over


def going_on(run_id="a"):
    return SourceRun(run_id, "test", run_id, "e", time.time() - 60, None, "running", "ada")


def segment_of(repo, run_id="a"):
    return RunSegment(repo.layout, going_on(run_id), time.time(), SYSTEM_CLOCK, shown_as_running=True)


def test_markers_are_touched_while_runs_are_held(repo):
    with LiveRuns(heartbeat_secs=0.01) as live:
        segment = segment_of(repo)
        live.hold("a", segment)
        os.utime(segment.marker, (0, 0))
        deadline = time.monotonic() + 10
        while segment.marker.stat().st_mtime == 0 and time.monotonic() < deadline:
            time.sleep(0.005)  # a heartbeat has no event to wait for
        assert segment.marker.stat().st_mtime > 0
    assert not segment.marker.exists()


def test_a_segment_is_taken_once(repo):
    with LiveRuns() as live:
        segment = segment_of(repo)
        live.hold("a", segment)
        assert "a" in live
        assert live.take("a") is segment
        assert live.take("a") is None
        segment.close()


def test_with_more_runs_than_files_may_be_open_all_stay_running(repo, monkeypatch):
    monkeypatch.setattr(live_module, "MOST_OPEN", 2)
    with LiveRuns() as live:
        for number in range(5):
            take_over(repo, going_on(f"run-{number}"), live=live)
        repo.refresh()
        assert set(repo.index.runs().status) == {"running"}
        assert sum(one.is_open for one in live._segments.values()) == 2
        # one whose file rests is written on in another
        assert live.take("run-0") is None
        take_over(repo, going_on("run-0"), live=live)
        repo.refresh()
        assert set(repo.index.runs().status) == {"running"}


def test_an_id_that_leads_out_of_the_repo_is_refused(repo):
    with pytest.raises(ValueError, match="run-id-invalid"):
        take_over(repo, going_on("../../elsewhere"))
