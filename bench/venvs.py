"""Pythons with a peer installed, each in ~/.cache/ridgeline-bench, made once."""

import os
import subprocess
import sys
import venv
from pathlib import Path

CACHE = Path(os.environ.get("RIDGELINE_BENCH_VENVS", "~/.cache/ridgeline-bench")).expanduser()


def python_with(name, *requirements):
    """Return the Python of the environment `name`, made with these requirements unless it is there."""
    python = CACHE / name / "bin" / "python"
    if not python.exists():
        print(f"installing {', '.join(requirements)} into {CACHE / name}", file=sys.stderr)
        venv.create(CACHE / name, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *requirements], check=True)
    return str(python)
