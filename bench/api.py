"""The runs list of 10,000 runs with a filter and a sort, and the lines of 1,000 series, through HTTP on this machine.

python bench/api.py
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
import numpy as np

from ridgeline.log.layout import Layout
from ridgeline.testing.segments import TestSegment, segment_id

T0 = 1_790_000_000.0
RUNS, SERIES_RUNS, STEPS, REQUESTS = 10_000, 1_000, 500, 15
ROW = np.dtype([("sid", "<u4"), ("step", "<i8"), ("value", "<f8"), ("time", "<f8")])


def build(root, n_runs, n_steps):
    layout = Layout(root)
    layout.create()
    rng = np.random.default_rng(0)
    for run in range(n_runs):
        t0 = T0 + run
        with TestSegment(layout, f"run{run:06d}", segment_id(run)) as log:
            log.head(t0, experiment="sweep")
            log.set(
                t0,
                ["hparams"],
                {
                    "lr": float(10 ** rng.uniform(-5, -2)),
                    "optimizer": ["adam", "sgd"][run % 2],
                    "seed": run % 10,
                },
            )
            rows = np.empty(n_steps, ROW)
            rows["sid"] = log.series(t0, "f1", {"lang": "de"})
            rows["step"] = np.arange(n_steps)
            rows["value"] = np.cumsum(rng.normal(0, 0.01, n_steps))
            rows["time"] = t0 + np.arange(n_steps)
            log.rows(rows.tobytes())
            log.end(t0 + n_steps)


def start(root):
    command = [sys.executable, "-m", "ridgeline.cli", "up", "--repo", str(root), "--port", "0"]
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    url = next(word for word in process.stdout.readline().split() if word.startswith("http"))
    assert httpx.get(url).status_code == 200
    return process, url, time.perf_counter() - begun


def ask(client, path, changing):
    """Median wall ms of distinct questions: an answer kept from before would flatter."""
    spent = []
    for i in range(REQUESTS):
        begun = time.perf_counter()
        response = client.get(path, params=changing(i))
        spent.append(1000 * (time.perf_counter() - begun))
        assert response.status_code == 200, response.text
    return statistics.median(spent), response


def report(what, value, bar, unit="ms"):
    print(f"{what:60}{value:9.1f} {unit}   bar {bar:g}  {'met' if value <= bar else 'MISSED'}")


def main():
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / ".ridgeline"
        build(root, RUNS, 3)
        process, url, first = start(root)
        try:
            report("first page after start", 1000 * first, 1000)
            with httpx.Client(base_url=url, timeout=60) as client:
                client.get("/api/runs")  # the first question reads 10,000 logs
                ms, response = ask(
                    client,
                    "/api/runs",
                    lambda i: {
                        "q": f'run.hparams.lr > {1e-5 + i * 1e-7} and run.hparams.optimizer == "adam"',
                        "sort": '-run.metrics["f1"].last',
                    },
                )
                assert response.json()["total"] == RUNS
                report(f"list of {RUNS:,} runs with filter and sort, through the API", ms, 50)
        finally:
            process.terminate()
            process.wait()
        root = Path(folder) / "lines" / ".ridgeline"
        build(root, SERIES_RUNS, STEPS)
        process, url, _ = start(root)
        try:
            with httpx.Client(base_url=url, timeout=60) as client:
                client.get("/api/runs")
                ms, response = ask(
                    client,
                    "/api/lines.arrow",
                    lambda i: {"m": "f1", "color": "run.hparams.lr", "points": 1000 + i},
                )
                report(
                    f"lines of {SERIES_RUNS:,} series x {STEPS} points ({len(response.content) / 1e6:.1f} MB)",
                    ms,
                    100,
                )
                ms, _ = ask(
                    client,
                    "/api/lines.arrow",
                    lambda i: {"m": "f1", "color": "run.hparams.optimizer", "fold": 1, "points": 1000 + i},
                )
                report("  folded to two medians with bands", ms, 100)
        finally:
            process.terminate()
            process.wait()


if __name__ == "__main__":
    main()
