"""Runs that clients log to: shown as running while they do, whole whatever happens to the server."""

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from ridgeline import Repo
from ridgeline.log.layout import Layout
from ridgeline.log.status import live_segments
from ridgeline.server.mlflow import live_runs
from ridgeline.server.mlflow.errors import MlflowError
from ridgeline.server.mlflow.facts import Facts
from ridgeline.server.mlflow.live_runs import LiveRuns
from ridgeline.server.mlflow.point_rows import Point


class Hand:
    """A clock whose monotonic time is set by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def time(self) -> float:
        return time.time()

    def time_ns(self) -> int:
        return time.time_ns()

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def layout(tmp_path):
    layout = Layout(tmp_path / ".ridgeline")
    layout.create()
    return layout


@pytest.fixture
def opened(layout):
    clock = Hand()
    live = LiveRuns(layout, clock, idle_secs=60)
    yield live, clock
    live.close()


def begin(live, run_id):
    with live.hold(run_id, new=True) as run:
        run.begin(Facts(run_id, f"name of {run_id}", "e", "RUNNING", int(time.time() * 1000)))


def log(live, run_id, value=1.0):
    with live.hold(run_id) as run:
        run.change(run.facts, [Point("m", 0, 1_800_000_000_000, value)])


def status(layout, run_id):
    with Repo(layout.root) as repo:
        return repo.run(run_id).status


def test_a_silent_run_is_lost_until_it_speaks_again(opened, layout):
    live, clock = opened
    begin(live, "a")
    assert status(layout, "a") == "running"
    clock.now += 59
    log(live, "a")
    clock.now += 59
    live.tend()
    assert status(layout, "a") == "running"
    clock.now += 2
    live.tend()
    assert status(layout, "a") == "lost"
    log(live, "a", 2.0)
    assert status(layout, "a") == "running"
    with live.hold("a") as run:
        assert (run.facts.name, run.facts.status) == ("name of a", "RUNNING")
    with Repo(layout.root) as repo:
        assert (repo.run("a").name, repo.run("a").n_points) == ("name of a", 2)


def test_the_marker_beats(opened, layout):
    live, clock = opened
    begin(live, "a")
    (marker,) = layout.live.iterdir()
    os.utime(marker, (1, 1))
    clock.now += 11
    live.tend()
    assert marker.stat().st_mtime > 1e9


def test_the_longest_silent_are_let_go_when_there_are_too_many(opened, layout, monkeypatch):
    monkeypatch.setattr(live_runs, "MOST_OPEN", 3)
    live, clock = opened
    for number in range(5):
        clock.now += 1
        begin(live, f"run{number}")
    live.tend()
    assert {run_id for run_id, _ in live_segments(layout)} == {"run2", "run3", "run4"}
    log(live, "run0")
    assert status(layout, "run0") == "running"


def test_a_server_that_ends_leaves_no_marker(opened, layout):
    live, _ = opened
    begin(live, "a")
    live.close()
    assert list(layout.live.iterdir()) == []
    assert status(layout, "a") == "lost"


def test_a_run_that_is_not_there(opened):
    live, _ = opened
    with pytest.raises(MlflowError, match="Run with id=nope not found"), live.hold("nope"):
        pass


def test_many_threads_log_to_one_run(opened, layout):
    live, _ = opened
    begin(live, "a")

    def work(number):
        for at in range(50):
            log(live, "a", number + at / 100)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Repo(layout.root) as repo:
        assert repo.run("a").n_points == 200
        assert len(repo.run("a").segments) == 1


def test_two_servers_hold_a_param_to_its_value(api, start):
    other = start()
    run_id = api.run()
    api.post("runs/log-parameter", run_id=run_id, key="first", value="1")
    other.post("runs/log-parameter", 400, run_id=run_id, key="first", value="2")
    other.post("runs/log-parameter", run_id=run_id, key="second", value="1")
    api.post("runs/log-parameter", 400, run_id=run_id, key="second", value="2")
    api.post("runs/log-parameter", run_id=run_id, key="third", value="1")
    other.post("runs/log-parameter", 400, run_id=run_id, key="third", value="2")
    assert api.data(run_id)[1] == other.data(run_id)[1] == {"first": "1", "second": "1", "third": "1"}


PROGRAM = """
import sys
from pathlib import Path
from ridgeline.server.serve import serve
serve([Path(sys.argv[1])], port=0, on_start=lambda url: print(url, flush=True))
"""


def begin_server(root):
    process = subprocess.Popen([sys.executable, "-c", PROGRAM, root], stdout=subprocess.PIPE, text=True)
    lines = iter(process.stdout.readline, "")
    url = next(line.strip() for line in lines if line.startswith("http://"))
    return process, http.client.HTTPConnection(url.removeprefix("http://"), timeout=20)


def post(connection, call, **body):
    headers = {"content-type": "application/json"}
    connection.request("POST", f"/api/2.0/mlflow/runs/{call}", json.dumps(body), headers)
    answer = connection.getresponse()
    told = json.loads(answer.read())
    assert answer.status == 200, told
    return told


def test_what_was_acknowledged_outlives_a_killed_server(layout):
    process, connection = begin_server(layout.root)
    run_id = post(connection, "create", experiment_id="0", start_time=int(time.time() * 1000))["run"]["info"][
        "run_id"
    ]
    acknowledged = 0
    ahead = int(time.time() * 1000) + 60_000  # the client's clock is, by a minute
    killer = threading.Timer(0.5, process.send_signal, [signal.SIGKILL])
    killer.start()
    try:
        while True:
            metrics = [
                {"key": "m", "value": 1, "timestamp": ahead, "step": acknowledged + at} for at in range(20)
            ]
            post(connection, "log-batch", run_id=run_id, metrics=metrics)
            acknowledged += 20
    except (OSError, http.client.HTTPException):
        process.wait(20)
        connection.close()
    assert acknowledged
    process.stdout.close()
    with Repo(layout.root) as repo:
        run = repo.run(run_id)
        assert run.status == "lost"
        held = len(run.points("m"))
        assert held in (acknowledged, acknowledged + 20)  # the last batch may be there without an answer
    process, connection = begin_server(layout.root)
    post(connection, "log-metric", run_id=run_id, key="m", value=1, timestamp=1, step=0)
    assert status(layout, run_id) == "running"
    post(connection, "update", run_id=run_id, status="FINISHED")
    assert status(layout, run_id) == "finished"
    connection.close()
    process.terminate()
    process.wait(20)
    process.stdout.close()
