import pytest

from ridgeline.core.errors import StorageError
from ridgeline.index.location import index_folder


def test_the_index_lies_in_the_repo(tmp_path, monkeypatch):
    monkeypatch.delenv("RIDGELINE_INDEX_DIR", raising=False)
    assert index_folder(tmp_path) == tmp_path


def test_on_a_network_file_system_it_lies_in_the_cache(tmp_path, monkeypatch):
    monkeypatch.delenv("RIDGELINE_INDEX_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"1 0 0:1 / {tmp_path} rw - nfs server:/x rw\n")
    repos = [tmp_path / "one", tmp_path / "two"]
    for repo in repos:
        repo.mkdir()
    folders = [index_folder(repo, mounts) for repo in repos]
    assert folders[0] != folders[1]
    for folder in folders:
        assert folder.parent == tmp_path / "cache" / "ridgeline"
        assert folder.is_dir()


def test_a_folder_that_is_asked_for_is_taken(tmp_path, monkeypatch):
    monkeypatch.setenv("RIDGELINE_INDEX_DIR", str(tmp_path / "indexes"))
    assert index_folder(tmp_path).parent == tmp_path / "indexes"


def test_a_place_that_cannot_be_made_is_an_error_that_names_it(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("RIDGELINE_INDEX_DIR", str(tmp_path / "file"))
    with pytest.raises(StorageError, match=r"index-not-writable"):
        index_folder(tmp_path)
