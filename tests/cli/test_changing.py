"""edit, doctor, reindex: what they change, and what they leave as it was."""

import json

import pytest

from ridgeline.log.layout import Layout

pytestmark = pytest.mark.usefixtures("repo")


def names(ridgeline_command, query=""):
    command = ("runs", query, "--json", "--sort", "run.created_at")
    return [run["name"] for run in json.loads(ridgeline_command(*command)[1])]


def test_edit_and_take_back(ridgeline_command):
    code, _, err = ridgeline_command("edit", "run-0", "id1", "--add-tag", "best", "--note", "keep")
    assert code == 0
    assert "2 runs changed" in err
    assert names(ridgeline_command, '"best" in run.tags') == ["run-0", "run-1"]
    ridgeline_command("edit", "run-0", "--delete")
    assert names(ridgeline_command) == ["run-1", "broken"]
    deleted = json.loads(ridgeline_command("runs", "--deleted", "--json")[1])
    assert [run["id"] for run in deleted] == ["id0"]
    ridgeline_command("edit", "id0", "--undelete", "--name", "back")
    assert names(ridgeline_command) == ["back", "run-1", "broken"]
    ridgeline_command("edit", "back", "--archive")
    assert names(ridgeline_command) == ["run-1", "broken"]
    assert names(ridgeline_command, "run.archived") == ["back"]


def test_an_edit_of_nothing_is_misuse(ridgeline_command):
    code, _, err = ridgeline_command("edit", "run-0")
    assert code == 2
    assert "edit-nothing" in err


def test_doctor_finds_mends_and_keeps(ridgeline_command, repo):
    assert ridgeline_command("doctor")[0] == 0
    layout = Layout(repo / ".ridgeline")
    (segment,) = layout.segments_of("id0")
    with segment.path.open("ab") as log:
        log.write(b"RLG1torn")
    import os

    os.utime(segment.path, (1, 1))  # long ago: no writer can be at work
    code, out, _ = ridgeline_command("doctor")
    assert code == 1
    assert "doctor --repair" in out
    assert ridgeline_command("doctor", "--repair")[0] == 0
    assert ridgeline_command("doctor")[0] == 0
    kept = [path.read_bytes() for path in layout.lost_and_found.iterdir()]
    assert b"RLG1torn" in kept
    assert len(names(ridgeline_command)) == 3


def test_reindex_changes_no_answer(ridgeline_command):
    before = ridgeline_command("runs", "--json")[1]
    assert ridgeline_command("reindex")[0] == 0
    assert ridgeline_command("runs", "--json")[1] == before
