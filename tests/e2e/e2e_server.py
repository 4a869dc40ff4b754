"""A server in its own process, and what the browser complains of."""

import os
import re
import subprocess
import sys
from contextlib import contextmanager

import httpx


@contextmanager
def serve(root, port=0):
    """Run `ridgeline up` on a repo and yield its address."""
    command = [sys.executable, "-m", "ridgeline.cli", "up", "--repo", str(root), "--port", str(port)]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | {"NO_COLOR": "1"},
    )
    try:
        printed = ""
        while not (match := re.search(r"http://127\.0\.0\.1:\d+", printed)):
            line = process.stdout.readline()
            assert line, f"the server ended: {printed}"
            printed += line
        url = match.group()
        assert httpx.get(url, timeout=10).status_code == 200
        yield url
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


class Faults(list):
    def forgive(self, text):
        """Take out the complaints that a test provokes; there has to be one."""
        provoked = [fault for fault in self if text in fault]
        assert provoked, f"no complaint of {text!r} among {list(self)}"
        self[:] = [fault for fault in self if fault not in provoked]
