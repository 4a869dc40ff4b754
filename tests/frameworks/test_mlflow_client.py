"""MLflow's own client against MLflow's own server and against ours: every answer is the same, field by field."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from needed import need

need("mlflow", "sklearn")
# An answer of 5xx is an answer here, too.
os.environ["MLFLOW_HTTP_REQUEST_MAX_RETRIES"] = "0"
# What a model needs is found out by loading it in another process, which takes minutes where much is installed.
os.environ["MLFLOW_REQUIREMENTS_INFERENCE_TIMEOUT"] = "5"

import mlflow_calls
from mlflow import MlflowClient

from ridgeline.log.layout import Layout

# Where we answer otherwise, and why: docs/howto/mlflow-server.md has the same list.
DEPARTURES = {
    # MLflow's SQL compares a digest that was not given with null, and finds nothing.
    ("logged_models", "on data"),
}
# The same error with the same code in our own words: MLflow's are those of its parser of SQL, or of its database.
OWN_WORDS = {
    ("experiments", "create again"),
    ("experiments", "create over a deleted one"),
    ("logged_models", "search nope.x = '1'"),
    ("search", "params.lr IN ('0.1')"),
    ("search", "metrics.f1 > 0.1 OR metrics.f1 < 5"),
    ("search", "metrics.f1 >"),
    ("search", "= 'x'"),
    ("search", "order ['nope']"),
    ("search", "bad token"),
    ("search", "too many"),
    ("search_experiments", "name > 'x'"),
    ("search_experiments", "name = 5"),
    ("search_experiments", "metrics.a > 1"),
    ("search_experiments", "name LIKE 's-%' OR name = 'x'"),
    ("search_experiments", "bad token"),
}


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def wait_for(url: str, process: subprocess.Popen) -> None:
    for _ in range(1200):
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            assert process.poll() is None
            time.sleep(0.1)
    raise TimeoutError(url)


@pytest.fixture(scope="module")
def servers(tmp_path_factory):
    """MLflow's server and ours; their addresses."""
    folder = tmp_path_factory.mktemp("servers")
    Layout(folder / "ours" / ".ridgeline").create()
    ports = free_port(), free_port()
    script = Path(sys.executable).with_name("mlflow")
    theirs = [
        script,
        "server",
        "--backend-store-uri",
        f"sqlite:///{folder}/mlflow.db",
        "--artifacts-destination",
    ]
    commands = (
        [*theirs, f"{folder}/files", "--host", "127.0.0.1", "--port", str(ports[0]), "--workers", "1"],
        [sys.executable, "-m", "ridgeline.cli", "up", "--repo", f"{folder}/ours", "--port", str(ports[1])],
    )
    running = []
    try:
        for number, command in enumerate(commands):
            with (folder / f"log-{number}").open("wb") as log:
                running.append(
                    subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, start_new_session=True)
                )
        urls = [f"http://127.0.0.1:{port}" for port in ports]
        for url, process in zip(urls, running, strict=True):
            wait_for(url, process)
        yield urls
    finally:
        for process in running:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
        for process in running:
            process.wait(30)


def steady(answers: list) -> list:
    """Replace what differs from server to server: ids by the order in which they came, and times of now."""
    known: dict[str, str] = {}

    def named(match: re.Match) -> str:
        kind = "model" if match[0].startswith("m-") else "run"
        return known.setdefault(match[0], f"<{kind} {len(known)}>")

    def walk(value, key=""):
        if isinstance(value, dict):
            return {name: walk(item, name) for name, item in value.items()}
        if isinstance(value, list):
            return [walk(item, key) for item in value]
        if isinstance(value, int) and key.endswith(("time", "timestamp")) and value > 1_790_000_000_000:
            return "<now>"
        return text(value, key) if isinstance(value, str) else value

    def text(value: str, key: str) -> str:
        value = re.sub(r"\bm-[0-9a-f]{32}\b|\b(?!f{32})[0-9a-f]{32}\b", named, value)
        value = re.sub(r"127\.0\.0\.1:\d+|port=\d+", "<server>", value)
        value = re.sub(
            r"\{'[^{}]*'\}", lambda match: str(sorted(re.findall(r"'[^']*'", match[0]))), value
        )  # a set
        value = re.sub(r"(id[= ]|experiment |artifacts:/)(?!0\b|424242)\d+", r"\1<experiment>", value)
        if key == "experiment_id" or key.startswith("create"):
            value = re.sub(r"^[1-9]\d*$", "<experiment>", value)
        return "<name>" if re.fullmatch(r"[a-z]+-[a-z]+-\d+", value) else value

    return [(name, walk(json.loads(json.dumps(answer)), name)) for name, answer in answers]


def is_same(ours: object, theirs: object, *, own_words: bool) -> bool:
    return ours == theirs or (own_words and ours[:2] == theirs[:2] and ours[0] == "error")


@pytest.mark.parametrize("scene", mlflow_calls.SCENES, ids=lambda scene: scene.__name__)
def test_the_same_answers(servers, scene):
    told = []
    for url in servers:
        told.append(mlflow_calls.Told())
        scene(MlflowClient(url), told[-1])
    theirs, ours = (steady(one.answers) for one in told)
    names = [name for name, _ in ours]
    assert len(names) == len(theirs)
    different = {
        name: {"ours": mine, "theirs": wanted}
        for name, (_, mine), (_, wanted) in zip(names, ours, theirs, strict=True)
        if (scene.__name__, name) not in DEPARTURES
        and not is_same(mine, wanted, own_words=(scene.__name__, name) in OWN_WORDS)
    }
    assert not different, json.dumps(different, indent=1)
