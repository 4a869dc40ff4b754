"""Disks that are full, refuse, or come back: the training never notices, and the run tells."""

import math
import os
import resource
import signal
import subprocess
import sys
import warnings
from contextlib import contextmanager
from pathlib import Path

import pytest

from ridgeline import Text
from ridgeline.record.run import Run


@contextmanager
def warned(*slugs: str):
    """Collect what is warned of, also by the writer thread, and look for these slugs in it."""
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        yield
    text = "\n".join(str(warning.message) for warning in found)
    assert all(f"[{slug}]" in text for slug in slugs), text


@pytest.fixture
def impatient(monkeypatch):
    """Close without the two seconds that a run grants a disk to come back."""
    monkeypatch.setattr("ridgeline.record.writer.CLOSE_TRIES_SECS", 0.1)


@pytest.fixture
def small_files():
    """Let this process write files of so many bytes only, as a full disk or a quota does."""
    earlier_limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    earlier_handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    def limit(size_bytes):
        resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, earlier_limit[1]))

    yield limit
    resource.setrlimit(resource.RLIMIT_FSIZE, earlier_limit)
    signal.signal(signal.SIGXFSZ, earlier_handler)


def test_a_full_disk_is_waited_out_and_nothing_is_lost(tmp_path, read, small_files):
    run = Run(repo=tmp_path, capture=False)
    run.track(0.0, "m", step=0)
    run.flush()
    small_files(4096)
    with warned("log-write-failed"):
        for step in range(1, 20_000):
            run.track(step / 7, "m", step=step)
        run["lr"] = 1
        run.flush()
    small_files(resource.getrlimit(resource.RLIMIT_FSIZE)[1])
    run.track(1.0, "m", step=20_000)
    run.close()
    recorded = read(run)
    assert recorded.steps("m") == list(range(20_001))
    assert recorded.state.params == {"lr": 1}
    assert recorded.state.warnings["log-write-failed"].count >= 1
    assert recorded.status == "finished"


def test_what_has_no_room_in_memory_is_counted(tmp_path, read, small_files, monkeypatch):
    limit = 28 * 1000
    for module in ("buffer", "tracker"):
        monkeypatch.setattr(f"ridgeline.record.{module}.ROWS_LIMIT_BYTES", limit)
    run = Run(repo=tmp_path, capture=False)
    run.flush()
    small_files(2048)
    with warned("points-dropped", "log-write-failed"):
        for step in range(3000):
            run.track(math.sin(step), "m", step=step)  # does not compress into the little that is free
            if step == 900:
                run.flush()
        run.flush()
    small_files(resource.getrlimit(resource.RLIMIT_FSIZE)[1])
    run.flush()
    run.track(1.0, "m", step=3000)
    run.close()
    recorded = read(run)
    n_kept = len(recorded.steps("m"))
    assert recorded.steps("m")[:900] == list(range(900))
    assert recorded.steps("m")[-1] == 3000
    assert n_kept + recorded.state.warnings["points-dropped"].count == 3001


def test_a_program_faster_than_the_writer_loses_nothing_on_a_good_disk(tmp_path, read, monkeypatch):
    for module in ("buffer", "tracker"):
        monkeypatch.setattr(f"ridgeline.record.{module}.ROWS_LIMIT_BYTES", 28 * 1000)
    with Run(repo=tmp_path, capture=False) as run:
        for step in range(30_000):
            run.track(1.0, "m", step=step)
            run.track({"a": 1.0, "b": 2.0}, step=step)
    recorded = read(run)
    assert recorded.steps("m") == recorded.steps("b") == list(range(30_000))
    assert recorded.state.warnings == {}


def test_a_run_on_a_disk_that_refuses_to_the_end_still_ends(tmp_path, small_files, impatient):
    run = Run(repo=tmp_path, capture=False)
    run.flush()
    small_files(1024)
    with warned("close-not-written"):
        for step in range(1000):
            run.track(step / 7, "m", step=step)
        run.close()
    assert run.status == "finished"


def test_an_artifact_or_large_object_that_does_not_fit_is_a_warning(tmp_path, read, small_files):
    big = tmp_path / "weights"
    big.write_bytes(b"x" * 100_000)
    run = Run(repo=tmp_path, capture=False)
    run.flush()
    small_files(50_000)
    with warned("blob-write-failed"):
        run.log_artifact(big)
    run.track(Text("y" * 100_000), "t")
    run.flush()
    small_files(resource.getrlimit(resource.RLIMIT_FSIZE)[1])
    run.close()
    recorded = read(run)
    assert recorded.state.artifacts == {}
    assert recorded.state.warnings["blob-write-failed"].count >= 1
    assert len(recorded.objects) == 1  # the object waited for the disk


def test_a_folder_that_cannot_be_made_does_not_stop_the_program(tmp_path, impatient):
    (tmp_path / "file").write_text("")
    with warned("repo-not-writable"):
        run = Run(repo=tmp_path / "file", capture=False)
        run.track(1.0, "m")
        run.flush()
        run.close()
    assert run.status == "finished"


def test_a_repository_that_appears_later_is_used(tmp_path, read):
    blocked = tmp_path / "later"
    blocked.write_text("")
    with warned("repo-not-writable"):
        run = Run(repo=blocked, capture=False)
        run.track(1.0, "m")
        run.flush()
    blocked.unlink()
    run.flush()
    assert read(run).values("m") == [1.0]
    run.close()


def test_warnings_as_errors_do_not_reach_the_program(tmp_path):
    (tmp_path / "file").write_text("")
    source = f"""
from ridgeline import Run
run = Run(repo={str(tmp_path / "file")!r}, capture=False)
for step in range(100):
    run.track(1.0, "m")
run.flush()
print("trained")
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", source], check=True, timeout=60, capture_output=True, text=True
    )
    assert done.stdout == "trained\n"
    assert "repo-not-writable" in done.stderr


def test_an_old_segment_that_cannot_be_read_does_not_stop_reopening(tmp_path, read):
    with Run(repo=tmp_path, run_id="r", capture=False) as run:
        run.track(1.0, "m")
    [segment] = read(run).segments
    damaged = bytearray(segment.read_bytes())
    damaged[25:60] = os.urandom(35)
    segment.write_bytes(damaged)
    with Run(repo=tmp_path, run_id="r", capture=False) as again:
        again.track(2.0, "m")
    assert again.status == "finished"
    assert len(list(Path(segment).parent.iterdir())) == 2
