import contextlib
import json
import math

import pytest

import ridgeline
from ridgeline.core.errors import NotFoundError


@pytest.fixture
def run(opened, tmp_path):
    with ridgeline.Run(
        "exp",
        "one",
        {"h": {"lr": 0.1, "list": [1, 2]}},
        ["t"],
        repo=tmp_path,
        run_id="abcdef-1",
        capture=False,
    ) as run:
        for step, value in enumerate([0.3, 0.9, 0.5]):
            run.track(value, name="f1", step=step, epoch=step / 2, context={"lang": "de"})
            run.track(1 - value, name="loss", step=step)
        run.track(math.nan, name="empty")
        run.track(ridgeline.Text("hello"), name="sample", step=4)
        run.note = "words"
    return opened().run("abcdef-1")


def test_fields(run):
    assert (run.id, run.name, run.experiment, run.status, run.note) == (
        "abcdef-1",
        "one",
        "exp",
        "finished",
        "words",
    )
    assert (run.tags, run.archived, run.error, run.n_points) == (("t",), False, None, 7)
    assert run.created <= run.updated
    assert run.duration == (run.ended - run.created).total_seconds() > 0
    assert run.ended is not None
    assert "one" in repr(run)


def test_params(run):
    assert run.params == {"h": {"lr": 0.1, "list": [1, 2]}}
    assert run["h.lr"] == 0.1
    assert run["h"] == {"lr": 0.1, "list": [1, 2]}
    with pytest.raises(NotFoundError, match=r"Did you mean 'h\.lr'"):
        run["h.lrr"]


def test_metrics_in_numbers(run):
    empty, f1, loss = run.metrics
    assert (f1.name, f1.context, f1.n, f1.first, f1.last, f1.min, f1.max) == (
        "f1",
        {"lang": "de"},
        3,
        0.3,
        0.5,
        0.3,
        0.9,
    )
    assert (f1.goal, f1.best, f1.step_best, f1.step_first, f1.step_last, f1.epoch_last) == (
        "max",
        0.9,
        1,
        0,
        2,
        1.0,
    )
    assert (loss.goal, loss.best, loss.step_best) == ("min", pytest.approx(0.1), 1)
    assert loss.mean == pytest.approx((0.7 + 0.1 + 0.5) / 3)
    assert math.isnan(empty.best)
    assert math.isnan(empty.mean)
    assert empty.n_nan == 1


def test_points(run):
    assert run.points("f1").to_numpy("value").tolist() == [0.3, 0.9, 0.5]
    assert len(run.points("f1", {"lang": "de"})) == 3
    with pytest.raises(NotFoundError, match="Did you mean 'loss'"):
        run.points("los")
    with pytest.raises(NotFoundError, match="in a context with"):
        run.points("f1", {"lang": "fr"})


def test_objects(run):
    (found,) = run.objects("sample")
    assert (found.name, found.entry.step, found.read()) == ("sample", 4, b"hello")
    assert len(run.objects()) == 1


def test_log(run):
    assert len(run.segments) == 1
    assert run.console() == []
    assert run.artifacts == {}
    assert run.recording_warnings == {}
    assert json.dumps(run.env)


def test_found_by_id_beginning_and_name(opened, tmp_path):
    for run_id, name in [("aaaa-1", "x"), ("aaaa-2", "y"), ("bbbb-1", "y"), ("x", "z")]:
        ridgeline.Run(name=name, repo=tmp_path, run_id=run_id, capture=False).close()
    repo = opened()
    assert repo.run("bbbb").id == "bbbb-1"
    assert repo.run("z").id == "x"
    assert repo.run("x").id == "x"  # an id goes before a name
    for asked in ("aaaa", "y"):
        with pytest.raises(NotFoundError, match="2 runs"):
            repo.run(asked)
    for asked in ("nope", ""):
        with pytest.raises(NotFoundError) as caught:
            repo.run(asked)
        assert caught.value.slug == "run-not-found"
    with pytest.raises(NotFoundError, match="Did you mean 'aaaa-1'"):
        repo.run("aaa-1")
    repo.edit("aaaa-1", deleted=True)
    with pytest.raises(NotFoundError, match="`ridgeline edit aaaa-1 --undelete` brings it back"):
        repo.run("aaaa-1")
    with pytest.raises(NotFoundError, match=r"None of the 3 runs in .* has the id or name 'nope'"):
        repo.run("nope")


def test_a_failed_run_shows_its_traceback(opened, tmp_path):
    def fail():
        with ridgeline.Run(repo=tmp_path, run_id="bad", capture=False):
            raise RuntimeError("out of luck")

    with pytest.raises(RuntimeError):
        fail()
    run = opened().run("bad")
    assert run.status == "failed"
    assert "out of luck" in run.error


def test_a_resumed_run_shows_no_traceback_of_before(opened, tmp_path):
    with contextlib.suppress(RuntimeError), ridgeline.Run(repo=tmp_path, run_id="bad", capture=False):
        raise RuntimeError("out of luck")
    with ridgeline.Run(repo=tmp_path, run_id="bad", capture=False):
        pass
    run = opened().run("bad")
    assert (run.status, run.error) == ("finished", None)
