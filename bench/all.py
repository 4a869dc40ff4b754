"""Every figure of docs/explain/figures.md, measured on this machine now. Takes about ten minutes; Aim is most of it.

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
    "ui_lines.py",
    "ui_parallel.py",
    "ui_table.py",
    "peers/compare.py",
]


def main():
    for script in SCRIPTS:
        if script.startswith("peers") and "--without-peers" in sys.argv:
            continue
        print(f"\n== bench/{script}", flush=True)
        subprocess.run([sys.executable, HERE / script], check=True)


if __name__ == "__main__":
    main()
