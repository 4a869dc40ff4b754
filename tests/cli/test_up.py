import re
import subprocess
import sys

import httpx

from written import write_run


def test_a_repo_that_is_named_twice_is_served_once(tmp_path):
    write_run(tmp_path, "a", {}, [])
    named = ["--repo", str(tmp_path), "--repo", str(tmp_path / ".ridgeline")]
    command = [sys.executable, "-m", "ridgeline.cli", "up", *named, "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline()
            assert line, process.stderr.read()
            url = re.search(r"http://\S+", line)[0]
            assert httpx.get(f"{url}/api/project").json()["neighbours"] == []
        finally:
            process.kill()
