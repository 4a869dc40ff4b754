from pathlib import Path

import pytest

from ridgeline.core.errors import StorageError
from ridgeline.index.location import index_folder, is_on_network

MOUNTS = r"""/dev/vda / ext4 rw 0 0
server:/home /home nfs4 rw 0 0
/dev/vdb /home/me/scratch xfs rw 0 0
fs:/x /mnt/with\040blank lustre rw 0 0
"""


@pytest.fixture
def mounts(tmp_path):
    path = tmp_path / "mounts"
    path.write_text(MOUNTS)
    return path


@pytest.mark.parametrize(
    ("path", "network"),
    [
        ("/data/repo", False),
        ("/home/me/repo", True),
        ("/home", True),
        ("/homely", False),
        ("/home/me/scratch/repo", False),
        ("/mnt/with blank/repo", True),
    ],
)
def test_the_deepest_mount_says_what_a_path_lies_on(mounts, path, network):
    assert is_on_network(Path(path), mounts) == network


def test_without_a_list_of_mounts_everything_is_local(tmp_path):
    assert not is_on_network(tmp_path, tmp_path / "nothing")


def test_the_index_lies_in_the_repo(tmp_path, monkeypatch):
    monkeypatch.delenv("RIDGELINE_INDEX_DIR", raising=False)
    assert index_folder(tmp_path) == tmp_path


def test_on_a_network_file_system_it_lies_in_the_cache(tmp_path, monkeypatch):
    monkeypatch.delenv("RIDGELINE_INDEX_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    mounts = tmp_path / "mounts"
    mounts.write_text(f"server:/x {tmp_path} nfs rw 0 0\n")
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
