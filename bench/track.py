"""What `track` costs the training thread, and how many points a second one process records.

CPU time, best of several rounds, beside the bar each figure must reach. Run it alone: `python bench/track.py`.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

import ridgeline
from ridgeline.log.layout import Layout
from ridgeline.log.points import ROW, decode_points
from ridgeline.log.read import scan_file

ROUNDS = 7
CALLS = 40_000
FLAT_OUT_POINTS = 4_000_000
PROCESSES = 8
POINTS_A_PROCESS = 500_000
NAMES = [f"metric_{i}" for i in range(10)]


def ns_a_call(run: ridgeline.Run, body: Callable[[ridgeline.Run, int], None]) -> float:
    """Return the CPU time of the calling thread in ns; the writer works on beside it."""
    best = float("inf")
    for _ in range(ROUNDS):
        run.flush()
        start = time.thread_time_ns()
        body(run, CALLS)
        best = min(best, (time.thread_time_ns() - start) / CALLS)
    return best


def plain(run: ridgeline.Run, calls: int) -> None:
    for step in range(calls):
        run.track(0.5, name="loss", step=step)


def without_step(run: ridgeline.Run, calls: int) -> None:
    for _ in range(calls):
        run.track(0.5, "counted")


def with_epoch(run: ridgeline.Run, calls: int) -> None:
    for step in range(calls):
        run.track(0.5, name="loss", step=step, epoch=1)


def with_context(run: ridgeline.Run, calls: int) -> None:
    for step in range(calls):
        run.track(0.5, name="f1", step=step, context={"lang": "fr", "subset": "dev"})


def with_number_context(run: ridgeline.Run, calls: int) -> None:
    for step in range(calls):
        run.track(0.5, name="norm", step=step, context={"layer": 3})


def of_int(run: ridgeline.Run, calls: int) -> None:
    for step in range(calls):
        run.track(step, name="tokens", step=step)


def of_ten(run: ridgeline.Run, calls: int) -> None:
    values = dict.fromkeys(NAMES, 0.5)
    for step in range(calls):
        run.track(values, step=step)


def of_ten_with_context(run: ridgeline.Run, calls: int) -> None:
    values = dict.fromkeys(NAMES, 0.5)
    for step in range(calls):
        run.track(values, step=step, context={"subset": "train"})


def record_flat_out(repo: str, n_points: int) -> tuple[float, float]:
    """Return points a second by wall clock and by CPU time, until the last is in the log."""
    run = ridgeline.Run(repo=repo, capture=False)
    wall, cpu = time.perf_counter(), time.process_time()
    for step in range(n_points):
        run.track(0.001 * (step % 997), name="loss", step=step)
    run.flush()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    run.close()
    return n_points / wall, n_points / cpu


def points_in(repo: str) -> int:
    """Count the points that stand in the logs of a repository."""
    n_points = 0
    for segment in Layout(f"{repo}/.ridgeline").segments():
        for frame in scan_file(segment.path).frames:
            if frame.type == 2:
                n_points += len(decode_points(frame.flags, frame.payload)) // ROW.size
    return n_points


def at_once(repo: str) -> float:
    """Let several processes record into one repository at once; return the points a CPU second of the slowest."""
    command = [sys.executable, __file__, "--flat-out", repo, str(POINTS_A_PROCESS)]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(PROCESSES)]
    return min(float(process.communicate()[0]) for process in processes)


def line(what: str, figure: float, unit: str, bar: float | None, *, more_is_better: bool = False) -> None:
    verdict = ""
    if bar is not None:
        met = figure >= bar if more_is_better else figure <= bar
        verdict = f"bar {bar:>9,.0f}  {'met' if met else 'MISSED'}"
    print(f"{what:<38}{figure:>12,.0f} {unit:<10}{verdict}")


def main() -> None:
    with tempfile.TemporaryDirectory() as repo, ridgeline.Run(repo=repo, capture=False) as run:
        line("track(value, step)", ns_a_call(run, plain), "ns", 500)
        line("track(value), step counted", ns_a_call(run, without_step), "ns", 500)
        line("track(value, step, epoch)", ns_a_call(run, with_epoch), "ns", 500)
        line("track(value, step, context of 2)", ns_a_call(run, with_context), "ns", 1000)
        line("track(value, step, {layer: 3})", ns_a_call(run, with_number_context), "ns", None)
        line("track(int, step)", ns_a_call(run, of_int), "ns", None)
        line("track({10 values}, step)", ns_a_call(run, of_ten) / 10, "ns/point", 200)
        line("track({10 values}, step, context)", ns_a_call(run, of_ten_with_context) / 10, "ns/point", 200)
    with tempfile.TemporaryDirectory() as repo:
        by_wall, by_cpu = record_flat_out(repo, FLAT_OUT_POINTS)
        line("flat out, to the log, by wall clock", by_wall, "points/s", 1_000_000, more_is_better=True)
        line("flat out, to the log, by CPU time", by_cpu, "points/s", None)
        line("of these in the log", points_in(repo), "points", FLAT_OUT_POINTS, more_is_better=True)
    with tempfile.TemporaryDirectory() as repo:
        line(f"{PROCESSES} at once, the slowest by CPU time", at_once(repo), "points/s", None)
        expected = PROCESSES * POINTS_A_PROCESS
        line("of these in the log", points_in(repo), "points", expected, more_is_better=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--flat-out"]:
        print(record_flat_out(sys.argv[2], int(sys.argv[3]))[1])
    else:
        main()
