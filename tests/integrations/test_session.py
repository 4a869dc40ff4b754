import gc
import pickle
import subprocess
import sys

import numpy as np
import pytest

from ridgeline import Repo, Run
from ridgeline.core.errors import InputError
from ridgeline.integrations.session import Integration, Session


def only_run(repo):
    (view,) = Repo(repo).runs()
    return view


@pytest.fixture
def session(tmp_path):
    return Session(options={"repo": tmp_path, "capture": False})


def test_nothing_is_opened_before_something_is_recorded(session, tmp_path):
    assert list(tmp_path.iterdir()) == []
    session.end()
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_number_is_left_out(session, tmp_path):
    session.track(
        {"loss": 0.5, "words": "a", "list": [1], "none": None, "one": np.ones(1), "two": np.ones(2)}, step=3
    )
    session.end()
    assert [(metric.name, metric.step_last) for metric in only_run(tmp_path).metrics] == [
        ("loss", 3),
        ("one", 3),
    ]


def test_what_comes_after_the_end_goes_into_the_same_run(session, tmp_path):
    session.begin()
    session.track({"loss": 0.5}, step=1)
    session.end()
    assert only_run(tmp_path).status == "finished"
    session.track({"f1": 0.7}, step=1)
    assert only_run(tmp_path).status == "running"
    session.end()
    assert only_run(tmp_path).status == "finished"
    assert [metric.name for metric in only_run(tmp_path).metrics] == ["f1", "loss"]


def test_a_training_that_never_ended_has_failed_by_the_end_of_the_process(tmp_path):
    code = (
        "from ridgeline.integrations.session import Session\n"
        f"session = Session(options={{'repo': {str(tmp_path)!r}, 'capture': False}})\n"
        "session.begin()\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    assert only_run(tmp_path).status == "failed"


def test_a_session_that_is_dropped_in_the_midst_of_training_has_failed(tmp_path):
    session = Session(options={"repo": tmp_path, "capture": False})
    session.begin()
    del session
    gc.collect()
    assert only_run(tmp_path).status == "failed"


def test_an_exception_that_was_being_handled_before_training_is_not_of_it(session):
    raised = []
    try:
        int("the first attempt")
    except ValueError:
        session.begin()
        raised.append(session.raised())
        try:
            int("the second")
        except ValueError:
            raised.append(session.raised())
    session.end()
    assert [str(error) for error in raised] == [
        "None",
        "invalid literal for int() with base 10: 'the second'",
    ]


def test_the_traceback_is_kept_in_a_with_block(tmp_path):
    def train():
        with Integration(repo=tmp_path, capture=False) as integration:
            integration.session.track({"loss": 1.0}, step=0)
            integration.session.end()  # the framework says so; the block is what counts
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        train()
    view = only_run(tmp_path)
    assert view.status == "failed"
    assert "ZeroDivisionError" in view.error


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"experimnt": "pos"}, "Did you mean 'experiment'"),
        ({"tags": [3]}, "tag"),
        ({"params": {"a": object()}}, "no plain form"),
        ({"repo": "http://example.org"}, "remote"),
        ({"run": "resnet"}, "takes a ridgeline.Run, not a builtins.str"),
    ],
)
def test_a_mistake_is_told_before_training(options, words):
    with pytest.raises(InputError, match=words):
        Integration(**options)


def test_a_run_and_options_for_one_contradict(tmp_path):
    with Run(repo=tmp_path, capture=False) as run, pytest.raises(InputError, match="not both"):
        Integration(run, experiment="pos")


def test_a_failure_while_recording_is_a_warning_of_the_run(session, tmp_path):
    session.begin()
    with pytest.warns(RuntimeWarning, match="integer out of range|whole number"):
        session.track({"loss": 0.5}, step=1 << 70)
    session.end()
    (warning,) = only_run(tmp_path).recording_warnings.values()
    assert warning.slug == "step-invalid"


def test_a_copy_that_is_sent_to_a_worker_records_into_a_run_of_its_own(session, tmp_path):
    session.track({"loss": 0.5}, step=1)
    copy = pickle.loads(pickle.dumps(session))
    copy.track({"loss": 0.5}, step=1)
    session.end()
    copy.end()
    assert len(Repo(tmp_path).runs()) == 2
