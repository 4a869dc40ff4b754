"""Merging three fine-tunes of a base beside mergekit 0.1.5: CPU seconds of the whole process, and its private memory.

python bench/merge.py [--large] [--without-peer] [--rounds N] [--methods linear,ties,…] [--folder DIR]

mergekit is installed into ~/.cache/ridgeline-bench once. Both get the same YAML, start as a process of their own, are pinned
to the same two cores and run in turns; the models are 0.5 GB each (2 GB with --large) in bfloat16 and in the page cache.
Ours is a Python process with the public functions; what the command line takes to start is printed beside it.
The floor beside them reads all inputs and writes the output and does nothing else.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from figures import verdict
from merge_set import make
from venvs import python_with

MERGEKIT = "mergekit==0.1.5"
SMALL_BYTES, LARGE_BYTES = 540_000_000, 2_150_000_000
CORES = "0,1"
MEMORY_BAR_MB, FLOOR_BAR = 150, 3
SAMPLE_SECS = 0.02
METHODS = {  # how many times less CPU than mergekit, and the parameters of each model
    "linear": (6, {"weight": 0.33}),
    "task_arithmetic": (5, {"weight": 0.4}),
    "ties": (20, {"weight": 1.0, "density": 0.2}),
    "dare_linear": (10, {"weight": 0.4, "density": 0.2}),
    "breadcrumbs": (20, {"weight": 0.4, "density": 0.9, "gamma": 0.01}),
}


def recipe(method, paths):
    """Return the YAML that both understand; linear has no base."""
    base, *models = [str(path) for path in paths]
    document = {
        "merge_method": method,
        "models": [{"model": model, "parameters": METHODS[method][1]} for model in models],
        "dtype": "bfloat16",
    }
    if method != "linear":
        document["base_model"] = base
    return json.dumps(document)  # JSON is YAML


def measured(command):
    """Run a command on two cores, and return CPU seconds, wall seconds, and peak private memory in MB."""
    before, started = os.times(), time.perf_counter()
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
    process = subprocess.Popen(
        ["taskset", "-c", CORES, *map(str, command)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    peak, ended = [0], threading.Event()
    watcher = threading.Thread(target=_watch, args=(process.pid, peak, ended))
    watcher.start()
    said = process.communicate()[1]
    ended.set()
    watcher.join()
    if process.returncode:
        raise SystemExit(f"{command[0]} ended with {process.returncode}: {said.decode()[-2000:]}")
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return cpu, time.perf_counter() - started, peak[0] / 1024


def _watch(pid, peak, ended):
    while not ended.wait(SAMPLE_SECS):
        try:
            text = Path(f"/proc/{pid}/status").read_text()
        except OSError:
            return
        private = [line.split()[1] for line in text.splitlines() if line.startswith("RssAnon")]
        peak[0] = max(peak[0], *(int(kilobytes) for kilobytes in private), 0)


OURS = """
import sys
from pathlib import Path
from ridgeline.merge import Options
from ridgeline.merge.plan import make_plan
from ridgeline.merge.recipe.build import read_recipe
from ridgeline.merge.run import run_plan
prepared, out = read_recipe(sys.argv[1]), Path(sys.argv[2])
run_plan(make_plan(prepared.spec), out, Options())
prepared.companions.write(out, hash_inputs=False)
"""
FLOOR = """
import mmap, os, sys
import numpy as np
out, *files = sys.argv[1:]
step = 1 << 18
with open(out, "wb") as target:
    for at, name in enumerate(files):
        with open(name, "rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            data = np.frombuffer(mapped, np.uint8)
            for start in range(0, len(data), step):
                part = data[start : start + step]
                part[::64].sum()
                if not at:
                    target.write(part)
"""


def differing(ours, theirs):
    """Return the share of elements that differ between two merged models."""
    import numpy as np

    from ridgeline.merge.tensors.checkpoint import open_checkpoint

    mine, other = open_checkpoint(ours).tensors, open_checkpoint(theirs).tensors
    assert set(mine) == set(other), "the same tensors come out"
    unequal = total = 0
    for name, tensor in mine.items():
        size = int(np.prod(tensor.shape))
        unequal += int(np.count_nonzero(tensor.read(0, size) != other[name].read(0, size)))
        total += size
    return unequal / total


def compare(method, paths, folder, peer, rounds):
    """Measure floor, ours and mergekit in turns, and print the medians."""
    file = folder / f"{method}.yaml"
    file.write_text(recipe(method, paths))
    inputs = [path / "model.safetensors" for path in (paths[1:] if method == "linear" else paths)]
    commands = {
        "floor": [sys.executable, "-c", FLOOR, folder / "floor.bin", *inputs],
        "ours": [
            sys.executable,
            "-m",
            "ridgeline.cli",
            "merge",
            file,
            "--out",
            folder / "ours",
            "--no-hash-inputs",
        ],
    }
    if peer:
        commands["mergekit"] = [peer, "-m", "mergekit.scripts.run_yaml", file, folder / "theirs"]
    found = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            for made in ("ours" if name == "ours" else "theirs" if name == "mergekit" else "",):
                if made:
                    shutil.rmtree(folder / made, ignore_errors=True)
            found[name].append(measured(command))
    told = {
        name: [statistics.median(column) for column in zip(*runs, strict=True)]
        for name, runs in found.items()
    }
    (floor, *_), (cpu, wall, memory) = told["floor"], told["ours"]
    print(
        f"{method:16} ours {cpu:6.2f} s CPU {wall:6.1f} s wall {memory:5.0f} MB private ({verdict(memory, MEMORY_BAR_MB)})"
    )
    print(
        f"{'':16} read + write alone {floor:.2f} s CPU: ours is {cpu / floor:.1f} × ({verdict(cpu / floor, FLOOR_BAR)})"
    )
    if peer:
        their_cpu, their_wall, their_memory = told["mergekit"]
        bar = METHODS[method][0]
        print(
            f"{'':16} mergekit {their_cpu:6.2f} s CPU {their_wall:6.1f} s wall {their_memory:5.0f} MB private:"
            f" {their_cpu / cpu:.1f} × in CPU (bar {bar}{'' if their_cpu / cpu >= bar else ', MISSED'}),"
            f" {their_wall / wall:.1f} × in wall; {differing(folder / 'ours', folder / 'theirs'):.2%} of values differ"
        )
    sys.stdout.flush()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--large", action="store_true", help="2 GB models instead of 0.5 GB")
    parser.add_argument("--without-peer", action="store_true")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--methods", default=",".join(METHODS))
    parser.add_argument(
        "--folder", type=Path, help="where the models are made, and stay; default: a temporary folder"
    )
    options = parser.parse_args()
    peer = None if options.without_peer else python_with("mergekit", MERGEKIT)
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.folder or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        paths = make(folder, LARGE_BYTES if options.large else SMALL_BYTES)
        size = (paths[0] / "model.safetensors").stat().st_size
        print(
            f"base and 3 fine-tunes of {size / 1e9:.2f} GB, two cores, medians of {options.rounds}, load {os.getloadavg()[0]:.1f}"
        )
        start, *_ = measured([sys.executable, "-m", "ridgeline.cli", "merge", "verify", "--help"])
        print(
            f"the command line takes {start:.2f} s CPU to start, in place of what Python and NumPy take in ours"
        )
        for method in options.methods.split(","):
            compare(method, paths, folder, peer, options.rounds)


if __name__ == "__main__":
    main()
