"""Run one scenario with one tracker in this fresh process; print one JSON line.

usage: measure.py TRACKER SCENARIO FOLDER
"""

import json
import sys
import time
from pathlib import Path

import workload
from trackers import TRACKERS

TRACK_SECS, BURST_SECS, PAUSE_SECS = 2.0, 0.02, 0.06


def import_(tracker, root):
    start = time.process_time()
    TRACKERS[tracker](root)
    return {"cpu_s": time.process_time() - start}


def track(tracker, root):
    """Microseconds of the training thread's CPU a point: one a call, one a call with a context, a dict of ten a call.

    In bursts with pauses, as between the steps of a training. Flat out for seconds, a tracker that takes millions of points a
    second mostly measures how its queue grows by 150 MB a second.
    """
    it = TRACKERS[tracker](root)
    context = {"lang": "fr", "subset": "dev"}
    ten = {f"m{i}": 0.5 + i for i in range(10)}

    def plain(steps):
        for step in steps:
            it.track(0.5, "loss", step, None)

    def with_context(steps):
        for step in steps:
            it.track(0.5, "loss", step, context)

    def of_ten(steps):
        for step in steps:
            it.track_dict(ten, step)

    result = {}
    for form, body, n_points in (("plain", plain, 1), ("context", with_context, 1), ("dict", of_ten, 10)):
        it.open_run(form, {})
        calls, spent, end = 0, 0.0, time.perf_counter() + TRACK_SECS
        while time.perf_counter() < end:
            start, burst_end = time.thread_time(), time.perf_counter() + BURST_SECS
            while time.perf_counter() < burst_end:
                body(range(calls, calls + 200))
                calls += 200
            spent += time.thread_time() - start
            time.sleep(PAUSE_SECS)
        result[form] = 1e6 * spent / calls / n_points
        it.close()
    return result


def write(tracker, root):
    it, series = TRACKERS[tracker](root), workload.series()
    spent = 0.0
    for r in range(workload.RUNS):
        rows, start = workload.values(r), time.process_time()
        it.open_run(f"run-{r:03d}", workload.params(r))
        for step, row in enumerate(rows):
            for (name, context), value in zip(series, row, strict=True):
                it.track(value, name, step, context)
        it.close()
        spent += time.process_time() - start
    start = time.process_time()
    it.index()
    return {"cpu_s": spent, "index_cpu_s": time.process_time() - start}


def size(tracker, root):
    files = [path for path in Path(root).rglob("*") if path.is_file()]
    points = workload.RUNS * workload.SERIES * workload.STEPS
    return {"bytes_per_point": sum(path.stat().st_size for path in files) / points, "files": len(files)}


def list_(tracker, root):
    return read(tracker, root, "list_runs", lambda runs: len(runs) == workload.RUNS)


def loss(tracker, root):
    return read(tracker, root, "read_loss", lambda n: n == workload.RUNS * 12 * workload.STEPS)


def read(tracker, root, method, right):
    it = TRACKERS[tracker](root)
    it.import_reader()
    start, wall = time.process_time(), time.perf_counter()
    answer = getattr(it, method)()
    spent, wall = time.process_time() - start, time.perf_counter() - wall
    assert right(answer), f"{tracker} {method} gave a wrong answer"
    return {"cpu_s": spent, "wall_s": wall}


SCENARIOS = {"import": import_, "track": track, "write": write, "size": size, "list": list_, "loss": loss}

if __name__ == "__main__":
    tracker, scenario, folder = sys.argv[1:]
    print(json.dumps(SCENARIOS[scenario](tracker, folder)))
