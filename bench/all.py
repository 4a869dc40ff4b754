"""Every figure of docs/explain/figures.md, measured on this machine now. Takes about a quarter of an hour; Aim is most of it.

python bench/all.py [--without-peers]
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
SCRIPTS = [
    "imports.py",
    "track.py",
    "index.py",
    "api.py",
    "ui.py",
    "peers/compare.py",
    "sync_mlflow.py",
    "sync_tensorboard.py",
    "select_scorers.py",
    "select_lms.py",
]
WITH_PEERS = ("peers", "sync")
ALONE = {"ui.py": ["--without-aim"], "select_scorers.py": ["--without-peer"], "merge.py": ["--without-peer"]}


def main():
    for script in SCRIPTS:
        alone = "--without-peers" in sys.argv
        if alone and script.startswith(WITH_PEERS):
            continue
        options = ALONE.get(script, []) if alone else []
        print(f"\n== bench/{script}", flush=True)
        subprocess.run([sys.executable, HERE / script, *options], check=True)


if __name__ == "__main__":
    main()
