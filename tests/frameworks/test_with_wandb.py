"""Offline runs of W&B and a project of Trackio, made here by themselves and taken over."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from needed import need

from ridgeline.log.layout import Layout
from ridgeline.query.repo import Repo
from ridgeline.sync.context_patterns import ContextPatterns
from ridgeline.sync.passes import Passes
from ridgeline.sync.trackio.store import TrackioFolder
from ridgeline.sync.wandb.offline import OfflineFolders

MAKERS = Path(__file__).parents[1] / "sync"


def made(maker, folder):
    name = maker.removeprefix("make_").removesuffix(".py")
    if find_spec(name) is None:  # not imported here: it starts threads
        need(name)
    folder.mkdir()
    environment = {**os.environ, "WANDB_MODE": "offline"}
    command = [sys.executable, str(MAKERS / maker), str(folder)]
    subprocess.run(command, check=True, cwd=folder, env=environment, capture_output=True)
    return folder


def taken(source, root):
    Layout(root).create()
    with Repo(root) as repo:
        moved = Passes(repo, source, on_failure=lambda _run, why: pytest.fail(why)).once()
        assert not Passes(repo, source).once()
        repo.refresh()
        return moved, {
            run.name: (run.status, run.params, {one.name: one.kind for one in run.objects()})
            for run in repo.runs()
        }


def test_what_wandb_wrote_comes_over_once(tmp_path):
    folder = made("make_wandb.py", tmp_path / "made")
    moved, runs = taken(OfflineFolders(folder / "wandb", ContextPatterns(())), tmp_path / ".ridgeline")
    assert (moved.runs, moved.objects) == (3, 16)
    status, params, kinds = runs["Größe 1"]
    assert (status, params["lr"], params["wandb"]["summary"]) == ("finished", 6e-05, {"best": 0.25})
    assert kinds["weights"] == "distribution"
    assert runs["crashed"][0] == "failed"


def test_what_trackio_wrote_comes_over_once(tmp_path):
    folder = made("make_trackio.py", tmp_path / "made")
    moved, runs = taken(TrackioFolder(folder, ContextPatterns(())), tmp_path / ".ridgeline")
    assert (moved.runs, moved.points, moved.objects) == (2, 122, 6)
    assert runs["Größe 0"][1]["trackio"] == {"group": "sweep"}
