import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from ridgeline.core.errors import InputError, StorageError
from ridgeline.log.frame import MAX_PAYLOAD_BYTES, FrameType
from ridgeline.log.read import scan_file
from ridgeline.log.writer import SegmentWriter


def payloads(path):
    found = scan_file(path)
    assert (found.gaps, found.torn) == ([], False)
    assert [frame.number for frame in found.frames] == list(range(len(found.frames)))
    return [bytes(frame.payload) for frame in found.frames]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "runs" / "ab" / "run" / "seg.rlog"


@pytest.fixture
def writer(path):
    writer = SegmentWriter(path)
    yield writer
    writer.close()


def test_frames_are_numbered_and_readable_at_once(writer, path):
    writer.append([(FrameType.EVENTS, 0, b"a\n"), (FrameType.POINTS, 0, b"")])
    writer.append([(FrameType.CONSOLE, 0, b"c")])
    assert payloads(path) == [b"a\n", b"", b"c"]
    assert (writer.size_bytes, writer.next_number) == (path.stat().st_size, 3)


def test_nothing_to_append_writes_nothing(writer, path):
    writer.append([])
    assert path.stat().st_size == 0


def test_more_frames_than_one_writev_takes(writer, path):
    writer.append((FrameType.EVENTS, 0, b"%d" % i) for i in range(3000))
    assert payloads(path) == [b"%d" % i for i in range(3000)]


def write_calls():
    """Return how many write system calls this process has made."""
    counts = Path("/proc/self/io")
    if not counts.exists():
        pytest.skip("this system does not count system calls")
    return int(counts.read_text().partition("syscw: ")[2].split()[0])


@pytest.mark.parametrize("n_frames", [1, 10, 1024, 1025])
def test_a_flush_is_one_system_call(writer, n_frames):
    before = write_calls()
    writer.append([(FrameType.OBJECT, 0, b"x" * 100)] * n_frames)
    assert write_calls() - before == 1


def test_a_frame_too_large_writes_nothing_of_the_batch(writer, path):
    with pytest.raises(InputError, match="at most"):
        writer.append([(FrameType.OBJECT, 0, b"small"), (FrameType.OBJECT, 0, bytes(MAX_PAYLOAD_BYTES + 1))])
    writer.append([(FrameType.OBJECT, 0, b"next")])
    assert payloads(path) == [b"next"]


def test_nobody_opens_a_segment_twice(writer, path):
    writer.append([(FrameType.EVENTS, 0, b"kept")])
    with pytest.raises(StorageError, match="there already") as caught:
        SegmentWriter(path)
    assert caught.value.slug == "segment-exists"
    assert payloads(path) == [b"kept"]


def test_closing_twice_is_fine_and_appending_after_is_not(path):
    writer = SegmentWriter(path)
    writer.append([(FrameType.EVENTS, 0, b"kept")])
    writer.sync()
    writer.close()
    writer.close()
    with pytest.raises(StorageError, match="is closed"):
        writer.append([(FrameType.EVENTS, 0, b"late")])
    assert payloads(path) == [b"kept"]


def test_a_folder_that_cannot_be_made_is_a_storage_error(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="cannot be made") as caught:
        SegmentWriter(tmp_path / "file" / "seg.rlog")
    assert caught.value.slug == "log-write-failed"


def run_python(code, *arguments):
    """Run code in a process of its own, whose limits it may change."""
    source = textwrap.dedent(code)
    done = subprocess.run(
        [sys.executable, "-c", source, *map(str, arguments)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_file_size_limit_in_the_middle_of_a_flush_loses_nothing(path):
    out = run_python(
        """
        import resource, sys
        from pathlib import Path
        from ridgeline.core.errors import StorageError
        from ridgeline.log.writer import SegmentWriter

        path = Path(sys.argv[1])
        writer = SegmentWriter(path)
        writer.append([(3, 0, b"first" * 100)])
        good = path.stat().st_size
        batch = [(3, 0, b"%d" % i * 500) for i in range(5)]
        for limit in range(good, good + 2000, 97):  # inside headers, inside payloads, between frames
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
            try:
                writer.append(batch)
            except StorageError as error:
                assert error.slug == "log-write-failed", error
            else:
                raise AssertionError("the limit was not met")
            assert path.stat().st_size == good == writer.size_bytes
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        writer.append(batch)
        writer.close()
        print(limit)
        """,
        path,
    )
    assert int(out) > 1000
    assert payloads(path) == [b"first" * 100, *(b"%d" % i * 500 for i in range(5))]


@pytest.fixture
def full_disk(tmp_path):
    """A file system of 64 KiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mount.returncode:
        pytest.skip(
            f"cannot mount a small disk here: {mount.stderr.strip()} (the file size limit is tested instead)"
        )
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_an_error_and_a_retry_succeeds_once_there_is_space(full_disk):
    ballast = full_disk / "ballast"
    ballast.write_bytes(bytes(40 << 10))
    path = full_disk / "seg.rlog"
    writer = SegmentWriter(path)
    writer.append([(FrameType.OBJECT, 0, b"a" * 1000)])
    good = path.stat().st_size
    batch = [(FrameType.OBJECT, 0, bytes([65 + i]) * 6000) for i in range(6)]
    for _ in range(3):
        with pytest.raises(StorageError, match="Free space on the disk"):
            writer.append(batch)
        assert path.stat().st_size == good
    assert len(payloads(path)) == 1
    ballast.unlink()
    writer.append([*batch, (FrameType.OBJECT, 0, b"more")])
    writer.close()
    assert payloads(path) == [b"a" * 1000, *(payload for _, _, payload in batch), b"more"]


def test_kill_at_any_moment_leaves_a_prefix(tmp_path):
    path = tmp_path / "seg.rlog"
    code = """
        import sys
        from pathlib import Path
        from ridgeline.log.writer import SegmentWriter
        writer = SegmentWriter(Path(sys.argv[1]))
        number = 0
        while True:
            writer.append([(3, 0, b"%d" % (number + i)) for i in range(100)])
            number += 100
            print(number, flush=True)
    """
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), str(path)], stdout=subprocess.PIPE, text=True
    )
    with process:
        said = 0
        while said < 5000:
            said = int(process.stdout.readline())
        process.kill()
        said = max([said, *(int(line) for line in process.stdout.read().split("\n")[:-1])])
    found = scan_file(path)
    assert found.gaps == []
    assert [bytes(frame.payload) for frame in found.frames] == [b"%d" % i for i in range(len(found.frames))]
    assert len(found.frames) >= said
