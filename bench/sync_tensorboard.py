"""Event files of TensorBoard: ours beside TensorBoard's own EventAccumulator, in one run, as a ratio.

python bench/sync_tensorboard.py [RUNS [TAGS [STEPS]]]      10 runs × 20 tags × 1,000 steps unless told otherwise

Ours is what `ridgeline sync tensorboard` does, up to all points lying in the repo; theirs is Reload() of each folder, which
holds the points in memory alone. Neither with the start of its process, which is told apart. CPU seconds, as a busy machine
stretches the wall's.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from venvs import python_with

BAR = 10.0
MAKE = """
import sys
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.event_file_writer import EventFileWriter
folder, runs, tags, steps = sys.argv[1], *map(int, sys.argv[2:])
for run in range(runs):
    writer = EventFileWriter(f"{folder}/run-{run}", max_queue_size=1000)
    for step in range(steps):
        for tag in range(tags):
            value = Summary.Value(tag=f"group/metric-{tag}", simple_value=step / (tag + 1))
            writer.add_event(Event(wall_time=1.7e9 + step, step=step, summary=Summary(value=[value])))
    writer.close()
"""
THEIRS = """
import json, sys, time
from pathlib import Path
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
began = time.process_time()
n = 0
for run in sorted(Path(sys.argv[1]).iterdir()):
    read = EventAccumulator(str(run), size_guidance={"scalars": 0})
    read.Reload()
    n += sum(len(read.Scalars(tag)) for tag in read.Tags()["scalars"])
print(json.dumps([n, time.process_time() - began]))
"""

OURS = """
import json, sys, time
from pathlib import Path
from ridgeline.log.layout import Layout
from ridgeline.query.repo import Repo
from ridgeline.sync.context_patterns import ContextPatterns
from ridgeline.sync.passes import Passes
from ridgeline.sync.tensorboard.source import TensorboardSource
started = time.process_time()
Layout(sys.argv[2]).create()
with Repo(sys.argv[2]) as repo:
    moved = Passes(repo, TensorboardSource(Path(sys.argv[1]), ContextPatterns(()), live=False)).once()
print(json.dumps([moved.points, time.process_time() - started, started]))
"""


def main():
    runs, tags, steps = (*map(int, sys.argv[1:]), *(10, 20, 1000)[len(sys.argv) - 1 :])
    python = python_with("tensorboard", "tensorboard==2.21.0", "setuptools<81")
    with tempfile.TemporaryDirectory() as folder:
        logs = Path(folder, "logs")
        subprocess.run([python, "-c", MAKE, logs, *map(str, (runs, tags, steps))], check=True)
        size_mb = sum(path.stat().st_size for path in logs.rglob("*tfevents*")) / 1e6
        print(
            f"{runs} runs × {tags} tags × {steps:,} steps = {runs * tags * steps:,} events, {size_mb:.0f} MB"
        )
        n, theirs = json.loads(subprocess.check_output([python, "-c", THEIRS, logs]))
        answer = subprocess.check_output([sys.executable, "-c", OURS, logs, Path(folder, ".ridgeline")])
        taken, ours, start = json.loads(answer)
    assert taken == n, f"{taken:,} points taken over, {n:,} read"
    print(f"EventAccumulator   {theirs:8.2f} s CPU   {n / theirs:12,.0f} points/s")
    print(f"ridgeline sync     {ours:8.2f} s CPU   {n / ours:12,.0f} points/s; its start {start:.2f} s")
    ratio = theirs / ours
    print(f"ratio              {ratio:8.1f}   bar {BAR:g}{'' if ratio >= BAR else '  UNDER'}")


if __name__ == "__main__":
    main()
