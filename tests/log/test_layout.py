import hashlib
import json
import multiprocessing
import os
import stat
from pathlib import Path

import pytest

from ridgeline.core.errors import InputError, NotFoundError, StorageError
from ridgeline.log.layout import Layout, SegmentPath, resolve_repo


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.delenv("RIDGELINE_REPO", raising=False)
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")


@pytest.fixture
def layout(tmp_path):
    layout = Layout(tmp_path / "repo")
    layout.create()
    return layout


def test_a_path_that_cannot_be_looked_at_is_a_failure_of_the_disk_not_of_the_call(tmp_path):
    folder = tmp_path / ("x" * 300)  # more than a name may have
    root = resolve_repo(folder, for_writing=True)
    assert root == folder / ".ridgeline"
    with pytest.raises(StorageError, match="repo-not-writable"):
        Layout(root).create()
    with pytest.raises(StorageError, match="repo-not-readable"):
        resolve_repo(folder, for_writing=False)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_without_permission(tmp_path):
    (tmp_path / "closed").mkdir(mode=0o000)
    assert resolve_repo(tmp_path / "closed", for_writing=True) == tmp_path / "closed" / ".ridgeline"
    with pytest.raises(StorageError, match="repo-not-readable"):
        resolve_repo(tmp_path / "closed", for_writing=False)


def test_what_is_no_path_is_refused():
    with pytest.raises(InputError, match="repo-invalid"):
        resolve_repo(3, for_writing=True)


def test_paths_are_those_of_the_format():
    layout = Layout("/r")
    shard = hashlib.sha256(b"resnet-7").hexdigest()[:2]
    assert layout.segment("resnet-7", "seg") == Path(f"/r/runs/{shard}/resnet-7/seg.rlog")
    assert layout.live_marker("resnet-7", "seg") == Path("/r/live/resnet-7~seg")
    assert layout.view_segment("seg") == Path("/r/views/seg.rlog")
    assert layout.blobs == Path("/r/blobs")


def test_create_writes_the_marker_once(layout):
    marker = layout.root / "ridgeline.json"
    assert json.loads(marker.read_text()) == {"format": 1}
    before = marker.stat()
    layout.create()
    assert marker.stat().st_mtime_ns == before.st_mtime_ns
    assert sorted(path.name for path in layout.root.iterdir()) == [
        "blobs",
        "live",
        "ridgeline.json",
        "runs",
        "views",
    ]


def create_at_once(root, barrier):
    barrier.wait()
    Layout(root).create()


def test_eight_processes_create_one_repository_at_once(tmp_path):
    context = multiprocessing.get_context("fork")
    for attempt in range(5):
        root = tmp_path / f"repo-{attempt}"
        barrier = context.Barrier(8)
        processes = [context.Process(target=create_at_once, args=(root, barrier)) for _ in range(8)]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        assert [process.exitcode for process in processes] == [0] * 8
        assert json.loads((root / "ridgeline.json").read_text()) == {"format": 1}
        assert not [path for path in root.iterdir() if path.name.startswith(".")]


def test_a_repository_of_a_later_format_is_refused(layout):
    for text in ('{"format": 2}', "[]", "not json", ""):
        (layout.root / "ridgeline.json").write_text(text)
        with pytest.raises(StorageError, match="Update ridgeline") as caught:
            layout.create()
        assert caught.value.slug == "repo-format-unknown"


def test_a_repository_that_cannot_be_made(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="cannot be made") as caught:
        Layout(tmp_path / "file" / "repo").create()
    assert caught.value.slug == "repo-not-writable"


def test_the_marker_has_the_rights_that_the_umask_leaves(layout):
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE((layout.root / "ridgeline.json").stat().st_mode) == 0o666 & ~umask


def test_segments_are_listed_in_order_and_hidden_files_are_not(layout):
    for run_id, seg in [("b", "2"), ("b", "1"), ("a", "3")]:
        layout.segment(run_id, seg).parent.mkdir(parents=True, exist_ok=True)
        layout.segment(run_id, seg).touch()
    (layout.run_folder("a") / ".3.rlog.part").touch()
    (layout.run_folder("a") / "notes.txt").touch()
    (layout.runs / "stray").touch()
    found = list(layout.segments())
    assert sorted(found) == [
        SegmentPath(r, s, layout.segment(r, s)) for r, s in [("a", "3"), ("b", "1"), ("b", "2")]
    ]
    assert found == list(layout.segments())
    assert [segment.seg for segment in layout.segments_of("b")] == ["1", "2"]
    assert list(layout.segments_of("nobody")) == []


def test_no_repository_has_no_segments(tmp_path):
    assert list(Layout(tmp_path / "nothing").segments()) == []


def test_a_folder_means_the_repository_in_it(tmp_path):
    assert resolve_repo(tmp_path / "exp", for_writing=True) == tmp_path / "exp" / ".ridgeline"
    assert (
        resolve_repo(str(tmp_path / "exp" / ".ridgeline"), for_writing=True)
        == tmp_path / "exp" / ".ridgeline"
    )


def test_a_repository_by_any_name_is_itself(layout):
    assert resolve_repo(layout.root, for_writing=True) == layout.root
    assert resolve_repo(layout.root, for_writing=False) == layout.root


def test_a_relative_folder_is_taken_from_here_and_home_is_expanded(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert resolve_repo("sub", for_writing=True) == tmp_path / "work" / "sub" / ".ridgeline"
    assert resolve_repo("~/exp", for_writing=True) == tmp_path / "home" / "exp" / ".ridgeline"


def test_none_means_the_environment_then_the_nearest_then_here(tmp_path, monkeypatch):
    assert resolve_repo(None, for_writing=True) == tmp_path / "work" / ".ridgeline"
    Layout(tmp_path / ".ridgeline").create()
    for for_writing in (True, False):
        assert resolve_repo(None, for_writing=for_writing) == tmp_path / ".ridgeline"
    monkeypatch.setenv("RIDGELINE_REPO", str(tmp_path / "elsewhere"))
    assert resolve_repo(None, for_writing=True) == tmp_path / "elsewhere" / ".ridgeline"
    monkeypatch.setenv("RIDGELINE_REPO", "")
    assert resolve_repo(None, for_writing=True) == tmp_path / ".ridgeline"


def test_reading_needs_a_repository(tmp_path):
    for path in (None, tmp_path / "nothing"):
        with pytest.raises(NotFoundError, match=r"There is no") as caught:
            resolve_repo(path, for_writing=False)
        assert caught.value.slug == "repo-not-found"


@pytest.mark.parametrize("url", ["http://host:8000", "https://host/repo"])
def test_a_url_comes_later(url):
    with pytest.raises(InputError, match="later version") as caught:
        resolve_repo(url, for_writing=True)
    assert caught.value.slug == "remote-not-yet"
