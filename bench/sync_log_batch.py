"""How many points a second the log-batch endpoint takes, ours and that of MLflow's own server, in one run.

Requests are made beforehand and sent over an open connection, so that a client's work is not measured: full batches of 1,000
points, 10 metrics of 100 steps, then batches of 10. The servers take turns. `python bench/sync_log_batch.py path/to/mlflow`, where
MLflow lies in an environment of its own; its server keeps runs in SQLite.
"""

import contextlib
import http.client
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from ridgeline.log.layout import Layout

ROUNDS = 5
SECS_A_ROUND = 3.0
SIZES = (1000, 10)
METRICS = 10
BAR = 10.0


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@contextlib.contextmanager
def server(command: list[str], port: int, folder: Path) -> Iterator[int]:
    with (folder / f"{port}.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--port", str(port)], stdout=log, stderr=log, start_new_session=True
        )
    try:
        wait_for(port, process)
        yield port
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def wait_for(port: int, process: subprocess.Popen) -> None:
    for _ in range(3000):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request("GET", "/health")
            connection.getresponse().read()
        except OSError:
            if process.poll() is not None:
                sys.exit(f"{process.args} ended by itself.")
            time.sleep(0.1)
        else:
            return
    sys.exit(f"{process.args} does not answer.")


def post(connection: http.client.HTTPConnection, call: str, body: bytes) -> dict:
    connection.request("POST", f"/api/2.0/mlflow/runs/{call}", body, {"content-type": "application/json"})
    answer = connection.getresponse()
    told = answer.read()
    if answer.status != 200:
        sys.exit(told.decode())
    return json.loads(told)


def begin(connection: http.client.HTTPConnection) -> str:
    body = {"experiment_id": "0", "start_time": int(time.time() * 1000)}
    return post(connection, "create", json.dumps(body).encode())["run"]["info"]["run_id"]


def batches(run_id: str, size: int) -> Iterator[bytes]:
    """Make batches whose points are all new."""
    step = 0
    while True:
        metrics = [
            {
                "key": f"metric_{point % METRICS}",
                "value": 1 / (1 + step + point),
                "timestamp": 1_700_000_000_000 + step + point,
                "step": (step + point) // METRICS,
            }
            for point in range(size)
        ]
        step += size
        yield json.dumps({"run_id": run_id, "metrics": metrics}).encode()


def points_a_sec(port: int, size: int) -> float:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    made = batches(begin(connection), size)
    post(connection, "log-batch", next(made))
    taken, spent = 0, 0.0
    while spent < SECS_A_ROUND:
        body = next(made)
        start = time.perf_counter()
        post(connection, "log-batch", body)
        spent += time.perf_counter() - start
        taken += size
    connection.close()
    return taken / spent


def main() -> None:
    mlflow = sys.argv[1] if len(sys.argv) > 1 else "mlflow"
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        Layout(folder / ".ridgeline").create()
        ours = [sys.executable, "-m", "ridgeline.cli", "up", "--repo", name]
        theirs = [
            mlflow,
            "server",
            "--backend-store-uri",
            f"sqlite:///{name}/mlflow.db",
            "--host",
            "127.0.0.1",
        ]
        theirs += ["--artifacts-destination", f"{name}/files", "--workers", "1"]
        ports = {
            "ridgeline": stack.enter_context(server(ours, free_port(), folder)),
            "mlflow": stack.enter_context(server(theirs, free_port(), folder)),
        }
        for size in SIZES:
            figures: dict[str, list[float]] = {who: [] for who in ports}
            for _ in range(ROUNDS):
                for who, port in ports.items():
                    figures[who].append(points_a_sec(port, size))
            print(f"batches of {size}, points a second")
            for who, values in figures.items():
                print(
                    f"  {who:10} {statistics.median(values):9,.0f}  ({min(values):,.0f} to {max(values):,.0f})"
                )
            ratio = statistics.median(figures["ridgeline"]) / statistics.median(figures["mlflow"])
            print(f"  ratio      {ratio:9.1f}  bar {BAR:g}{'' if ratio >= BAR else '  UNDER'}")


if __name__ == "__main__":
    main()
