"""What recording loads into the program that it records."""

import subprocess
import sys

import pytest

SLOW = {
    "asyncio",
    "http.client",
    "multiprocessing",
    "numpy",
    "sqlite3",
    "subprocess",
    "traceback",
    "uuid",
    "wave",
}


@pytest.mark.parametrize("module", ["ridgeline", "ridgeline.record.run", "ridgeline.record.objects"])
def test_importing_loads_the_standard_library_alone_and_not_the_slow_parts(module):
    code = f"import sys; before = set(sys.modules); import {module}; print(*(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    loaded = set(done.stdout.split())
    assert not loaded & SLOW
    outside = {name.partition(".")[0] for name in loaded} - set(sys.stdlib_module_names)
    assert outside == {"ridgeline"}
