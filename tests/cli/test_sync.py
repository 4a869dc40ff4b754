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


def test_misuse_is_said_in_one_line(ridgeline_command, tmp_path):
    code, _, errors = ridgeline_command(
        "sync", "mlflow", "--tracking-uri", "/nowhere", "--repo", str(tmp_path)
    )
    assert code == 2
    assert "no MLflow file store" in errors
