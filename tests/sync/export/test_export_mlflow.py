"""Runs written as `mlruns` and read back; MLflow itself reads them in tests/frameworks."""

import dataclasses
import math
import re

import numpy as np
import pytest

from ridgeline.core.errors import InputError
from ridgeline.log.layout import Layout
from ridgeline.query.repo import Repo
from ridgeline.sync.context_patterns import ContextPatterns
from ridgeline.sync.export.held import held_run
from ridgeline.sync.export.mlflow_files import MlflowFolder
from ridgeline.sync.mlflow.address import open_store
from ridgeline.sync.mlflow.store import MlflowSource, Selection
from ridgeline.sync.passes import Passes


@pytest.fixture
def back(tmp_path):
    """Read runs back into another repository."""
    root = tmp_path / "back" / ".ridgeline"
    Layout(root).create()
    with Repo(root) as other:

        def read(folder):
            source = MlflowSource(
                open_store(str(folder)), ContextPatterns(["{name}/lang:{lang}"]), Selection()
            )
            Passes(other, source, on_failure=lambda _run, why: pytest.fail(why)).once()
            other.refresh()
            return {run.name: held_run(other, run) for run in other.runs()}

        yield read


def test_what_comes_back_is_what_was_written(recorded, back, tmp_path):
    target = MlflowFolder(tmp_path / "mlruns")
    assert [target.write(run) for run in recorded] == [[], []]
    came = back(tmp_path / "mlruns")
    for run in recorded:
        found = came[run.name]
        for key in ("name", "experiment", "status", "note", "tags", "params", "user"):
            assert getattr(found, key) == getattr(run, key), key
        assert found.created == pytest.approx(run.created, abs=0.001)
        assert found.ended == pytest.approx(run.ended, abs=0.001)
        ours = {(one.name, str(one.context)): one for one in run.series}
        theirs = {(one.name, str(one.context)): one for one in found.series}
        assert ours.keys() == theirs.keys()
        for key, one in ours.items():
            np.testing.assert_array_equal(theirs[key].step, one.step)
            np.testing.assert_array_equal(theirs[key].value, one.value)
            assert np.abs(theirs[key].time - one.time).max() < 0.003
        names = {re.sub(r"-\d\.", ".", artifact.name) for artifact in found.artifacts}
        assert names == {
            "notes/a.txt", "objects/shown/step-2.png", "objects/heard/step-2.wav", "objects/said/step-2.txt",
            "objects/scores/step-2.json", "objects/weights/step-2.json",
        }  # fmt: skip


def test_runs_are_written_again_and_beside_those_of_others(recorded, back, tmp_path):
    folder = tmp_path / "mlruns"
    MlflowFolder(folder).write(recorded[0])
    MlflowFolder(folder).write(dataclasses.replace(recorded[0], note="changed"))
    MlflowFolder(folder).write(recorded[1])
    assert len(list(folder.glob("*/meta.yaml"))) == 1
    came = back(folder)
    assert len(came) == 2
    assert came[recorded[0].name].note == "changed"


def test_keys_that_mlflow_does_not_take_are_made_to_fit(recorded, tmp_path):
    odd = dataclasses.replace(recorded[0].series[0], name="größe=100%", context={"a": 'x"y'})
    run = dataclasses.replace(recorded[0], series=(odd,), params={"a+b": math.inf})
    MlflowFolder(tmp_path).write(run)
    (metric,) = [path for path in tmp_path.glob("*/*/metrics/**/*") if path.is_file()]
    assert metric.relative_to(metric.parents[1]).as_posix() == "größe_100_/a:x_y"
    (param,) = tmp_path.glob("*/*/params/*")
    assert (param.name, param.read_text()) == ("a_b", "inf")


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "mlflow.db").write_bytes(b"")
    with pytest.raises(InputError, match="mlflow server"):
        MlflowFolder(tmp_path / "mlflow.db")
