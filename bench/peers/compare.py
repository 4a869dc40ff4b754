"""Ridgeline beside Trackio and Aim: 200 runs × 20 series × 200 steps, on this machine, now.

usage: compare.py [TRACKER ...]      each peer is installed into ~/.cache/ridgeline-bench once
Each scenario runs in a process of its own; CPU seconds, since a busy machine stretches wall time.
"""

import json
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from trackers import TRACKERS

HERE = Path(__file__).parent
CACHE = Path(os.environ.get("RIDGELINE_BENCH_VENVS", "~/.cache/ridgeline-bench")).expanduser()
ROWS = [  # title, scenario, key, unit, bar
    ("import", "import", "cpu_s", "s", ""),
    ("track(), one point", "track", "plain", "µs/point", "0.5"),
    ("track(), with a context", "track", "context", "µs/point", "1"),
    ("track(), a dict of ten", "track", "dict", "µs/point", "0.2"),
    ("write 800,000 points", "write", "cpu_s", "s", "1"),
    ("  and make them readable", "write", "index_cpu_s", "s", ""),
    ("on disk", "size", "bytes_per_point", "B/point", "12"),
    ("files", "size", "files", "", ""),
    ("list runs, params, last values", "list", "cpu_s", "s", "0.05"),
    ("read one metric of all runs", "loss", "cpu_s", "s", "0.05"),
]


def python_of(tracker):
    requirement = TRACKERS[tracker].requirement
    if requirement is None:
        return sys.executable
    home = CACHE / tracker
    if not (home / "bin" / "python").exists():
        print(f"installing {requirement} into {home}", file=sys.stderr)
        venv.create(home, with_pip=True)
        subprocess.run(
            [home / "bin" / "python", "-m", "pip", "install", "-q", requirement, "numpy", "setuptools<81"],
            check=True,
        )
    return str(home / "bin" / "python")


def measure(tracker, scenario, folder):
    command = [python_of(tracker), str(HERE / "measure.py"), tracker, scenario, folder]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stderr}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def main():
    names = ["ridgeline", *(sys.argv[1:] or ["trackio", "aim"])]
    results = {}
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            results[name] = {s: measure(name, s, f"{folder}/{s}") for s in ("import", "track")}
            for scenario in ("write", "size", "list", "loss"):
                results[name][scenario] = measure(name, scenario, f"{folder}/store")
    print(
        f"{'':32}{'unit':>10}{'bar':>7}"
        + "".join(f"{name:>12}" for name in names)
        + "".join(f"{'×' + n:>10}" for n in names[1:])
    )
    for title, scenario, key, unit, bar in ROWS:
        figures = [results[name][scenario][key] for name in names]
        ratios = "".join(f"{f / figures[0]:10.1f}" if figures[0] else f"{'–':>10}" for f in figures[1:])
        print(f"{title:32}{unit:>10}{bar:>7}" + "".join(f"{f:12.4g}" for f in figures) + ratios)


if __name__ == "__main__":
    main()
