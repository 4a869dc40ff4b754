"""Real damage to real repositories."""

import hashlib
import shutil
import socket
import subprocess
import sys
import time
import zlib

import pytest

from ridgeline.core.errors import NotFoundError
from ridgeline.log.events import ArtifactEvent, EnvEvent, RunEvent, SeriesEvent, ViewEvent, encode_event
from ridgeline.log.frame import DEFLATE, FrameType, encode_frame
from ridgeline.log.layout import Layout
from ridgeline.log.marker import Marker, boot_id, marker_of_this_process, write_marker
from ridgeline.log.objects import ObjectHeader, encode_object
from ridgeline.log.points import ROW
from ridgeline.log.read import scan_file
from ridgeline.log.repair import check, repair
from ridgeline.log.writer import SegmentWriter

HEAD = RunEvent(1.0, "r", "name", "pos", 1.0, "h", 1, "u", "s")
SERIES = SeriesEvent(1.0, 1, "loss", {}, "float")
HOUR = 3600.0


class LaterClock:
    """The time some seconds from now, as it is for somebody who looks later."""

    def __init__(self, secs):
        self.secs = secs

    def time(self):
        return time.time() + self.secs

    def time_ns(self):
        return int(self.time() * 1e9)

    def monotonic(self):
        return self.time()


LATER = LaterClock(600)


@pytest.fixture
def layout(tmp_path):
    layout = Layout(tmp_path / "repo")
    layout.create()
    return layout


def events(*items):
    return (FrameType.EVENTS, 0, b"".join(map(encode_event, items)))


def points(n_rows, sid=1):
    return (FrameType.POINTS, 0, b"".join(ROW.pack(sid, i, 0.5, 1.0) for i in range(n_rows)))


def write(layout, *frames, run_id="r", seg="s"):
    writer = SegmentWriter(layout.segment(run_id, seg))
    for frame in frames:
        writer.append([frame])
    writer.close()
    return writer.path


def put_blob(layout, data, sha=None):
    sha = sha or hashlib.sha256(data).hexdigest()
    path = layout.blobs / sha[:2] / sha
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    return path


def slugs(findings):
    return [finding.slug for finding in findings]


def snapshot(layout):
    """Return every file of a repository with its bytes."""
    return {
        str(path.relative_to(layout.root)): path.read_bytes()
        for path in layout.root.rglob("*")
        if path.is_file()
    }


def all_bytes(files):
    """Return the bytes of all files, sorted, for counting what was lost."""
    return sorted(b"".join(files.values()))


def dead_pid():
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_a_sound_repository_has_no_findings_and_is_not_touched(layout):
    blob = put_blob(layout, b"weights")
    write(
        layout,
        events(HEAD, SERIES, ArtifactEvent(1.0, "m", blob.name, None, 7, None)),
        points(50),
        (200, 0, b"later version"),
    )
    before = snapshot(layout)
    assert check(layout, clock=LATER) == []
    assert repair(layout, clock=LATER) == []
    assert snapshot(layout) == before


def test_no_repository(tmp_path):
    with pytest.raises(NotFoundError):
        check(Layout(tmp_path / "nothing"))


def test_a_torn_tail_is_kept_aside_and_cut_at_every_byte(layout, tmp_path):
    path = write(layout, events(HEAD, SERIES), points(3))
    whole = path.read_bytes()
    last = scan_file(path).frames[-1].offset
    for cut in range(last + 1, len(whole)):
        copy = Layout(tmp_path / f"cut-{cut}")
        shutil.copytree(layout.root, copy.root)
        torn = copy.segment("r", "s")
        torn.write_bytes(whole[:cut])
        (outcome,) = repair(copy, clock=LATER)
        assert (outcome.finding.slug, outcome.is_repaired) == ("log-torn-tail", True)
        assert torn.read_bytes() == whole[:last]
        assert (copy.lost_and_found / f"r~s.rlog@{last}").read_bytes() == whole[last:cut]
        assert check(copy, clock=LATER) == []


def test_two_tails_of_one_place_do_not_overwrite_each_other(layout):
    path = write(layout, events(HEAD))
    size = path.stat().st_size
    for tail in (b"one", b"two"):
        with path.open("ab") as log:
            log.write(tail)
        repair(layout, clock=LATER)
    kept = [
        (layout.lost_and_found / name).read_bytes() for name in (f"r~s.rlog@{size}", f"r~s.rlog@{size}.1")
    ]
    assert kept == [b"one", b"two"]


@pytest.mark.parametrize(
    ("marker", "clock", "touched"),
    [
        (None, LaterClock(0), False),  # closed or without a marker, and written a moment ago
        (None, LATER, True),
        (marker_of_this_process(), LaterClock(0), False),
        (marker_of_this_process(), LATER, False),  # alive, though it has not beaten for ten minutes
        (Marker(socket.gethostname(), dead_pid(), boot_id(), 0.0), LaterClock(0), True),
        (Marker("another-host", 1, "x", 0.0), LATER, False),  # it may only be asleep
        (Marker("another-host", 1, "x", 0.0), LaterClock(25 * HOUR), True),
    ],
)
def test_a_log_is_cut_only_when_its_writer_is_dead(layout, marker, clock, touched):
    path = write(layout, events(HEAD))
    with path.open("ab") as log:
        log.write(b"RLG1 in flight")
    if marker is not None:
        write_marker(layout.live_marker("r", "s"), marker)
    outcomes = repair(layout, clock=clock)
    expected = (["log-torn-tail"] + (["marker-stale"] if marker else [])) if touched else []
    assert slugs(outcome.finding for outcome in outcomes) == expected
    assert path.read_bytes().endswith(b"in flight") != touched
    assert layout.live_marker("r", "s").exists() == (marker is not None and not touched)


def test_a_killed_writer_leaves_a_stale_marker_that_is_removed(layout):
    code = (
        "import sys, os, signal; from pathlib import Path; from ridgeline.log.layout import Layout;"
        "from ridgeline.log.marker import *; from ridgeline.log.writer import SegmentWriter;"
        "layout = Layout(sys.argv[1]); writer = SegmentWriter(layout.segment('r', 's'));"
        "write_marker(layout.live_marker('r', 's'), marker_of_this_process());"
        "writer.append([(3, 0, b'x')]); os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(layout.root)], check=False).returncode == -9
    assert "marker-stale" in slugs(check(layout))
    repair(layout)
    assert not layout.live_marker("r", "s").exists()


def test_a_gap_is_reported_with_its_frames_and_left_in_place(layout):
    path = write(layout, events(HEAD), events(SERIES), points(5), points(7))
    offset = scan_file(path).frames[1].offset
    damaged = bytearray(path.read_bytes())
    damaged[offset + 30] ^= 4
    path.write_bytes(damaged)
    findings = check(layout, clock=LATER)
    assert slugs(findings) == ["log-gap", "series-undefined"]
    assert "1 frame lost" in findings[0].message
    assert findings[0].offset == offset
    assert findings[1].message.startswith("12 points")
    before = snapshot(layout)
    assert not any(outcome.is_repaired for outcome in repair(layout, clock=LATER))
    assert snapshot(layout) == before


def test_bytes_between_frames_that_cost_nothing(layout):
    path = write(layout, events(HEAD))
    path.write_bytes(path.read_bytes() + b"junk" + encode_frame(FrameType.EVENTS, 0, 1, encode_event(SERIES)))
    (finding,) = check(layout, clock=LATER)
    assert finding.slug == "log-stray-bytes"
    assert "nothing is lost" in finding.message


def test_faults_of_a_writer(layout):
    write(
        layout,
        events(HEAD),
        (FrameType.EVENTS, 0, b'{"op":"end","t":1.0,"status":"exploded"}\n\nnot json\n'),
        (FrameType.EVENTS, DEFLATE, b"not deflated"),
        (FrameType.POINTS, DEFLATE, zlib.compress(b"not a row")),
        (FrameType.OBJECT, 0, b"not an object"),
    )
    assert slugs(check(layout, clock=LATER)) == ["event-malformed"] * 2 + ["frame-malformed"] * 3


def test_blobs_that_logs_refer_to_and_are_not_there(layout):
    present = put_blob(layout, b"present").name
    absent = [hashlib.sha256(b"%d" % i).hexdigest() for i in range(3)]
    header = ObjectHeader(1, 0, None, 1.0, "image/png", {}, absent[2], 10**6)
    write(
        layout,
        events(
            ArtifactEvent(1.0, "a", present, None, 7, None), ArtifactEvent(1.0, "b", absent[0], None, 7, None)
        ),
        events(ArtifactEvent(1.0, "elsewhere", None, "s3://bucket/x", 7, None)),
        events(
            EnvEvent(1.0, "git", {"dirty": True, "diff": [{"blob": absent[1]}]}),
            EnvEvent(1.0, "command", ["blob"]),
        ),
        (FrameType.OBJECT, 0, encode_object(header)),
    )
    findings = check(layout, clock=LATER)
    assert slugs(findings) == ["blob-missing"] * 3
    assert all(any(sha in finding.message for finding in findings) for sha in absent)


def test_a_damaged_blob_is_moved_so_that_it_can_be_put_again(layout):
    path = put_blob(layout, b"good")
    path.write_bytes(b"evil")
    before = snapshot(layout)
    (outcome,) = repair(layout, clock=LATER)
    assert (outcome.finding.slug, outcome.is_repaired) == ("blob-damaged", True)
    assert not path.exists()
    assert (layout.lost_and_found / f"{path.name}.blob-damaged").read_bytes() == b"evil"
    assert all_bytes(snapshot(layout)) == all_bytes(before)


def test_an_unfinished_blob_is_moved_once_its_writer_must_be_gone(layout):
    (layout.blobs / ".put-1-2").write_bytes(b"half")
    assert check(layout, clock=LATER) == []
    (outcome,) = repair(layout, clock=LaterClock(2 * HOUR))
    assert (outcome.finding.slug, outcome.is_repaired) == ("blob-unfinished", True)
    assert (layout.lost_and_found / "put-1-2.blob-unfinished").read_bytes() == b"half"


def test_saved_views_are_checked_too(layout):
    writer = SegmentWriter(layout.view_segment("s"))
    writer.append([events(ViewEvent(1.0, "v", "n", "/runs", "runs"))])
    writer.close()
    with writer.path.open("ab") as log:
        log.write(b"torn")
    (outcome,) = repair(layout, clock=LATER)
    assert (outcome.finding.slug, outcome.is_repaired) == ("log-torn-tail", True)
    assert [path.name for path in layout.lost_and_found.iterdir()] == [f"views~s.rlog@{writer.size_bytes}"]


def test_a_log_that_cannot_be_read_does_not_stop_the_check(layout):
    layout.segment("r", "s").mkdir(parents=True)
    write(layout, events(HEAD), run_id="other")
    assert slugs(check(layout, clock=LATER)) == ["log-not-readable"]


def test_whatever_is_repaired_no_byte_is_lost(layout):
    put_blob(layout, b"good").write_bytes(b"evil")
    for seg, tail in (("1", b"torn"), ("2", b"RLG1" + bytes(50))):
        path = write(layout, events(HEAD, SERIES), points(9), seg=seg)
        path.write_bytes(path.read_bytes()[:-5] + tail)
    before = snapshot(layout)
    assert all(outcome.is_repaired for outcome in repair(layout, clock=LATER))
    assert all_bytes(snapshot(layout)) == all_bytes(before)
    assert check(layout, clock=LATER) == []


def test_what_cannot_be_repaired_says_so(layout):
    path = write(layout, events(HEAD))
    with path.open("ab") as log:
        log.write(b"torn")
    layout.lost_and_found.touch()  # a file in the place of the folder
    (outcome,) = repair(layout, clock=LATER)
    assert not outcome.is_repaired
    assert "Could not be repaired" in outcome.message
    assert path.read_bytes().endswith(b"torn")


def test_progress_counts_files_to_the_end(layout):
    write(layout, events(HEAD))
    put_blob(layout, b"x")
    steps = []
    check(layout, clock=LATER, on_progress=lambda done, total: steps.append((done, total)))
    assert steps == [(1, 2), (2, 2)]
