"""A repository that Aim 3.29.1 made, and what Aim's own library said of it; with aim itself: tests/frameworks/test_with_aim.py."""

import json
import shutil
import sqlite3
import stat
import sys

import numpy as np
import pytest

from ridgeline.core.errors import InputError, StorageError
from ridgeline.sync.aim.repository import AimRepository
from ridgeline.sync.context_patterns import ContextPatterns

# Says what was recorded, in the place of a Python with aim.
REPLAY = """#!{python}
import json, pathlib, sys
answers = pathlib.Path({answers!r})
sys.stdout.buffer.write((answers / "ready").read_bytes())
sys.stdout.flush()
for line in sys.stdin:
    path = answers / json.loads(line)["hash"]
    if not path.is_file():
        sys.exit(1)
    sys.stdout.buffer.write(path.read_bytes())
    sys.stdout.flush()
"""


@pytest.fixture
def aim_folder(made):
    return made("aim-3.29.1.tar.xz")


@pytest.fixture
def opened(aim_folder):
    """Open the repository, with a Python that replays what was recorded."""
    python = aim_folder / "python"
    python.write_text(REPLAY.format(python=sys.executable, answers=str(aim_folder / "answers")))
    python.chmod(python.stat().st_mode | stat.S_IXUSR)
    sources = []

    def open_again(*patterns):
        sources.append(AimRepository(aim_folder, str(python), ContextPatterns(patterns)))
        return sources[-1]

    yield open_again
    for source in sources:
        source.close()


def named(repo, name):
    (found,) = [run for run in repo.runs("run.archived or not run.archived") if run.name == name]
    return found


def test_all_that_a_run_has_comes_over(repo, taken, opened):
    moved, told = taken(opened())
    assert (moved.runs, moved.points, moved.objects, moved.lines, told) == (2, 120, 15, 1, [])
    run = named(repo, "Größe 1")
    assert (run.experiment, run.status, run.note, run.archived) == ("pos", "finished", "A *note*.", True)
    assert run.tags == ("lab", "n1")
    assert run.params == {
        "hparams": {"lr": 6e-05, "layers": [1, 2], "flag": True, "nothing": None, "optim": {"name": "adam"}},
        "version": "01",
    }
    assert 0 < run.duration < 60


def test_sequences_keep_contexts_steps_epochs_and_times(repo, taken, opened):
    taken(opened())
    run = named(repo, "Größe 0")
    loss = run.points("loss", {"subset": "train"}).to_pandas()
    assert loss.step.tolist() == list(range(0, 200, 10))
    assert loss.epoch.tolist() == list(range(20))
    assert np.isnan(loss.value.iloc[3])
    assert loss.time.is_monotonic_increasing
    assert {metric.name: metric.context for metric in run.metrics} == {
        "count": {}, "f1": {"lang": "de", "subset": "val"}, "loss": {"subset": "train"},
    }  # fmt: skip


def test_objects_and_console(repo, taken, opened):
    taken(opened())
    run = named(repo, "Größe 0")
    assert {one.name: one.kind for one in run.objects()} == {
        "drawn": "figure", "heard": "audio", "messages": "text", "said": "text", "several": "image", "shown": "image",
        "weights": "distribution",
    }  # fmt: skip
    assert [one.entry.meta["caption"] for one in run.objects("several")] == ["a", "b"]
    (weights,) = run.objects("weights")
    tree = json.loads(weights.read())
    assert (sum(tree["counts"]), tree["edges"][0], tree["edges"][-1]) == (100, 0, 99)
    assert [line.text for line in run.console()] == ["printed line"]


def test_a_second_pass_moves_nothing_and_renames_are_followed(repo, taken, opened, aim_folder):
    source = opened()
    assert taken(source)[0]
    assert not taken(source)[0]
    assert not taken(opened())[0]
    database = sqlite3.connect(aim_folder / ".aim" / "run_metadata.sqlite")
    with database:
        database.execute("UPDATE run SET name = 'renamed' WHERE name = 'Größe 1'")
        database.execute(
            "INSERT INTO note (content, run_id) SELECT 'More.', id FROM run WHERE name = 'renamed'"
        )
    database.close()
    assert taken(source)[0].edits == 2
    assert named(repo, "renamed").note == "A *note*.\n\nMore."


def test_a_run_that_cannot_be_read_does_not_stop_the_others(taken, opened, aim_folder):
    answer = min((aim_folder / "answers").iterdir())
    whole = answer.read_bytes()
    answer.unlink()
    source = opened()
    moved, told = taken(source)
    assert moved.runs == 1
    assert [run for run, _ in told] == [answer.name]
    answer.write_bytes(whole)
    assert taken(source)[0].runs == 1


def test_a_sequence_that_cannot_be_read_is_told_of(repo, taken, opened, aim_folder):
    answer = min((aim_folder / "answers").iterdir())
    head = json.dumps({"kind": "problem", "why": "'loss': damaged"}).encode()
    answer.write_bytes(len(head).to_bytes(4, "little") + bytes(4) + head + answer.read_bytes())
    moved, told = taken(opened())
    assert moved.runs == 2
    assert "'loss': damaged" in told[0][1]


def test_what_is_no_repository(tmp_path, taken, aim_folder):
    with pytest.raises(InputError, match=r"run_metadata\.sqlite"):
        AimRepository(tmp_path, sys.executable, ContextPatterns(()))
    with pytest.raises(InputError, match="pip install aim"):
        taken(AimRepository(aim_folder, sys.executable, ContextPatterns(())))
    with pytest.raises(InputError, match="no Python"):
        taken(AimRepository(aim_folder, "/nowhere/python", ContextPatterns(())))
    with pytest.raises(InputError, match="--python"):
        taken(AimRepository(aim_folder, shutil.which("true"), ContextPatterns(())))


def test_properties_of_another_version(taken, opened, aim_folder):
    database = sqlite3.connect(aim_folder / ".aim" / "run_metadata.sqlite")
    with database:
        database.execute("DROP TABLE note")
    database.close()
    with pytest.raises(StorageError, match="aim upgrade"):
        taken(opened())
