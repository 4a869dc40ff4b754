"""Runs of a real tracking server of MLflow: what `ridgeline sync mlflow` takes over is what MLflow's own client says."""

import math
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from needed import need

need("mlflow")
import mlflow
import numpy as np
from mlflow import MlflowClient
from mlflow.entities import Metric, ViewType

from ridgeline.log.layout import Layout
from ridgeline.query.repo import Repo
from ridgeline.sync.context_patterns import ContextPatterns
from ridgeline.sync.live import LiveRuns
from ridgeline.sync.mlflow.address import open_store
from ridgeline.sync.mlflow.store import MlflowSource, Selection
from ridgeline.sync.passes import Passes

N_RUNS = 1003  # more than a page
N_STEPS = 26_000  # more than a page of a history


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The address of MLflow's server, over a database with many runs and a long history."""
    folder = tmp_path_factory.mktemp("server")
    uri = f"sqlite:///{folder}/mlflow.db"
    fill(MlflowClient(uri), folder / "mlflow.db")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [Path(sys.executable).with_name("mlflow"), "server", "--host", "127.0.0.1", "--port", str(port)]
    store = ["--backend-store-uri", uri, "--artifacts-destination", f"{folder}/files", "--workers", "1"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, *store], stdout=log, stderr=log, cwd=folder, start_new_session=True
        )
    try:
        wait_for(f"http://127.0.0.1:{port}/health", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def fill(client, path):
    first = client.create_run(client.create_experiment("many"), run_name="run-0").info.run_id
    with sqlite3.connect(path) as db:  # by their client, a thousand runs take a minute
        columns = [row[1] for row in db.execute("PRAGMA table_info(runs)")]
        row = dict(
            zip(
                columns, db.execute("SELECT * FROM runs WHERE run_uuid = ?", (first,)).fetchone(), strict=True
            )
        )
        copies = [
            tuple((row | {"run_uuid": f"{n:032x}", "name": f"run-{n}"}).values()) for n in range(1, N_RUNS)
        ]
        db.executemany(
            f"INSERT INTO runs ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})", copies
        )
    db.close()
    long = client.create_run(client.create_experiment("long"), run_name="long").info.run_id
    for start in range(0, N_STEPS, 1000):
        points = [
            Metric("loss", 1 / (step + 1), 1_790_000_000_000 + step, step)
            for step in range(start, start + 1000)
        ]
        client.log_batch(long, points)
    odd = [Metric("odd", value, 1, step) for step, value in enumerate((math.nan, math.inf, -math.inf))]
    client.log_batch(long, odd)
    client.set_terminated(long)


def wait_for(url, process):
    for _ in range(600):
        try:
            urllib.request.urlopen(url).read()
        except (OSError, urllib.error.URLError):
            assert process.poll() is None, "the server ended"
            time.sleep(0.2)  # it has no other way to say that it listens
        else:
            return
    pytest.fail(f"nothing at {url}")


@pytest.fixture
def repo(tmp_path):
    Layout(tmp_path / ".ridgeline").create()
    with Repo(tmp_path) as opened:
        yield opened


@pytest.fixture
def passes(repo, server):
    made = []

    def make(live=None, **selection):
        made.append(MlflowSource(open_store(server), ContextPatterns(()), Selection(**selection)))
        return Passes(repo, made[-1], live, on_failure=lambda run, why: pytest.fail(f"{run}: {why}"))

    yield make
    for source in made:
        source.close()


def test_every_point_is_what_mlflows_own_client_reads(repo, server, passes):
    assert passes(experiment="long").once().points == N_STEPS + 3
    assert not passes(experiment="long").once()
    repo.refresh()
    client = MlflowClient(server)
    (run,) = client.search_runs([client.get_experiment_by_name("long").experiment_id])
    frame = repo.metrics().to_pandas()
    for name in ("loss", "odd"):
        theirs = sorted(
            (one.step, one.timestamp / 1000, repr(float(one.value)))
            for one in client.get_metric_history(run.info.run_id, name)
        )
        rows = frame[frame.name == name].sort_values("step").itertuples()
        for ours, expected in zip(
            ((row.step, row.time, repr(row.value)) for row in rows), theirs, strict=True
        ):
            if name == "odd":  # MLflow's client gives its database's largest number for ∞
                assert ours[2] in {"nan", "inf", "-inf"}
            else:
                assert (ours[0], ours[2]) == (expected[0], expected[2])
                assert abs(ours[1] - expected[1]) < 1 / 1024


def test_more_runs_than_a_page_and_all_that_is_logged_of_one(repo, server, passes):
    mlflow.set_tracking_uri(server)
    mlflow.set_experiment("full")
    with mlflow.start_run(run_name="parent") as parent:
        mlflow.log_params({"lr": 1e-3, "optim.name": "adam"})
        mlflow.log_text("hello", "notes/hello.txt")
        mlflow.log_input(mlflow.data.from_numpy(np.eye(2), name="data"))
        with mlflow.start_run(nested=True, run_name="child"):
            mlflow.log_metric("f1", 0.5)
    with LiveRuns() as live:
        watching = passes(live, copy_artifacts=True)
        moved = watching.once()
        client = MlflowClient(server)
        everything = [
            run for one in client.search_experiments() for run in all_runs(client, one.experiment_id)
        ]
        assert moved.runs == len(everything) > N_RUNS
        repo.refresh()
        assert sum(run.status == "running" for run in repo.runs()) == N_RUNS
        run = repo.run(parent.info.run_id)
        assert (run.params["lr"], run.params["optim"], run.status) == (1e-3, {"name": "adam"}, "finished")
        assert run.artifacts["notes/hello.txt"].blob
        assert run.params["mlflow"]["inputs"]
        (child,) = [one for one in repo.runs() if one.name == "child"]
        assert repo.run(child.id).params["mlflow"]["parent"] == parent.info.run_id
        client.delete_run(child.id)
        client.set_terminated(
            next(one.info.run_id for one in everything if one.info.run_name == "run-0"), "FAILED"
        )
        watching.once()
        repo.refresh()
        runs = repo.index.runs(include_deleted=True)
        assert set(runs.name[runs.deleted]) == {"child"}
        assert [run.status for run in repo.runs() if run.name == "run-0"] == ["failed"]
        assert not watching.once()


def all_runs(client, experiment_id):
    found, token = [], None
    while True:
        page = client.search_runs([experiment_id], run_view_type=ViewType.ALL, page_token=token)
        found += page
        token = page.token
        if not token:
            return found
