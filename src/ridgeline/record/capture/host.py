"""The machine, the Python, the command line and the installed packages."""

import os
import socket
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from ridgeline.core.values import Json
from ridgeline.record.capture.secrets import mask_arguments
from ridgeline.record.capture.user import user_name


def command_line() -> list[Json]:
    """Return the command as it was typed, secrets masked.

    Of a worker of multiprocessing, the arguments of the program that started it: nobody typed how the worker itself is called.
    """
    typed = list(getattr(sys, "orig_argv", None) or sys.argv)
    if any(part.startswith("from multiprocessing.") or part == "--multiprocessing-fork" for part in typed):
        typed = sys.argv
    return list(mask_arguments(typed))


def python_facts() -> dict[str, Json]:
    """Return which Python this is."""
    import platform

    return {
        "version": platform.python_version(),
        "implementation": platform.python_implementation(),
        "executable": sys.executable,
    }


def host_facts() -> dict[str, Json]:
    """Return which machine this is."""
    import platform

    return {
        "name": socket.gethostname(),
        "user": user_name(),
        "system": platform.platform(),
        "machine": platform.machine(),
        "cpus": os.cpu_count(),
    }


@cache
def installed_packages() -> dict[str, str]:
    """Return name → version of the packages on sys.path, sorted by name; found once in a process."""
    return packages_in(sys.path)


def packages_in(folders: Iterable[str]) -> dict[str, str]:
    """Return name → version of the packages in these folders, the first folder winning, as imports do.

    The name of a package's metadata folder says both (PEP 376, 427). Listing the folders takes 1 ms;
    importlib.metadata opens and parses a file a package, 100 ms that the training would feel.
    """
    found: dict[str, str] = {}
    for folder in folders:
        try:
            names = sorted(path.name for path in Path(folder).iterdir())
        except OSError:  # not there, or a zip file
            continue
        for name in names:
            if name.endswith((".dist-info", ".egg-info")):
                package, _, version = Path(name).stem.partition("-")
                found.setdefault(package.replace("_", "-").lower(), version.partition("-py")[0])
    return dict(sorted(found.items()))
