import tarfile
from pathlib import Path

from ridgeline.query.repo import Repo

STORES = Path(__file__).parents[1] / "sync" / "stores" / "mlflow-3.17.2.tar.xz"


def test_mlflow_comes_over_once(ridgeline_command, tmp_path):
    with tarfile.open(STORES) as packed:
        packed.extractall(tmp_path, filter="data")
    command = ["sync", "mlflow", "--tracking-uri", f"sqlite:///{tmp_path}/mlflow.db", "--repo", str(tmp_path)]
    assert ridgeline_command(*command, "--context", "f1_{lang}")[:2] == (0, "Took over 4 runs, 183 points.\n")
    assert ridgeline_command(*command, "--context", "f1_{lang}")[1] == "Nothing new.\n"
    with Repo(tmp_path) as repo:
        assert len(repo.runs('run.metrics["f1", {"lang": "fr"}].max > 1.95')) == 2


def test_event_files_come_over_once(ridgeline_command, tmp_path):
    with tarfile.open(STORES.with_name("tensorboard-2.21.0.tar.xz")) as packed:
        packed.extractall(tmp_path / "logs", filter="data")
    command = ["sync", "tensorboard", str(tmp_path / "logs"), "--repo", str(tmp_path)]
    assert ridgeline_command(*command)[:2] == (0, "Took over 3 runs, 85 points, 18 objects.\n")
    assert ridgeline_command(*command)[1] == "Nothing new.\n"


def test_what_goes_wrong_is_said_by_run_and_ends_with_an_error(ridgeline_command, tmp_path):
    with tarfile.open(STORES) as packed:
        packed.extractall(tmp_path, filter="data")
    broken = min((tmp_path / "mlruns").glob("*/*/meta.yaml"))
    broken.write_text("run_name: [half")
    command = ["sync", "mlflow", "--tracking-uri", str(tmp_path / "mlruns"), "--repo", str(tmp_path)]
    code, said, errors = ridgeline_command(*command, "--every", "10s")
    assert (code, said[:16]) == (1, "Took over 3 runs")
    assert errors.startswith(broken.parent.name)


def test_a_time_between_passes_has_a_unit(ridgeline_command, tmp_path):
    code, _, errors = ridgeline_command(
        "sync", "mlflow", "--tracking-uri", "x", "--every", "soon", "--repo", str(tmp_path)
    )
    assert code == 2
    assert "10s, 2m or 1h" in errors


def test_misuse_is_said_in_one_line(ridgeline_command, tmp_path):
    code, _, errors = ridgeline_command(
        "sync", "mlflow", "--tracking-uri", "/nowhere", "--repo", str(tmp_path)
    )
    assert code == 2
    assert "no MLflow file store" in errors
