import pytest

from ridgeline import Repo, Run
from ridgeline.core.errors import NotFoundError


@pytest.fixture
def repo(tmp_path):
    (tmp_path / "weights.bin").write_bytes(b"\x00\x01weights")
    with Run(name="trained", repo=tmp_path, capture=False) as run:
        run.log_artifact(tmp_path / "weights.bin", "model/weights.bin")
    (tmp_path / "weights.bin").write_bytes(b"changed since")
    return Repo(tmp_path)


def test_an_artifact_can_be_read_as_it_was_logged(repo):
    assert repo.artifact("trained", "model/weights.bin").read_bytes() == b"\x00\x01weights"


def test_an_unknown_artifact_names_the_nearest(repo):
    with pytest.raises(NotFoundError, match=r"Did you mean 'model/weights.bin'\?.*artifact-not-found"):
        repo.artifact("trained", "model/weights")


def test_an_unknown_run(repo):
    with pytest.raises(NotFoundError, match="run-not-found"):
        repo.artifact("other", "model/weights.bin")
