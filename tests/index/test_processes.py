"""Several processes index at once, while others write; and the file is taken from under them."""

import multiprocessing
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from ridgeline.core.errors import StorageError
from ridgeline.index import open_index, reindex
from ridgeline.index.location import IndexWarning, UnusableError
from ridgeline.index.lock import locked
from ridgeline.log.layout import Layout
from ridgeline.log.marker import marker_of_this_process, remove_marker, write_marker
from ridgeline.testing.index_answers import answers
from ridgeline.testing.index_model import expected
from ridgeline.testing.segments import TestSegment, segment_id

T0 = 1_790_000_000.0
SPAWN = multiprocessing.get_context("spawn")


def write(root, writer, n_runs, n_flushes):
    """Write runs as a Run does: a marker, then a flush now and then."""
    layout = Layout(root)
    layout.create()
    for number in range(n_runs):
        run_id, seg = f"run{writer}-{number}", segment_id(100 * writer + number)
        marker = layout.live_marker(run_id, seg)
        with TestSegment(layout, run_id, seg) as log:
            write_marker(marker, marker_of_this_process())
            log.head(T0)
            log.set(T0, ["writer"], writer)
            sids = [log.series(T0, f"metric{i}") for i in range(5)]
            for flush in range(n_flushes):
                steps = range(20 * flush, 20 * flush + 20)
                log.points([(sid, (step, step / 7, T0 + step)) for step in steps for sid in sids])
            log.end(T0 + 1)
            remove_marker(marker)


def index_until(root, stop):
    """Refresh until told to stop, and say what the index then says."""
    index = open_index(root)
    n_seen = 0
    while not stop.is_set():
        index.refresh()
        n_points = int(index.runs().n_points.sum())
        assert n_points >= n_seen
        n_seen = n_points
    index.refresh()
    said = answers(index)
    index.close()
    return said


@pytest.mark.slow
def test_four_index_while_eight_write(tmp_path):
    root = tmp_path / ".ridgeline"
    Layout(root).create()
    with SPAWN.Manager() as manager, ProcessPoolExecutor(12, SPAWN) as pool:
        stop = manager.Event()
        indexers = [pool.submit(index_until, root, stop) for _ in range(4)]
        for writer in [pool.submit(write, root, number, 3, 40) for number in range(8)]:
            writer.result()
        stop.set()
        said = [indexer.result() for indexer in indexers]
    truth = expected(root)
    assert sum(row["n_points"] for row in truth["runs"].values()) == 8 * 3 * 40 * 20 * 5
    for each in said:
        assert each == truth


@pytest.fixture
def repo(tmp_path):
    root = tmp_path / ".ridgeline"
    write(root, 1, 6, 10)
    return root


def garbage(path: Path) -> None:
    path.write_bytes(b"no database at all" * 1000)


def zeros(path: Path) -> None:
    """Overwrite all but the first page, as a bad disk does."""
    data = path.read_bytes()
    path.write_bytes(data[:16384] + bytes(len(data) - 16384))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:40_000])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def other_version(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("pragma user_version=99")
    connection.close()


def unlink(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("damage", [garbage, zeros, cut, empty, other_version, unlink])
def test_a_damaged_index_is_rebuilt_when_it_is_opened(repo, damage):
    index = open_index(repo)
    index.refresh()
    index.close()
    damage(repo / "index.sqlite")
    index = open_index(repo)
    index.refresh()
    assert answers(index) == expected(repo)
    index.close()


@pytest.mark.parametrize("damage", [garbage, zeros, cut, unlink])
def test_a_damaged_index_is_rebuilt_while_it_is_open(repo, damage):
    index = open_index(repo)
    index.refresh()
    index._connection.execute("pragma wal_checkpoint(truncate)")
    for connection in (index._connection, index._reader._connection):
        connection.execute("pragma cache_size=0")
    damage(repo / "index.sqlite")
    write(repo, 2, 2, 5)
    index.refresh()
    assert answers(index) == expected(repo)
    index.close()


@pytest.mark.parametrize(
    ("column", "damage"),
    [("value", "update chunk set vals = substr(vals, 1, 9)"), ("time", "update axis set times = x'ff'")],
)
def test_damage_that_a_column_shows_is_an_error_once(repo, column, damage):
    index = open_index(repo)
    index.refresh()
    index._connection.execute(damage)
    points = index.points(index.metrics()[0].mid)
    assert len(points) > 0
    with pytest.raises(StorageError, match="ask again") as caught:
        getattr(points, column)
    assert caught.value.slug == "index-damaged"
    assert answers(index) == expected(repo)
    index.close()


def test_an_index_that_another_process_rebuilds_is_taken_over(repo):
    first, second = open_index(repo), open_index(repo)
    before = [first.refresh(), second.refresh()]
    seen = []
    reindex(repo, lambda done, total: seen.append((done, total)))
    write(repo, 2, 1, 5)
    assert first.refresh() != before[0]
    assert second.refresh() != before[1]
    assert answers(first) == answers(second) == expected(repo)
    assert seen[-1][0] == seen[-1][1] == sum(path.stat().st_size for path in repo.glob("runs/*/run1*/*"))
    assert [path.name for path in repo.glob("index.sqlite.new*")] == []
    first.close()
    second.close()


def test_a_reader_goes_on_while_the_index_is_rebuilt(repo):
    index = open_index(repo)
    index.refresh()
    before = answers(index)
    reindex(repo)
    assert answers(index) == before
    index.close()


def test_threads_read_while_one_refreshes(repo):
    index = open_index(repo)
    stop = threading.Event()

    def read():
        n_read = 0
        while not stop.is_set():
            runs = index.runs()
            for key in index.metrics():
                points = index.points(key.mid)
                assert set(runs.rid.tolist()) <= set(index.runs().rid.tolist())
                assert len(points.value) == points.offsets[-1]
            n_read += 1
        return n_read

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read) for _ in range(3)]
        for writer in range(2, 8):
            write(repo, writer, 1, 5)
            index.refresh()
        stop.set()
        assert all(reader.result() > 0 for reader in readers)
    assert answers(index) == expected(repo)
    index.close()


def test_whoever_holds_the_lock_too_long_is_named(tmp_path):
    path = tmp_path / "index.lock"
    begun = time.monotonic()
    for limits in ({"timeout_secs": 0.05}, {"still_secs": 0.3}):
        with locked(path), pytest.raises(UnusableError, match="index-busy"), locked(path, **limits):
            pass
    assert time.monotonic() - begun < 5
    with locked(path):
        pass


def test_a_holder_who_writes_is_waited_for(tmp_path):
    path = tmp_path / "index.lock"
    held, release = threading.Event(), threading.Event()

    def hold():
        with locked(path):
            held.set()
            n_written = 0
            while not release.wait(0.02):
                n_written += 1
                (tmp_path / "index.sqlite-wal").write_bytes(bytes(n_written))

    with ThreadPoolExecutor(1) as pool:
        holder = pool.submit(hold)
        held.wait()
        timer = threading.Timer(1.5, release.set)
        timer.start()
        with locked(path, still_secs=0.6):
            assert release.is_set()
        holder.result()


HOLDER = """
import fcntl, os, signal, sys
fd = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)
fcntl.flock(fd, fcntl.LOCK_EX)
print("held", flush=True)
os.kill(os.getpid(), signal.SIGSTOP)
print("goes on", flush=True)
"""


@pytest.fixture
def stopped_holder(repo, monkeypatch):
    """A process that was stopped while it held the lock of the index."""
    monkeypatch.setattr("ridgeline.index.file.locked", partial(locked, still_secs=0.3))
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(repo / "index.lock")], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "held\n"
    os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WNOWAIT)
    yield process
    process.send_signal(signal.SIGCONT)
    assert process.communicate(timeout=10)[0] == "goes on\n"


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "ridgeline"


def test_a_process_that_was_stopped_with_the_lock_holds_nobody_up(repo, cache, stopped_holder):
    begun = time.monotonic()
    with pytest.warns(IndexWarning, match=r"fuser .*index.lock.*Until then the index is kept in .*cache"):
        index = open_index(repo)
    index.refresh()
    assert answers(index) == expected(repo)
    assert time.monotonic() - begun < 10
    index.close()
    assert len(list(cache.glob("*/index.sqlite"))) == 1


def test_an_open_index_whose_lock_is_held_by_a_stopped_process_moves(repo, cache, request):
    index = open_index(repo)
    index.refresh()
    request.getfixturevalue("stopped_holder")
    write(repo, 9, 2, 2)
    with pytest.warns(IndexWarning, match="index-busy|does not go on"):
        index.refresh()
    assert answers(index) == expected(repo)
    write(repo, 8, 1, 1)
    index.refresh()  # and says no more of it
    assert answers(index) == expected(repo)
    index.close()


def test_a_disk_that_is_full_is_named_and_the_index_goes_elsewhere(repo, cache):
    index = open_index(repo)
    index.refresh()
    write(repo, 9, 60, 20)
    connection = index._connection
    pages = connection.execute("pragma page_count").fetchone()[0]
    connection.execute(f"pragma max_page_count = {pages}")
    with pytest.warns(IndexWarning, match=r"disk is full.*kept in .*cache"):
        index.refresh()
    assert answers(index) == expected(repo)
    index.close()
    assert len(list(cache.glob("*/index.sqlite"))) == 1


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 1 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("A DISK OF 1 MB CANNOT BE MOUNTED HERE: full and read-only disks are not tried")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder):
    with suppress(OSError), (folder / "fill").open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass
    with suppress(OSError), (folder / "fill").open("ab", buffering=0) as file:
        while file.write(b"0"):
            pass


def test_a_repo_on_a_full_disk_is_read(small_disk, cache):
    root = small_disk / ".ridgeline"
    write(root, 1, 3, 2)
    fill(small_disk)
    for _ in range(2):
        with pytest.warns(IndexWarning, match=r"disk is full.*kept in .*cache"):
            index = open_index(root)
        index.refresh()
        assert answers(index) == expected(root)
        index.close()
    with pytest.warns(IndexWarning, match="disk is full"):
        assert reindex(root).is_relative_to(cache)
    assert not list(root.glob("index.sqlite*"))  # room for the log
    (small_disk / "fill").unlink()
    index = open_index(root)
    index.refresh()
    assert answers(index) == expected(root)
    assert (root / "index.sqlite").exists()
    index.close()


def test_a_repo_on_a_disk_that_fills_up_is_read_on(small_disk, cache):
    root = small_disk / ".ridgeline"
    write(root, 1, 3, 2)
    index = open_index(root)
    index.refresh()
    write(root, 2, 3, 40)
    fill(small_disk)
    with pytest.warns(IndexWarning, match=r"kept in .*cache"):
        index.refresh()
    assert answers(index) == expected(root)
    index.close()


def test_a_repo_on_a_disk_that_cannot_be_written_to_is_read(small_disk, cache):
    root = small_disk / ".ridgeline"
    write(root, 1, 3, 2)
    for _ in range(2):
        subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
        index = open_index(root)
        index.refresh()
        assert answers(index) == expected(root)
        index.close()
        assert len(list(cache.glob("*/index.sqlite"))) == 1
        subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
        open_index(root).close()  # an index that nobody may write to is passed over, too


def test_a_repo_that_is_gone_is_named(repo):
    index = open_index(repo)
    shutil.rmtree(repo)
    with pytest.raises(StorageError, match="index-not-usable"):
        index.refresh()


def test_an_index_of_a_repo_that_cannot_be_written_to_lies_in_the_cache(repo, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("ridgeline.index.location.os.access", lambda *_: False)  # root may write everywhere
    index = open_index(repo)
    index.refresh()
    assert answers(index) == expected(repo)
    index.close()
    assert not (repo / "index.sqlite").exists()
    assert [path.name for path in (tmp_path / "cache" / "ridgeline").glob("*/index.sqlite")] == [
        "index.sqlite"
    ]


def test_a_log_cut_at_any_byte_gives_what_stands_before(tmp_path):
    whole = tmp_path / "whole"
    write(whole, 1, 1, 2)
    (log,) = (path for path in whole.glob("runs/*/*/*"))
    data = log.read_bytes()
    index = open_index(whole)
    cuts = sorted({*range(0, len(data), 97), *random.Random(0).sample(range(len(data)), 40)}, reverse=True)
    for n_bytes in cuts:
        # Shorter each time: the run is forgotten and taken in again.
        log.write_bytes(data[:n_bytes])
        index.refresh()
        assert answers(index) == expected(whole)
    index.close()
