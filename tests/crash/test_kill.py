"""kill -9 under load: what is in the log is a correct beginning of what was tracked, and no more than a second is missing."""

import signal
import subprocess
import sys
import time

import pytest

# Tells after each step, through a pipe that survives it, how far it got. One line is 20 bytes: the kernel takes it whole.
WRITER = """
import os, sys, time
from ridgeline import Run, Text
run = Run(repo={repo!r}, run_id="r", capture=False)
step = 0
began = time.monotonic()
while True:
    for _ in range({burst}):
        run.track(step * 0.5, "loss", step=step)
        run.track({{"a": step * 1.0, "b": -step * 1.0}}, step=step, epoch=0)
        step += 1
    run[f"params.p{{step % 10}}"] = step
    run.track(Text(str(step)), "sample", step=step)
    os.write(1, f"{{step - 1:>10}} {{time.time():.3f}}\\n".encode())
    {pause}
"""


def kill_once(repo, read_id, *, seconds: float, burst: int, pause: str) -> float:
    """Kill a writer and check what it left; return how many seconds of tracking are missing."""
    source = WRITER.format(repo=str(repo), burst=burst, pause=pause)
    with subprocess.Popen([sys.executable, "-c", source], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        told = [process.stdout.readline()]  # it runs
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            told.append(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        told += process.stdout.readlines()
    killed_at = float(told[-1].split()[1])
    told_steps = [(int(line.split()[0]), float(line.split()[1])) for line in told if line.endswith(b"\n")]

    recorded = read_id(repo / ".ridgeline", "r")
    assert recorded.status == "lost"
    losses = recorded.points.get(("loss", ()), [])  # none yet when it was killed before its second write
    n = len(losses)
    # A correct beginning: every value up to some step, none twice, none out of place.
    assert losses == [(step, None, step * 0.5) for step in range(n)]
    for name, sign in (("a", 1), ("b", -1)):
        points = recorded.points.get((name, ()), [])
        assert points == [(step, 0.0, sign * float(step)) for step in range(len(points))]
    written = [at for step, at in told_steps if step < n]
    return killed_at - (written[-1] if written else told_steps[0][1])


@pytest.mark.parametrize(
    ("burst", "pause"),
    [(10, "time.sleep(0.005)"), (200, "time.sleep(0.001)"), (2000, "pass")],
    ids=["slow", "busy", "flat out"],
)
def test_a_killed_writer_leaves_a_correct_beginning(tmp_path, read_id, burst, pause):
    assert kill_once(tmp_path, read_id, seconds=0.8, burst=burst, pause=pause) <= 1.0


@pytest.mark.slow
def test_a_hundred_kills(tmp_path, read_id):
    lost = []
    for i in range(100):
        burst, pause = ((10, "time.sleep(0.005)"), (200, "time.sleep(0.001)"), (2000, "pass"))[i % 3]
        repo = tmp_path / str(i)
        repo.mkdir()
        lost.append(kill_once(repo, read_id, seconds=0.3 + 0.013 * i, burst=burst, pause=pause))
    print(f"lost of tracking: median {sorted(lost)[50]:.2f} s, most {max(lost):.2f} s")
    assert max(lost) <= 1.0
