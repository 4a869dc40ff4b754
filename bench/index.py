"""Measure the index: what it takes in a second, its bytes a point, and what a read takes. Ratios are to the bars of docs/explain/figures.md.

python bench/index.py [folder]
"""

import gc
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from ridgeline.index import open_index
from ridgeline.log.layout import Layout
from ridgeline.log.points import MAX_ROWS, round_times
from ridgeline.testing.segments import TestSegment, segment_id

T0 = 1_790_000_000.0
ROW = np.dtype([("sid", "<u4"), ("step", "<i8"), ("value", "<f8"), ("time", "<f8")])


def mixed(rng, n_metrics, n_steps):
    """Values as they come: noisy float32 losses (40 %), integers (20 %), ratios, a cosine, two decimals, a random walk (10 % each)."""
    t = np.arange(n_steps)

    def loss():
        return (np.exp(-t / n_steps) + rng.normal(0, 0.02, n_steps)).astype("f4").astype("f8")

    def tokens():
        return np.cumsum(rng.integers(10, 20, n_steps)).astype("f8")

    def accuracy():
        return rng.binomial(50_000, 0.9, n_steps) / 50_000

    def rate():
        return 1e-3 * (1 + np.cos(np.pi * t / n_steps)) / 2

    def percent():
        return np.round(rng.normal(80, 5, n_steps), 2)

    def walk():
        return np.cumsum(rng.normal(0, 1, n_steps))

    order = [loss, loss, tokens, accuracy, loss, rate, tokens, loss, percent, walk]
    return np.stack([order[i % len(order)]() for i in range(n_metrics)], axis=1)


def noise(rng, n_metrics, n_steps):
    """Doubles of which all 53 bits are random: 6.6 bytes of entropy each, which no storage can undercut."""
    return rng.normal(0, 1, (n_steps, n_metrics))


def build(root, values, n_runs, n_metrics, n_steps):
    layout = Layout(root)
    layout.create()
    rng = np.random.default_rng(7)
    for run in range(n_runs):
        t0 = T0 + 100 * run
        with TestSegment(layout, f"run{run:06d}", segment_id(run)) as log:
            log.head(t0, experiment="sweep")
            log.set(
                t0,
                ["hparams"],
                {"lr": float(10 ** rng.uniform(-5, -2)), "optim": {"name": "adam", "seed": run}},
            )
            sids = [log.series(t0, f"metric{i}", {"subset": "train"}) for i in range(n_metrics)]
            rows = np.empty((n_steps, n_metrics), ROW)
            rows["sid"] = sids
            rows["step"] = np.arange(n_steps)[:, None]
            rows["value"] = values(rng, n_metrics, n_steps)
            rows["time"] = (t0 + np.round(np.cumsum(rng.gamma(4, 0.01, n_steps)), 6))[:, None]
            flat = rows.reshape(-1)
            per_frame = min(MAX_ROWS, 1000)
            for start in range(0, len(flat), per_frame):
                part = bytearray(flat[start : start + per_frame].tobytes())
                round_times(part, with_epoch=False)  # as our writer does
                log.rows(bytes(part))
            log.end(float(rows["time"][-1, -1]))


def size(folder, suffix):
    return sum(path.stat().st_size for path in folder.rglob(f"*{suffix}"))


def drop_cache(root):
    for path in root.rglob("*"):
        if path.is_file():
            fd = os.open(path, os.O_RDONLY)
            os.fsync(fd)
            os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(fd)


def best(times, act: Callable[[], object]):
    found = []
    for _ in range(times):
        gc.collect()
        begun = time.perf_counter()
        act()
        found.append(time.perf_counter() - begun)
    return 1000 * min(found)


def look(index, mid, *columns):
    """Read a metric of all runs and decode these columns."""
    points = index.points(mid)
    return [getattr(points, column) for column in columns]


def report(what, value, unit, bar=None, *, less=True):
    ratio = (
        ""
        if bar is None
        else f"  bar {bar:g}, {'' if (value <= bar) == less else 'MISSED, '}{value / bar:.2f} of it"
    )
    print(f"  {what:<52} {value:9.2f} {unit}{ratio}")


COLD = """
import sys, time
import numpy, ridgeline.index, pathlib
from ridgeline.index import open_index
begun = time.perf_counter()
index = open_index(pathlib.Path(sys.argv[1]))
index.refresh()
runs = index.runs()
for path in index.param_paths():
    index.param(path.path).values
keys = index.metrics()
index.summaries([key.mid for key in keys])
listed = time.perf_counter()
print(1000 * (listed - begun))
begun = time.perf_counter()
index = open_index(pathlib.Path(sys.argv[1]))
points = index.points(keys[0].mid)
points.value, points.step
print(1000 * (time.perf_counter() - begun))
"""


def cold(root, with_cache_dropped):
    if with_cache_dropped:
        drop_cache(root)
    out = subprocess.run([sys.executable, "-c", COLD, str(root)], capture_output=True, text=True, check=True)
    return [float(line) for line in out.stdout.split()]


def measure(base, values, n_runs, n_metrics, n_steps):
    root = base / f"{values.__name__}-{n_runs}x{n_metrics}x{n_steps}" / ".ridgeline"
    n = n_runs * n_metrics * n_steps
    print(f"{n_runs} runs x {n_metrics} metrics x {n_steps} steps = {n / 1e6:g} M points, {values.__name__}")
    build(root, values, n_runs, n_metrics, n_steps)
    drop_cache(root / "runs")
    index = open_index(root)
    begun, begun_cpu = time.perf_counter(), time.process_time()
    index.refresh()
    cpu = time.process_time() - begun_cpu
    report("ingest, wall", n / (time.perf_counter() - begun) / 1e6, "Mpt/s")
    report("ingest, cpu", n / cpu / 1e6, "Mpt/s", 2, less=False)
    log_bytes = size(root, ".rlog") / n
    report("log", log_bytes, "B/pt")
    keys = index.metrics()
    mid = keys[0].mid
    look(index, mid, "value", "step")
    report("values and steps of a metric, warm", best(7, lambda: look(index, mid, "value", "step")), "ms", 20)
    report("  its times, too", best(7, lambda: look(index, mid, "value", "step", "time")), "ms")
    report("refresh with nothing new", best(20, index.refresh), "ms", 5)
    report(
        "summaries of all metrics, kept", best(5, lambda: index.summaries([key.mid for key in keys])), "ms"
    )
    index.close()
    index_bytes = size(root, "index.sqlite") / n
    report("index", index_bytes, "B/pt", 5)
    report("both", log_bytes + index_bytes, "B/pt", 12)
    listed, points = cold(root, True)
    report("cold: open, list, params, last values", listed, "ms", 50)
    report("cold: values and steps of a metric", points, "ms", 50)
    listed, points = cold(root, False)
    report("new process: open, list, params, last values", listed, "ms", 50)
    report("new process: values and steps of a metric", points, "ms", 50)


def main():
    with tempfile.TemporaryDirectory(dir=sys.argv[1] if len(sys.argv) > 1 else None) as folder:
        for shape in ((1000, 1, 1000), (200, 20, 200), (100, 50, 1000)):
            measure(Path(folder), mixed, *shape)
        measure(Path(folder), noise, 200, 20, 200)


if __name__ == "__main__":
    main()
