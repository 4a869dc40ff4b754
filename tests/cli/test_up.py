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


def test_a_repo_is_made_where_there_is_none(tmp_path):
    new = tmp_path / "new"
    command = [sys.executable, "-m", "ridgeline.cli", "up", "--repo", str(new), "--port", "0"]
    refused = subprocess.run(command, capture_output=True, text=True, check=False)
    assert refused.returncode
    assert not new.exists()
    with subprocess.Popen([*command, "--create"], stdout=subprocess.PIPE, text=True) as process:
        try:
            url = re.search(r"http://\S+", process.stdout.readline())[0]
            made = httpx.post(f"{url}/api/2.0/mlflow/runs/create", json={"experiment_id": "0"}).json()
            assert made["run"]["info"]["status"] == "RUNNING"
        finally:
            process.kill()
    assert (new / ".ridgeline" / "ridgeline.json").is_file()
