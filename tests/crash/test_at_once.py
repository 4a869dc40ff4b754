"""Many processes that begin at the same moment in a folder where nothing is yet."""

import subprocess
import sys

import pytest

from ridgeline.core.errors import RidgelineError
from ridgeline.log.layout import Layout

WRITER = """
import sys
from ridgeline import Run
sys.stdin.readline()  # all wait for the same moment
run = Run(repo={repo!r}, run_id={run_id!r}, params={{"rank": {rank}}}, capture=False)
for step in range({steps}):
    run.track(step + {rank} / 10, "loss", step=step, context={{"rank": {rank}}})
    if step % 1000 == 0:
        run.track({{"a": 1.0, "b": 2.0}}, step=step, context={{"rank": {rank}}})
run.close()
"""


def start(repo, n, steps, run_id):
    processes = [
        subprocess.Popen(
            [
                sys.executable,
                "-c",
                WRITER.format(repo=str(repo), rank=rank, steps=steps, run_id=run_id(rank)),
            ],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for rank in range(n)
    ]
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        _, error = process.communicate(timeout=120)
        assert (process.returncode, error) == (0, "")


@pytest.mark.parametrize("same_run", [False, True], ids=["eight runs", "eight ranks of one run"])
def test_eight_processes_lose_nothing(tmp_path, read_id, same_run):
    steps = 20_000
    start(tmp_path, 8, steps, lambda rank: "shared" if same_run else f"r{rank}")
    root = tmp_path / ".ridgeline"
    assert list((root / "live").iterdir()) == []
    for rank in range(8):
        recorded = read_id(root, "shared" if same_run else f"r{rank}")
        assert recorded.status == "finished"
        assert len(recorded.segments) == (8 if same_run else 1)
        assert recorded.values("loss", rank=rank) == [step + rank / 10 for step in range(steps)]
        assert recorded.values("b", rank=rank) == [2.0] * (steps // 1000)
        assert recorded.state.warnings == {}


def test_their_repository_is_one(tmp_path):
    start(tmp_path, 4, 10, lambda rank: f"r{rank}")
    layout = Layout(tmp_path / ".ridgeline")
    try:
        layout.check()
    except RidgelineError as error:
        pytest.fail(str(error))
    assert sorted(segment.run_id for segment in layout.segments()) == ["r0", "r1", "r2", "r3"]
