"""Predictions leave with their runs, and come back as they were."""

import numpy as np
import pytest

from ridgeline.log.layout import Layout
from ridgeline.query.predictions import decode_predictions
from ridgeline.query.repo import Repo
from ridgeline.record.run import Run
from ridgeline.sync.export.held import held_run
from ridgeline.sync.export.mlflow_files import MlflowFolder
from ridgeline.sync.export.parquet import ParquetFolder
from ridgeline.sync.export.tensorboard import TensorBoardFolder
from ridgeline.sync.passes import Passes
from ridgeline.sync.tables.exported import ExportedFolder

SMALL = np.full((5, 2), 0.5, np.float16)
LARGE = np.full((20_000, 2), 0.5, np.float32)


@pytest.fixture
def held(repo):
    """A run with predictions in the log and in the blobs."""
    with Run(repo=repo.root, run_id="r", capture=False) as run:
        run.log_predictions(SMALL, labels=[0, 1, 0, 1, 1], ids=list("abcde"), context={"lang": "de"}, step=3)
        run.log_predictions(LARGE, context={"lang": "nl"}, step=3)
    repo.refresh()
    return held_run(repo, repo.run("r"))


def test_by_parquet_and_back(held, tmp_path):
    target = ParquetFolder(tmp_path / "out")
    assert target.write(held) == []
    target.close()
    root = tmp_path / "back" / ".ridgeline"
    Layout(root).create()
    with Repo(root) as other:
        Passes(other, ExportedFolder(tmp_path / "out"), on_failure=lambda _run, why: pytest.fail(why)).once()
        other.refresh()
        (run,) = other.runs()
        small = run.predictions({"lang": "de"}, step=3)
        assert (small.probabilities.tolist(), small.ids.tolist()) == (SMALL.tolist(), list("abcde"))
        assert run.predictions({"lang": "nl"}).probabilities.shape == LARGE.shape


def test_mlflow_gets_safetensors(held, tmp_path):
    folder = MlflowFolder(tmp_path / "mlruns")
    folder.write(held)
    found = sorted((tmp_path / "mlruns").rglob("*.safetensors"))
    assert len(found) == 2
    assert {decode_predictions(path.read_bytes()).n_examples for path in found} == {5, 20_000}


def test_tensorboard_has_no_place_for_them_and_that_is_told(held, tmp_path):
    left = TensorBoardFolder(tmp_path).write(held)
    assert len(left) == 2
    assert left[0].startswith("predictions at step 3: a predictions of the type")
