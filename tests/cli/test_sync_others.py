"""One command each; what comes over is tested in tests/sync."""

import sys
import tarfile
from pathlib import Path

import pytest

STORES = Path(__file__).parents[1] / "sync" / "stores"


@pytest.fixture
def made(tmp_path):
    def unpack(name):
        with tarfile.open(STORES / name) as packed:
            packed.extractall(tmp_path / "made", filter="data")
        return str(tmp_path / "made")

    return unpack


def test_wandb(ridgeline_command, made, tmp_path):
    command = ["sync", "wandb", made("wandb-0.31.0.tar.xz"), "--repo", str(tmp_path)]
    code, said, _ = ridgeline_command(*command)
    assert (code, said[:16]) == (0, "Took over 3 runs")
    assert ridgeline_command(*command)[1] == "Nothing new.\n"


def test_an_export_of_wandb(ridgeline_command, tmp_path):
    (tmp_path / "history.csv").write_text("_step,loss\n0,1\n")
    said = ridgeline_command("sync", "wandb", str(tmp_path / "history.csv"), "--repo", str(tmp_path))
    assert said[:2] == (0, "Took over 1 run, 1 point.\n")


def test_trackio(ridgeline_command, made, tmp_path, monkeypatch):
    monkeypatch.setenv("TRACKIO_DIR", made("trackio-0.43.0.tar.xz"))
    said = ridgeline_command("sync", "trackio", "--repo", str(tmp_path))
    assert said[:2] == (0, "Took over 2 runs, 122 points, 6 objects.\n")


def test_aim_needs_a_python_with_aim(ridgeline_command, made, tmp_path):
    folder = made("aim-3.29.1.tar.xz")
    code, _, errors = ridgeline_command(
        "sync", "aim", folder, "--repo", str(tmp_path), "--python", sys.executable
    )
    assert code == 2
    assert "--python /path/to/python" in errors


def test_neptune_needs_its_files(ridgeline_command, tmp_path):
    code, _, errors = ridgeline_command("sync", "neptune", str(tmp_path), "--repo", str(tmp_path))
    assert (code, "neptune-exporter" in errors) == (2, True)


def test_csv_prints_what_the_columns_are(ridgeline_command, tmp_path):
    path = tmp_path / "results.csv"
    path.write_text("run,step,loss,f1_de,split,lr\na,0,1,2,x,3\na,1,1,2,y,3\n")
    command = ["sync", "csv", str(path), "--repo", str(tmp_path)]
    code, said, errors = ridgeline_command(*command, "--context", "f1_{lang}", "--experiment", "pos")
    assert (code, said) == (0, "Took over 1 run, 4 points.\n")
    assert errors == "Columns: run run; step step; metrics loss, f1_de; params lr; contexts split\n"
    code, _, errors = ridgeline_command(*command, "--metric", "=x")
    assert (code, "NAME=COLUMN" in errors) == (2, True)


@pytest.mark.parametrize("to", ["tensorboard", "mlflow", "parquet"])
def test_export_writes_whole_runs_that_a_query_selects(ridgeline_command, repo, to):
    code, _, errors = ridgeline_command("export", "out", 'run.experiment == "pos"', "--to", to)
    assert (code, errors) == (0, "2 runs in out\n")
    assert any((repo / "out").rglob("*"))


def test_an_export_that_fails_is_told_of(ridgeline_command, repo):
    (repo / "out").write_text("a file")
    code, _, errors = ridgeline_command("export", "out", "--to", "tensorboard")
    assert code == 1
    assert errors.count("cannot be written") == 3


def test_what_parquet_export_wrote_comes_back(ridgeline_command, repo):
    ridgeline_command("export", "out", "--to", "parquet")
    assert ridgeline_command("sync", "csv", "out", "--repo", "other")[:2] == (
        0,
        "Took over 3 runs, 13 points.\n",
    )
