"""What `ridgeline export --to mlflow` writes, read by MLflow's own client: from a folder, and from a server it was sent to."""

import contextlib
import math
import os
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from needed import need

need("mlflow")

from mlflow import MlflowClient

from ridgeline.query.repo import Repo
from ridgeline.record.objects import Text
from ridgeline.record.run import Run
from ridgeline.sync.export.held import held_run
from ridgeline.sync.export.mlflow_files import MlflowFolder
from ridgeline.sync.export.mlflow_server import MlflowServer
from ridgeline.sync.mlflow.client import Client, Login

_PATIENCE_SECS = 300  # a crowded machine starts it slowly


@pytest.fixture
def run(tmp_path):
    with Run(
        "pos", "Größe", params={"lr": 0.1, "optim": {"name": "x"}}, repo=tmp_path, capture=False
    ) as recorded:
        recorded.tags = ["lab", "team=nlp"]
        recorded.note = "A note."
        for step in range(1500):
            recorded.track(1 / (step + 1), name="loss", step=step)
        recorded.track(math.nan, name="f1", step=3, context={"lang": "de"})
        recorded.track(Text("hello"), name="said", step=4)
    with Repo(tmp_path) as repo:
        yield held_run(repo, repo.run(recorded.id))


@pytest.fixture
def server(tmp_path):
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as probe:
        port = probe.getsockname()[1]
    store, files = f"sqlite:///{tmp_path}/mlflow.db", str(tmp_path / "artifacts")
    command = [
        "server",
        "--backend-store-uri",
        store,
        "--artifacts-destination",
        files,
        "--port",
        str(port),
        "--workers",
        "1",
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "mlflow", *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    end = time.monotonic() + _PATIENCE_SECS
    while True:
        try:
            urllib.request.urlopen(f"{address}/health").close()
            break
        except OSError:
            assert process.poll() is None
            assert time.monotonic() < end
            time.sleep(0.2)
    yield address
    process.terminate()
    process.wait()


def check(address, run):
    client = MlflowClient(address)
    experiment = client.get_experiment_by_name("pos").experiment_id
    (found,) = client.search_runs([experiment])
    assert (found.info.run_name, found.info.status) == ("Größe", "FINISHED")
    assert found.info.start_time == round(run.created * 1000)
    assert found.data.params == {"lr": "0.1", "optim.name": "x"}
    tags = found.data.tags
    assert (tags["lab"], tags["team"], tags["mlflow.note.content"]) == ("true", "nlp", "A note.")
    history = sorted(client.get_metric_history(found.info.run_id, "loss"), key=lambda metric: metric.step)
    assert [metric.value for metric in history] == [1 / (step + 1) for step in range(1500)]
    (f1,) = client.get_metric_history(found.info.run_id, "f1/lang:de")
    assert (f1.step, math.isnan(f1.value)) == (3, True)
    path = client.download_artifacts(found.info.run_id, "objects/said/step-4-0.txt", os.fspath("."))
    with open(path, encoding="utf-8") as file:  # noqa: PTH123 - MLflow returns text
        assert file.read() == "hello"


def test_a_folder(run, tmp_path, monkeypatch):
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    assert MlflowFolder(tmp_path / "mlruns").write(run) == []
    check((tmp_path / "mlruns").as_uri(), run)


def test_a_server_keeps_what_is_sent_twice_once(run, server):
    for _ in range(2):
        with contextlib.closing(MlflowServer(Client(server, Login()))) as target:
            assert target.write(run) == []
        check(server, run)
