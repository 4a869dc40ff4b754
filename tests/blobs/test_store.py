import hashlib
import multiprocessing
import os
import resource
import stat
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ridgeline.blobs.store import BlobStore
from ridgeline.core.errors import InputError, NotFoundError, StorageError

ABSENT = hashlib.sha256(b"absent").hexdigest()


@pytest.fixture
def store(tmp_path):
    return BlobStore(tmp_path / "blobs")


def files(store):
    return sorted(path for path in store.folder.rglob("*") if path.is_file())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.binary(max_size=100))
def test_bytes_come_back_by_their_hash(store, data):
    sha = store.put_bytes(data)
    assert sha == hashlib.sha256(data).hexdigest()
    assert store.read(sha) == store.read(sha, verify=True) == data


def test_a_blob_lies_where_the_format_says(store):
    sha = store.put_bytes(b"x")
    assert files(store) == [store.folder / sha[:2] / sha] == [store.path(sha)]


def test_a_file_and_its_bytes_are_one_blob(store, tmp_path):
    (tmp_path / "model").write_bytes(b"weights" * 500_000)
    sha = store.put_file(tmp_path / "model")
    before = store.path(sha).stat()
    assert store.put_bytes(b"weights" * 500_000) == sha == store.put_file(str(tmp_path / "model"))
    assert store.path(sha).stat().st_ino == before.st_ino
    assert files(store) == [store.path(sha)]
    assert (tmp_path / "model").read_bytes() == store.read(sha)


def test_a_file_is_streamed(store, tmp_path):
    with (tmp_path / "large").open("wb") as out:
        out.truncate(64 << 20)
    tracemalloc.start()
    store.put_file(tmp_path / "large")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 << 20


def test_a_blob_that_was_cut_short_is_put_again(store):
    sha = store.put_bytes(b"whole")
    store.path(sha).write_bytes(b"who")
    assert store.put_bytes(b"whole") == sha
    assert store.read(sha, verify=True) == b"whole"


def test_damage_is_seen_when_asked_for(store):
    sha = store.put_bytes(b"good")
    store.path(sha).write_bytes(b"evil")
    assert store.read(sha) == b"evil"
    with pytest.raises(StorageError, match="is damaged") as caught:
        store.open(sha, verify=True)
    assert caught.value.slug == "blob-damaged"


def test_a_blob_that_is_not_there(store):
    with pytest.raises(NotFoundError) as caught:
        store.open(ABSENT)
    assert caught.value.slug == "blob-not-found"


@pytest.mark.parametrize(
    "sha", ["", "..", "../" * 21 + "x", ABSENT.upper(), ABSENT[:-1], ABSENT + "\n", "g" * 64]
)
def test_what_is_no_name_never_becomes_a_path(store, sha):
    with pytest.raises(InputError) as caught:
        store.path(sha)
    assert caught.value.slug == "blob-name-invalid"


def test_a_source_that_is_not_there_or_not_a_file(store, tmp_path):
    with pytest.raises(NotFoundError) as caught:
        store.put_file(tmp_path / "nothing")
    assert caught.value.slug == "file-not-found"
    with pytest.raises(StorageError) as caught:
        store.put_file(tmp_path)
    assert caught.value.slug == "file-not-readable"


def test_a_folder_that_cannot_be_written_to(tmp_path):
    (tmp_path / "blobs").touch()
    for put in (lambda store: store.put_bytes(b"x"), lambda store: store.put_file(__file__)):
        with pytest.raises(StorageError) as caught:
            put(BlobStore(tmp_path / "blobs"))
        assert caught.value.slug == "blob-write-failed"


def put_beyond_the_limit(folder, pipe):
    store = BlobStore(folder)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3 << 20, resource.RLIM_INFINITY))
    try:
        store.put_bytes(bytes(4 << 20))
    except StorageError as error:
        pipe.send(error.slug)


def test_a_disk_that_fills_leaves_nothing_behind(store):
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=put_beyond_the_limit, args=(store.folder, theirs))
    process.start()
    process.join()
    assert ours.poll()
    assert ours.recv() == "blob-write-failed"
    assert files(store) == []


def put_many(folder, barrier):
    store = BlobStore(folder)
    barrier.wait()
    for i in range(20):
        store.put_bytes(b"%d" % i * 10_000)


def test_eight_processes_put_the_same_blobs_at_once(store):
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(8)
    processes = [context.Process(target=put_many, args=(store.folder, barrier)) for _ in range(8)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * 8
    expected = sorted(hashlib.sha256(b"%d" % i * 10_000).hexdigest() for i in range(20))
    assert list(store.shas()) == expected
    assert len(files(store)) == 20
    assert all(len(store.read(sha, verify=True)) > 0 for sha in expected)


def test_listing_leaves_out_what_is_no_blob(store):
    sha = store.put_bytes(b"x")
    (store.folder / sha[:2] / "notes.txt").touch()
    (store.folder / ".put-1-2").touch()
    assert list(store.shas()) == [sha]
    assert list(store.unfinished()) == [store.folder / ".put-1-2"]
    assert list(BlobStore(store.folder / "nothing").shas()) == []


def test_a_blob_has_the_rights_that_the_umask_leaves(store):
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE(store.path(store.put_bytes(b"x")).stat().st_mode) == 0o666 & ~umask
