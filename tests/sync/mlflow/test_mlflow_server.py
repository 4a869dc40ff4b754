"""Runs of a tracking server, taken over from one that answers what MLflow 3.17.2 itself did (make_mlflow_server.py)."""

import json
from pathlib import Path

import numpy as np
import pytest
from replayed import A_PAGE, POINTS_A_PAGE, serving

from ridgeline.blobs.store import BlobStore
from ridgeline.core.errors import InputError
from ridgeline.sync.context_patterns import ContextPatterns
from ridgeline.sync.live import LiveRuns
from ridgeline.sync.mlflow import rest, rest_pages
from ridgeline.sync.mlflow.client import Client, Login
from ridgeline.sync.mlflow.rest import RestStore
from ridgeline.sync.mlflow.store import MlflowSource, Selection
from ridgeline.sync.passes import Passes, UnreachableError
from ridgeline.sync.take_over import Moved

ANSWERS = Path(__file__).parents[1] / "stores" / "mlflow-server-3.17.2.json"
NOBODY = Login()
ALL = Moved(runs=9, points=86)


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(rest_pages, "_A_PAGE", A_PAGE)
    monkeypatch.setattr(rest, "_POINTS_A_PAGE", POINTS_A_PAGE)
    with serving(json.loads(ANSWERS.read_text())) as answering:
        yield answering


@pytest.fixture
def passes(repo, server):
    """Make passes over the server; all are closed at the end."""
    made = []

    def make(*, login=NOBODY, address=None, failed=None, live=None, **selection):
        store = RestStore(Client(address or server.address, login, wait=lambda _secs: None))
        made.append(store)
        source = MlflowSource(store, ContextPatterns(("eval/{name}",)), Selection(**selection))
        tell = pytest.fail if failed is None else lambda run, why: failed.append((run, why))
        return Passes(repo, source, live, on_failure=tell)

    yield make
    for store in made:
        store.close()


def run_named(repo, name):
    repo.refresh()
    (found,) = [run for run in repo.runs() if run.name == name]
    return repo.run(found.id)


def change(server, run_name, edit):
    """Let the server answer that a run changed."""
    for key, (status, text) in server.answers.items():
        if "runs/search" in key:
            tree = json.loads(text)
            for run in tree.get("runs", []):
                if run["info"]["run_name"] == run_name:
                    edit(run)
            server.answers[key] = [status, json.dumps(tree)]


def test_all_pages_of_experiments_runs_and_histories_come_over(repo, server, passes):
    assert passes().once() == ALL
    run = run_named(repo, "run 1")
    assert (run.experiment, run.status, run.note, set(run.tags)) == (
        "first",
        "finished",
        "A *note*.",
        {"lab"},
    )
    assert (run.params["lr"], run.params["optim"]) == (0.2, {"name": "adam"})
    frame = repo.metrics('run.name == "run 1" and metric.name == "f1"').to_pandas().sort_values("step")
    assert frame.step.tolist() == list(range(20))
    expected = [np.nan if step == 2 else np.inf if step == 3 else step / 10 for step in range(20)]
    np.testing.assert_array_equal(frame.value, expected)
    assert sum("page_token" in question for question in server.asked) > 8


def test_models_inputs_parents_and_what_is_deleted(repo, server, passes):
    passes().once()
    told = run_named(repo, "run 1").params["mlflow"]
    assert (told["models"], told["aliases"], told["logged_models"]) == (
        ["Echo@1"],
        ["Echo@champion"],
        ["echo"],
    )
    assert told["inputs"][0].startswith("eye@")
    assert run_named(repo, "child").params["mlflow"]["parent"] == run_named(repo, "run 1").id
    runs = repo.index.runs(include_deleted=True)
    assert set(runs.name[runs.deleted]) == {"deleted", "of a deleted experiment"}
    assert run_named(repo, "killed").status == "stopped"


def test_a_second_pass_moves_nothing_and_another_start_asks_for_no_history(server, passes):
    first = passes()
    first.once()
    assert not first.once()
    n_asked = len(server.asked)
    assert not passes().once()
    asked = [question for question in server.asked[n_asked:] if "get-history" in question]
    assert len(asked) <= 1  # of the one that goes on


def test_artifacts_are_linked_unless_they_are_to_be_copied(repo, server, passes):
    passes().once()
    link = run_named(repo, "run 0").artifacts["notes/deep/hello.txt"]
    assert (link.blob, link.size_bytes, link.mime) == (None, 5, "text/plain")
    assert link.uri.startswith(f"{server.address}/get-artifact?run_uuid=")
    passes(copy_artifacts=True, exclude_artifacts=("*.pkl",)).once()
    run = run_named(repo, "run 1")
    blobs = BlobStore(repo.layout.blobs)
    assert blobs.read(run.artifacts["notes/deep/hello.txt"].blob) == b"hello"
    assert b"python_function" in blobs.read(run.artifacts["models/echo/MLmodel"].blob)
    assert run.artifacts["models/echo/python_model.pkl"].blob is None
    assert not passes(copy_artifacts=True, exclude_artifacts=("*.pkl",)).once()


def test_an_artifact_that_is_missing_is_told_of_and_tried_again(repo, server, passes):
    server.refuse = lambda question: 404 if "get-artifact" in question else 0
    failed = []
    moved = passes(copy_artifacts=True, failed=failed).once()
    assert (moved.runs, moved.points) == (ALL.runs, ALL.points)
    assert len(failed) == len(moved.problems) == 4
    assert "is linked, not copied" in failed[0][1]
    server.refuse = lambda _question: 0
    assert passes(copy_artifacts=True).once().edits == 4
    assert run_named(repo, "run 0").artifacts["notes/deep/hello.txt"].blob


@pytest.mark.parametrize("login", [Login(token="secret"), Login(username="ada", password="pa:ss")])
def test_a_login_is_given_and_a_wrong_one_is_one_clear_error(server, passes, login):
    server.token = ["Bearer secret", "Basic YWRhOnBhOnNz"]
    assert passes(login=login).once() == ALL
    for wrong in (Login(token="guess"), Login()):
        with pytest.raises(InputError, match=r"does not let us in \(401 .*MLFLOW_TRACKING_TOKEN"):
            passes(login=wrong).once()


def test_a_password_in_the_address_is_used_and_never_shown(repo, server, passes):
    server.token = ["Basic YWRhOnBhOnNz"]
    passes(address=server.address.replace("//", "//ada:pa%3Ass@")).once()
    assert run_named(repo, "run 0").env["source"]["from"] == f"mlflow {server.address}"


def test_a_server_that_goes_away_leaves_the_rest_to_a_second_start(repo, server, passes):

    def going(_question):
        return -1 if sum("get-history" in asked for asked in server.asked) > 6 else 0

    server.refuse = going
    failed = []
    moved = passes(failed=failed).once()
    assert 0 < moved.runs < 6
    assert all("does not answer" in why for _, why in failed[:-1])
    assert failed[-1][0].endswith("more")
    server.refuse = lambda _question: 0
    repo.refresh()
    again = passes().once()
    assert again.runs == 9 - moved.runs
    assert moved.points + again.points == ALL.points
    assert not passes().once()


def test_a_server_that_is_busy_is_asked_again(server, passes):
    seen = set()

    def once_each(question):
        return 0 if question in seen else (seen.add(question) or 503)

    server.refuse = once_each
    assert passes().once() == ALL


def test_one_run_that_fails_does_not_stop_the_others(repo, server, passes):
    run_id = next(question for question in server.answers if "get-history" in question).partition("run_id=")[
        2
    ][:32]
    server.refuse = lambda question: 500 if run_id in question and "get-history" in question else 0
    failed = []
    assert passes(failed=failed).once().runs == 8
    assert [run for run, _ in failed] == [run_id]
    assert "(500 Internal Server Error)" in failed[0][1]


def test_what_grows_is_followed_and_shown_as_running(repo, server, passes):
    with LiveRuns() as live:
        watching = passes(live=live)
        watching.once()
        run = run_named(repo, "still")
        assert (run.status, run_named(repo, "killed").status) == ("running", "stopped")
        question = next(q for q in server.answers if "get-history" in q and run.id in q)
        history = {
            "metrics": [
                {"key": "loss", "value": 0.5 / i, "timestamp": 1_795_000_000_000 + i, "step": i}
                for i in (1, 2, 3)
            ]
        }
        old = json.loads(server.answers[question][1])["metrics"]
        server.answers[question] = [200, json.dumps({"metrics": old + history["metrics"][1:]})]
        change(server, "still", lambda one: one["data"]["metrics"][0].update(step=3))
        n_asked = len(server.asked)
        assert watching.once() == Moved(points=2)
        assert sum("get-history" in question for question in server.asked[n_asked:]) == 1
        ended = {"status": "FAILED", "end_time": 1_795_000_009_000}
        change(server, "still", lambda one: one["info"].update(ended))
        change(server, "run 0", lambda one: one["info"].update(run_name="renamed"))
        assert watching.once() == Moved(edits=1)
        assert run_named(repo, "still").status == "failed"
        assert run_named(repo, "renamed").status == "finished"
    assert not list(repo.layout.live.iterdir())


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("http://127.0.0.1:1", "does not answer"),
        ("http://", "names no server"),
        ("http://host:x", "no address"),
    ],
)
def test_what_is_no_address(passes, address, why):
    with pytest.raises((InputError, UnreachableError), match=why):
        passes(address=address).once()


def test_another_server_is_not_taken_for_mlflow(server, passes):
    server.answers = {question: [200, "<html>hello"] for question in server.answers}
    with pytest.raises(InputError, match="does not answer as a tracking server"):
        passes().once()


def test_a_redirect_is_not_followed(server, passes):
    server.refuse = lambda _question: 302
    with pytest.raises(InputError, match="sends us to"):
        passes(login=Login(token="secret")).once()


def test_a_token_with_a_line_end_is_refused():
    with pytest.raises(InputError, match="line end"):
        Client("http://host", Login(token="a\nb"))
