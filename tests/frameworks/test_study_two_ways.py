"""The example that logs one study through MLflow's client and through a callback."""

import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from needed import need

need("mlflow")

from ridgeline import Repo

STUDY = Path(__file__).resolve().parents[2] / "examples" / "study_two_ways" / "study.py"


def test_both_ways_stand_in_one_page(tmp_path):
    done = subprocess.run(
        [sys.executable, STUDY],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stderr
    asked = parse_qs(urlsplit(re.search(r"one page: (\S+)", done.stdout)[1]).query)
    repo = Repo(tmp_path)
    assert [(run.status, run["hparams.seed"]) for run in repo.runs(asked["q"][0], order_by="run.name")] == [
        ("finished", seed) for seed in (0, 1, 2)
    ] * 2
    lines = repo.lines(asked["m"], asked["q"][0], color=asked["c"], chart=asked["ch"], fold=True).to_pandas()
    assert set(lines["run.hparams.technique"]) == {"fine-tuning", "feature extraction"}
    assert set(lines["metric.name"]) == {"f1_en", "f1_de", "f1_zh"}
    by_technique = [
        frame["x"].tolist()
        for _, frame in lines[lines["metric.name"] == "f1_en"].groupby("run.hparams.technique")
    ]
    assert by_technique[0] == by_technique[1] == [28 * epoch for epoch in range(1, 11)]
    assert (lines["n"] == 3).all()
