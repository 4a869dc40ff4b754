"""What the index looks at, and when: with a clock that the tests set."""

import os
import shutil
import time

import numpy as np
import pytest

from ridgeline.index import tails
from ridgeline.index.segments import _SWEEP_RUNS
from ridgeline.index.sqlite import SqliteIndex
from ridgeline.log.layout import Layout
from ridgeline.log.marker import Marker, write_marker
from ridgeline.testing.index_answers import answers
from ridgeline.testing.index_model import expected
from ridgeline.testing.segments import TestSegment, segment_id

T0 = 1_790_000_000.0


class SetClock:
    """A clock that moves when it is told to. It starts with that of the file system."""

    def __init__(self):
        self.now = time.time()

    def time(self):
        return self.now

    def time_ns(self):
        return int(self.now * 1e9)

    def monotonic(self):
        return self.now


@pytest.fixture
def clock():
    return SetClock()


@pytest.fixture
def layout(tmp_path):
    layout = Layout(tmp_path / ".ridgeline")
    layout.create()
    return layout


@pytest.fixture
def index(layout, clock):
    index = SqliteIndex(layout.root, clock)
    yield index
    index.close()


def write(layout, run_id, number, *, ended=True):
    with TestSegment(layout, run_id, segment_id(number)) as log:
        log.head(T0)
        sid = log.series(T0, "loss")
        log.points([(sid, (step, 1.0, T0 + step)) for step in range(10)])
        if ended:
            log.end(T0 + 1)
    return log.path


def settled(index):
    return [bool(row[0]) for row in index._connection.execute("select settled from segment order by id")]


def n_waiting(index):
    return sum(size.n for size in tails.sizes(index._connection))


def test_a_segment_with_an_end_is_settled_at_once(layout, index):
    write(layout, "a", 1)
    index.refresh()
    assert settled(index) == [True]
    assert n_waiting(index) == 0


def test_a_segment_without_an_end_or_a_writer_is_settled_when_it_rests(layout, index, clock):
    write(layout, "a", 1, ended=False)
    index.refresh()
    assert (settled(index), n_waiting(index)) == ([False], 10)
    clock.now += 20
    index.refresh()
    assert (settled(index), n_waiting(index)) == ([True], 0)
    assert answers(index) == expected(layout.root, clock)


def test_the_tail_of_a_live_run_goes_into_chunks_after_a_minute(layout, index, clock):
    marker = layout.live_marker("a", segment_id(1))
    write(layout, "a", 1, ended=False)
    for look in range(7):
        write_marker(marker, Marker("elsewhere", 1, "", T0))
        os.utime(marker, (clock.now, clock.now))
        generation = index.refresh()
        assert index.runs().status.tolist() == ["running"]
        assert n_waiting(index) == (10 if look < 6 else 0)
        clock.now += 10
    os.utime(marker, (clock.now, clock.now))
    # Where points lie is no answer.
    assert index.refresh() == generation


def test_a_run_whose_writer_is_silent_is_lost(layout, index, clock):
    write_marker(layout.live_marker("a", segment_id(1)), Marker("elsewhere", 1, "", T0))
    write(layout, "a", 1, ended=False)
    first = index.refresh()
    assert index.runs().status.tolist() == ["running"]
    clock.now += 60
    assert index.refresh() != first
    assert index.runs().status.tolist() == ["lost"]
    assert answers(index) == expected(layout.root, clock)


def test_folders_that_rest_are_not_looked_into(layout, index, clock, monkeypatch):
    for number in range(20):
        write(layout, f"run{number}", number)
    index.refresh()
    clock.now += 10
    index.refresh()
    listed = []
    listdir = os.listdir
    monkeypatch.setattr(os, "listdir", lambda path: listed.append(str(path)) or listdir(path))
    monkeypatch.setattr("ridgeline.index.segments._SWEEP_RUNS", 1)
    index._writer._watcher._sweeper = iter([[]] * 3)
    index.refresh()
    assert [path for path in listed if path.startswith(str(layout.runs))] == []
    write(layout, "run7", 99)
    index.refresh()
    assert str(layout.run_folder("run7")) in listed
    assert str(layout.run_folder("run8")) not in listed
    assert answers(index) == expected(layout.root, clock)


def test_another_process_need_not_look_into_them_either(layout, index, clock, monkeypatch):
    write(layout, "a", 1)
    index.refresh()
    clock.now += 10
    index.refresh()
    listed = []
    listdir = os.listdir
    monkeypatch.setattr(os, "listdir", lambda path: listed.append(str(path)) or listdir(path))
    other = SqliteIndex(layout.root, clock)
    writer = other._ready_writer()
    writer._watcher._sweeper = iter([[]])
    other.refresh()
    assert str(layout.run_folder("a").parent) not in listed
    other.close()


def test_a_change_within_the_tick_of_the_last_look_is_found(layout, index, clock):
    write(layout, "a", 1)
    index.refresh()
    shard = layout.run_folder("a").parent
    before = shard.stat()
    write(layout, "a", 2)
    for folder in (shard, layout.run_folder("a")):
        os.utime(folder, ns=(before.st_atime_ns, before.st_mtime_ns))
    index.refresh()
    assert answers(index) == expected(layout.root, clock)


def test_what_moves_no_folder_is_found_by_the_sweep(layout, index, clock):
    paths = [write(layout, f"run{number:03}", number) for number in range(2 * _SWEEP_RUNS + 5)]
    index.refresh()
    clock.now += 10
    index.refresh()
    grown = paths[_SWEEP_RUNS]
    with TestSegment(layout, "elsewhere", segment_id(0)) as log:
        log.tag(T0 + 5, ["synced"])
    data = bytearray(log.path.read_bytes())
    shutil.rmtree(log.path.parent)
    with grown.open("ab") as file:
        file.write(data)
    for _ in range(5):
        index.refresh()
    (segment,) = index.segments(int(index.runs().rid[list(index.runs().id).index(f"run{_SWEEP_RUNS:03}")]))
    assert segment.size_bytes == grown.stat().st_size


def test_runs_are_numbered_as_they_began(layout, index):
    for number, run_id in enumerate(["c", "a", "b"]):
        write(layout, run_id, number)
    index.refresh()
    assert index.runs().id.tolist() == ["c", "a", "b"]
    assert np.all(np.diff(index.runs().rid) > 0)


def test_an_empty_run_folder_is_no_run(layout, index):
    layout.run_folder("a").mkdir(parents=True)
    (layout.run_folder("a") / ".hidden.rlog").write_bytes(b"")
    (layout.run_folder("a") / "notes.txt").write_bytes(b"")
    index.refresh()
    assert len(index.runs()) == 0


def test_an_empty_segment_is_a_run_that_is_lost(layout, index, clock):
    TestSegment(layout, "abcdefgh", segment_id(1)).close()
    index.refresh()
    assert index.runs().name.tolist() == ["run-abcdef"]
    assert answers(index) == expected(layout.root, clock)
