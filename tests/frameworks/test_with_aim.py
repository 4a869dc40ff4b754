"""A repository of Aim, made and read by aim itself."""

import filecmp
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from needed import need

if find_spec("aim") is None:  # not imported here: it warns of what it uses
    need("aim")
need("PIL", "plotly")

from ridgeline.log.layout import Layout
from ridgeline.query.repo import Repo
from ridgeline.sync.aim.repository import AimRepository
from ridgeline.sync.context_patterns import ContextPatterns
from ridgeline.sync.passes import Passes
from ridgeline.sync.take_over import Moved

MAKE = Path(__file__).parents[1] / "sync" / "make_aim.py"


def test_what_aim_tracked_comes_over_once_and_aims_folder_stays_as_it_was(tmp_path):
    made, before, root = tmp_path / "made", tmp_path / "before", tmp_path / "repo" / ".ridgeline"
    made.mkdir()
    subprocess.run([sys.executable, str(MAKE), str(made)], check=True, cwd=tmp_path, capture_output=True)
    shutil.copytree(made, before)
    Layout(root).create()
    with Repo(root) as repo:
        source = AimRepository(made, sys.executable, ContextPatterns(()))
        moved = Passes(repo, source, on_failure=lambda _run, why: pytest.fail(why)).once()
        assert moved == Moved(runs=2, points=120, objects=15, lines=1)
        assert not Passes(repo, source).once()
        source.close()
    compared = filecmp.dircmp(made, before, ignore=[])
    assert (compared.left_only, compared.right_only, compared.diff_files) == ([], [], [])
