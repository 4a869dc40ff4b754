"""How a run ends that nobody closes."""

import gc
import subprocess
import sys

import pytest

from ridgeline import Repo, Run
from ridgeline.core.errors import InputError


@pytest.fixture
def ended(tmp_path):
    def run_code(code):
        head = f"import ridgeline; run = ridgeline.Run(repo={str(tmp_path)!r}, capture=False)\n"
        subprocess.run([sys.executable, "-c", head + code], check=False, capture_output=True)
        (view,) = Repo(tmp_path).runs()
        return view.status

    return run_code


def test_it_ends_as_it_was_told(ended):
    assert ended("run.left_as = 'failed'") == "failed"


def test_a_run_that_is_closed_ends_as_the_call_says(ended):
    assert ended("run.left_as = 'failed'; run.close()") == "finished"


def test_what_ends_the_process_is_the_stronger(ended):
    assert ended("run.left_as = 'finished'; raise ValueError") == "failed"


def test_a_run_that_is_collected_ends_as_it_was_told(tmp_path):
    run = Run(repo=tmp_path, capture=False)
    assert run.left_as == "finished"
    run.left_as = "stopped"
    del run
    gc.collect()
    (view,) = Repo(tmp_path).runs()
    assert view.status == "stopped"


def test_a_status_there_is_not_is_refused(tmp_path):
    with (
        Run(repo=tmp_path, capture=False) as run,
        pytest.raises(InputError, match="finished, failed or stopped"),
    ):
        run.left_as = "lost"


def test_a_guard_turns_a_failure_into_a_warning_of_the_run(tmp_path):
    run = Run(repo=tmp_path, capture=False)
    with (
        pytest.warns(RuntimeWarning, match="The config could not be read: ZeroDivisionError"),
        run.guard("config-unreadable", "The config could not be read"),
    ):
        1 / 0  # noqa: B018
    run.close()
    (view,) = Repo(tmp_path).runs()
    assert view.recording_warnings["config-unreadable"].count == 1
