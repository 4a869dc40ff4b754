import warnings

import pytest

from ridgeline.core.errors import StorageError
from ridgeline.record.boundary import Boundary, RecordingWarning


def test_a_failure_inside_stops_there_and_is_counted():
    boundary = Boundary("r1")
    guard = boundary.guard("slug-one", "Doing it")
    with pytest.warns(RecordingWarning, match=r"Run r1: Doing it: ValueError: no \[slug-one\]"), guard:
        raise ValueError("no")
    assert guard.failed
    with boundary.guard("slug-one", "Doing it"):
        raise KeyError("again")
    [mishap] = boundary.unwritten()
    assert (mishap.slug, mishap.count, mishap.message) == ("slug-one", 2, "Doing it: KeyError: 'again'")


def test_an_error_of_ours_keeps_its_own_slug():
    boundary = Boundary("r")
    with pytest.warns(RecordingWarning, match="full"), boundary.guard("other", "Writing"):
        raise StorageError("The disk is full.", "log-write-failed")
    assert boundary.unwritten()[0].slug == "log-write-failed"


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_what_belongs_to_the_program_passes(error):
    boundary = Boundary("r")
    with pytest.raises(error), boundary.guard("slug", "Doing it"):
        raise error
    assert boundary.unwritten() == []


def test_what_was_written_is_not_written_again():
    boundary = Boundary("r")
    with pytest.warns(RecordingWarning):
        boundary.report("a", "x", 3)
    written = boundary.unwritten()
    boundary.report("a", "y", 2)
    boundary.settle(written)
    assert [(mishap.message, mishap.count) for mishap in boundary.unwritten()] == [("y", 2)]
    boundary.settle(boundary.unwritten())
    assert boundary.unwritten() == []


def test_python_is_warned_once_a_slug(recwarn):
    boundary = Boundary("r")
    for _ in range(3):
        boundary.report("a", "x")
        boundary.report("b", "x")
    assert len(recwarn) == 2


def test_warnings_as_errors_go_to_standard_error(capsys):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Boundary("r").report("a", "x")
    assert capsys.readouterr().err == "Run r: x [a]\n"


def test_a_forks_child_leaves_the_parents_warnings_to_it():
    boundary = Boundary("r")
    with pytest.warns(RecordingWarning):
        boundary.report("a", "x", 3)
    boundary.forked()
    assert boundary.unwritten() == []
    boundary.report("a", "x")
    assert boundary.unwritten()[0].count == 1
