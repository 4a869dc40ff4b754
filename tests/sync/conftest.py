"""Stores that MLflow 3.17.2 itself made, by make_mlflow.py."""

import tarfile
from pathlib import Path

import pytest

from ridgeline.log.layout import Layout
from ridgeline.query.repo import Repo

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
