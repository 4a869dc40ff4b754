import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from ridgeline.core.errors import StorageError
from ridgeline.log.layout import Layout
from ridgeline.log.marker import (
    Marker,
    boot_id,
    marker_of_this_process,
    read_markers,
    remove_marker,
    touch_marker,
    write_marker,
)
from ridgeline.log.run_state import Session
from ridgeline.log.status import (
    is_live,
    live_segments,
    newest_attempt,
    process_is_alive,
    run_ended,
    run_status,
)

ELSEWHERE = Marker("another-host", 1, "another-boot", 0.0)


@pytest.fixture
def layout(tmp_path):
    layout = Layout(tmp_path)
    layout.create()
    return layout


def put(layout, marker, *, age_secs, run_id="r", seg="s"):
    path = layout.live_marker(run_id, seg)
    write_marker(path, marker)
    os.utime(path, (time.time() - age_secs,) * 2)
    return next(found for found in read_markers(layout) if found.path == path)


def dead_pid():
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_a_marker_is_read_as_it_was_written(layout):
    marker = marker_of_this_process()
    write_marker(layout.live_marker("a.b~not", "s"), marker)
    (found,) = read_markers(layout)
    assert (found.run_id, found.seg, found.marker) == ("a.b", "not~s", marker)
    assert (marker.host, marker.pid) == (socket.gethostname(), os.getpid())
    assert abs(found.beat - time.time()) < 60


def test_touching_beats_and_removing_twice_is_fine(layout):
    found = put(layout, ELSEWHERE, age_secs=1000)
    assert live_segments(layout) == set()
    touch_marker(found.path)
    assert live_segments(layout) == {("r", "s")}
    remove_marker(found.path)
    remove_marker(found.path)
    assert list(read_markers(layout)) == []
    with pytest.raises(StorageError, match="cannot be touched"):
        touch_marker(found.path)


def test_a_marker_that_cannot_be_written_leaves_nothing(layout):
    layout.live_marker("r", "s").mkdir()
    with pytest.raises(StorageError, match="cannot be written"):
        write_marker(layout.live_marker("r", "s"), ELSEWHERE)
    assert [path.name for path in layout.live.iterdir()] == ["r~s"]


def test_a_repository_without_markers(tmp_path):
    assert list(read_markers(Layout(tmp_path / "nothing"))) == []


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"host":1,"pid":1,"boot_id":"","started":1}'])
def test_a_marker_that_cannot_be_read_still_beats(layout, text):
    layout.live_marker("r", "s").write_text(text)
    (found,) = read_markers(layout)
    assert found.marker is None
    assert is_live(found, found.beat + 34)
    assert not is_live(found, found.beat + 36)


@pytest.mark.parametrize(("age_secs", "live"), [(0, True), (34, True), (36, False), (-5, True)])
def test_a_writer_elsewhere_is_live_while_it_beats(layout, age_secs, live):
    assert is_live(put(layout, ELSEWHERE, age_secs=age_secs), time.time()) == live


@pytest.mark.parametrize(("age_secs", "live"), [(0, True), (110, True), (130, False)])
def test_a_living_writer_here_has_two_minutes(layout, age_secs, live):
    assert is_live(put(layout, marker_of_this_process(), age_secs=age_secs), time.time()) == live


def test_a_dead_writer_here_is_dead_at_once(layout):
    marker = Marker(socket.gethostname(), dead_pid(), boot_id(), time.time())
    assert not is_live(put(layout, marker, age_secs=0), time.time())


def test_a_process_id_of_another_boot_or_container_says_nothing(layout):
    for boot in ("another", ""):
        marker = Marker(socket.gethostname(), dead_pid(), boot, time.time())
        assert is_live(put(layout, marker, age_secs=0), time.time())
        assert not is_live(put(layout, marker, age_secs=40), time.time())


def test_a_killed_child_that_nobody_waited_for_is_not_alive():
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    assert process_is_alive(process.pid)
    process.send_signal(signal.SIGKILL)
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert not process_is_alive(process.pid)
    process.communicate()


def test_odd_process_ids():
    assert process_is_alive(os.getpid())
    assert process_is_alive(1)
    assert not process_is_alive(dead_pid())
    assert process_is_alive(2**80)


def session(seg, updated, status=None, *, started=None, parent=None):
    began = updated if started is None else started
    ended = None if status is None else updated
    return Session(seg, "h", 1, "u", "s", began, updated, ended, status, parent=parent)


def test_status_of_a_run():
    assert run_status([], []) == "lost"
    assert run_status([session("a", 1.0, "finished")], ["b"]) == "running"
    assert run_status([session("a", 1.0, "failed"), session("b", 2.0, "finished")], []) == "finished"
    assert run_status([session("a", 2.0, "finished"), session("b", 1.0)], []) == "finished"
    assert run_status([session("a", 1.0, "finished"), session("b", 2.0)], []) == "lost"
    assert run_status([session("a", 1.0, "stopped"), session("b", 1.0, "failed")], set()) == "failed"


def ranks(*statuses):
    """Sessions that overlap; the first ends last."""
    return [session(f"rank{i}", 50.0 - i, status, started=10.0 + i) for i, status in enumerate(statuses)]


@pytest.mark.parametrize(
    ("statuses", "status"),
    [
        (["finished", "finished"], "finished"),
        (["finished", None], "lost"),  # kill -9 of one rank, and rank 0 ends later
        (["finished", "failed"], "failed"),
        (["finished", "stopped"], "stopped"),
        (["stopped", None], "lost"),  # a rank was killed and the launcher stopped the others
        (["stopped", "failed"], "failed"),
        (["finished", "stopped", None, "failed"], "failed"),
    ],
)
def test_ranks_are_as_the_worst_of_them_whoever_ends_last(statuses, status):
    assert run_status(ranks(*statuses), []) == status
    assert run_status(ranks(*reversed(statuses)), []) == status
    assert run_status(list(reversed(ranks(*statuses))), []) == status


@pytest.mark.parametrize("before", ["failed", "stopped", "finished", None])
def test_a_resumed_run_is_as_the_resumption_left_it(before):
    attempts = [*ranks("finished", before), session("c", 70.0, "finished", started=60.0)]
    assert run_status(attempts, []) == "finished"
    assert newest_attempt(attempts) == attempts[-1:]
    assert run_status([*ranks("finished"), session("c", 70.0, before, started=60.0)], []) == (
        before or "lost"
    )


def test_sessions_that_overlap_by_a_chain_are_one_attempt():
    chain = [
        session("a", 20.0, "failed", started=10.0),
        session("b", 30.0, "finished", started=15.0),
        session("c", 40.0, "finished", started=25.0),
    ]
    assert run_status(chain, []) == "failed"
    assert newest_attempt(chain) == chain
    assert newest_attempt([]) == []


def test_a_process_that_outlives_its_workers_says_how_the_run_ended():
    for status in ("failed", "stopped", None):
        workers = [session("w", 40.0, status, started=20.0, parent="p")]
        assert run_status([session("p", 50.0, "finished", started=10.0), *workers], []) == "finished"
        assert run_status([session("p", 50.0, None, started=10.0), *workers], []) in ("lost", "failed")
    # a worker that goes on alone speaks for itself, unless its pool is taken down with the program
    parent = session("p", 30.0, "finished", started=10.0)
    for status, expected in (("failed", "failed"), (None, "lost"), ("stopped", "finished")):
        assert run_status([parent, session("w", 40.0, status, started=20.0, parent="p")], []) == expected
    # one that somebody took up later is an attempt of its own
    assert run_status([parent, session("w", 40.0, "stopped", started=35.0, parent="p")], []) == "stopped"


def test_a_run_ends_with_the_last_of_its_ranks_unless_it_is_lost():
    assert run_ended(ranks("finished", "failed")) == 50.0
    assert run_ended(ranks(None, "failed")) == 49.0
    assert run_ended(ranks("finished", None)) is None
    assert run_ended([*ranks("finished"), session("c", 70.0, None, started=60.0)]) is None
    assert run_ended([]) is None
