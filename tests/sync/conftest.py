"""Stores that other trackers themselves made, by make_*.py."""

import tarfile
from pathlib import Path

import pytest

from ridgeline.log.layout import Layout
from ridgeline.query.repo import Repo
from ridgeline.sync.passes import Passes

STORES = Path(__file__).parent / "stores"


@pytest.fixture
def stores(tmp_path):
    """A folder with `mlflow.db` and `mlruns`, which tests may change."""
    folder = tmp_path / "stores"
    with tarfile.open(STORES / "mlflow-3.17.2.tar.xz") as packed:
        packed.extractall(folder, filter="data")
    return folder


@pytest.fixture
def repo(tmp_path):
    root = tmp_path / "repo" / ".ridgeline"
    Layout(root).create()
    with Repo(root) as opened:
        yield opened


@pytest.fixture
def made(tmp_path):
    """Unpack what another tracker made, into a folder that tests may change."""

    def unpack(name):
        with tarfile.open(STORES / name) as packed:
            packed.extractall(tmp_path / "made", filter="data")
        return tmp_path / "made"

    return unpack


@pytest.fixture
def wandb_folder(made):
    """A folder `wandb` with three offline runs of W&B 0.31.0."""
    return made("wandb-0.31.0.tar.xz") / "wandb"


@pytest.fixture
def taken(repo):
    """Take over a source: what moved, and what was told of."""

    def take(source):
        told = []
        moved = Passes(repo, source, on_failure=lambda run, why: told.append((run, why))).once()
        repo.refresh()
        return moved, told

    return take
