import argparse
import copy
import json
import os
import pickle
import time
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum, IntEnum
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest

import ridgeline
from ridgeline.core.errors import InputError, NotFoundError
from ridgeline.record.run import Run, flush_open_runs


def test_a_run_says_what_it_is(tmp_path, read):
    run = Run(experiment="pos", name="first", params={"lr": 3e-5}, tags=["lab"], repo=tmp_path, capture=False)
    assert (run.name, run.experiment, run.status, len(run.id)) == ("first", "pos", "running", 16)
    state = read(run).state
    assert (state.id, state.name, state.experiment, state.params, state.tags) == (
        run.id,
        "first",
        "pos",
        {"lr": 3e-5},
        {"lab"},
    )
    assert read(run).status == "running"
    run.close()
    run.close()
    assert (run.status, read(run).status) == ("finished", "finished")


def test_a_run_given_nothing_has_a_name(tmp_path, read):
    with Run(repo=tmp_path, capture=False) as run:
        assert (run.name, run.experiment, run.note, list(run.tags), run.params) == (
            f"run-{run.id[:6]}",
            "default",
            "",
            [],
            {},
        )
    assert read(run).state.name == run.name
    assert repr(run).startswith("Run(id=")


def test_the_repo_is_found_as_for_reading(tmp_path, monkeypatch):
    monkeypatch.setenv("RIDGELINE_REPO", str(tmp_path / "env"))
    with Run(capture=False) as run:
        assert run.repo == tmp_path / "env" / ".ridgeline"
    with Run(repo=tmp_path / "given", capture=False) as run:
        assert run.repo == tmp_path / "given" / ".ridgeline"


@pytest.mark.parametrize(
    ("arguments", "slug"),
    [
        ({"repo": "http://host/x"}, "remote-not-yet"),
        ({"run_id": "a/b"}, "run-id-invalid"),
        ({"experiment": {"lr": 1}}, "experiment-invalid"),
        ({"name": " "}, "name-invalid"),
        ({"params": [1]}, "param-type"),
        ({"params": {"a": object()}}, "param-type"),
        ({"params": {"a": "x" * (2 << 20)}}, "event-too-large"),
        ({"tags": [3]}, "tag-invalid"),
        ({"tags": 3}, "tag-invalid"),
        ({"run_id": 3}, "run-id-invalid"),
        ({"repo": 3}, "repo-invalid"),
        ({"capture": "all"}, "capture-invalid"),
    ],
)
def test_a_wrong_argument_is_refused_at_once(tmp_path, arguments, slug):
    with pytest.raises(InputError, match=rf"\[{slug}\]"):
        Run(**{"repo": tmp_path, "capture": False} | arguments)
    assert list(tmp_path.iterdir()) == []


class TestParams:
    def test_they_nest_and_are_addressed_with_dots(self, run, read):
        run["hparams"] = {"lr": 3e-5, "optim": {"name": "adam"}}
        run["hparams.optim.beta"] = 0.9
        assert run["hparams.optim.name"] == "adam"
        assert run["hparams"] == {"lr": 3e-5, "optim": {"name": "adam", "beta": 0.9}}
        del run["hparams.lr"]
        expected = {"hparams": {"optim": {"name": "adam", "beta": 0.9}}}
        assert run.params == read(run).state.params == expected

    def test_setting_a_dict_replaces_the_subtree(self, run, read):
        run["a"] = {"x": 1, "y": 2}
        run["a"] = {"y": 3}
        assert run.params == read(run).state.params == {"a": {"y": 3}}

    def test_get_and_in(self, run):
        run["a.b"] = 1
        assert "a.b" in run
        assert "a" in run
        assert "a.c" not in run
        assert 3 not in run
        assert (run.get("a.b"), run.get("a.c"), run.get("a.c", 5)) == (1, None, 5)
        with pytest.raises(NotFoundError, match=r"Did you mean 'a\.b'"):
            run["a.bb"]
        with pytest.raises(NotFoundError):
            del run["z"]
        with pytest.raises(TypeError):
            iter(run)

    def test_what_is_read_is_a_copy_that_says_so(self, run):
        run["a"] = {"b": {"c": 1}, "l": [1]}
        for change in (
            lambda: run["a"].update(b=2),
            lambda: run["a"]["b"].__setitem__("c", 2),
            lambda: run["a"].pop("b"),
            run.params.clear,
        ):
            with pytest.raises(InputError, match="params-read-only"):
                change()
        run["a"]["l"].append(2)
        assert run["a.l"] == [1]
        assert (
            json.loads(json.dumps(run["a"]))
            == pickle.loads(pickle.dumps(run["a"]))
            == {"b": {"c": 1}, "l": [1]}
        )
        mine = copy.deepcopy(run["a"])
        mine["b"]["c"] = 2
        assert run["a.b.c"] == 1

    def test_later_changes_to_what_was_given_do_not_matter(self, run):
        given = {"layers": [1, 2]}
        run["a"] = given
        given["layers"].append(3)
        assert run["a.layers"] == [1, 2]

    def test_everything_plain_is_taken(self, run, read):
        @dataclass
        class Optim:
            name: str = "adam"
            betas: tuple[float, float] = (0.9, 0.99)

        @dataclass
        class Config:
            optim: Optim = field(default_factory=Optim)
            path: Path = Path("/data")

        class Colour(Enum):
            RED = "red"
            PAIR = (1, 2)

        class Level(IntEnum):
            LOW = 1

        run["config"] = Config()
        run["args"] = argparse.Namespace(lr=np.float32(0.5), n=np.int64(3), flag=np.bool_(True))
        run["enums"] = [Colour.RED, Colour.PAIR, Level.LOW]
        run["odd"] = {
            1: None,
            "set": {"b", "a"},
            "array": np.eye(2),
            "day": date(2026, 1, 2),
            "nan": float("nan"),
        }
        run["mapping"] = MappingProxyType({"a": (1, 2)})
        params = read(run).state.params
        assert params["config"] == {"optim": {"name": "adam", "betas": [0.9, 0.99]}, "path": "/data"}
        assert params["args"] == {"lr": 0.5, "n": 3, "flag": True}
        assert params["args"]["flag"] is True
        assert params["enums"] == ["red", "PAIR", 1]
        odd = dict(params["odd"])
        assert str(odd.pop("nan")) == "nan"
        assert odd == {"1": None, "set": ["a", "b"], "array": [[1, 0], [0, 1]], "day": "2026-01-02"}
        assert params["mapping"] == {"a": [1, 2]}

    def test_omegaconf_like_containers_are_read_through_their_interface(self, run):
        class DictConfig(dict):
            """Resolves on access, as OmegaConf does."""

            def items(self):
                return [(key, "resolved") for key in self]

        run["c"] = DictConfig(a="${b}")
        assert run["c"] == {"a": "resolved"}

    @pytest.mark.parametrize(
        ("value", "message"),
        [
            (object(), r"'a\.b\.1' is a builtins\.object"),
            (b"x", r"'a\.b\.1' is a builtins\.bytes"),
            (len, r"'a\.b\.1'"),
            ({(1, 2): 3}, r"A key in 'a\.b\.1' is \(1, 2\)"),
            (np.zeros(5000), r"'a\.b\.1' is an array of shape \(5000,\).*log_artifact"),
        ],
    )
    def test_anything_else_is_refused_with_its_place(self, run, value, message):
        with pytest.raises(InputError, match=message):
            run["a"] = {"b": [1, value]}
        assert run.params == {}

    def test_what_holds_itself_is_refused(self, run):
        loop = {}
        loop["again"] = [loop]
        with pytest.raises(InputError, match=r"'a\.b' is nested too deeply, or holds itself.*param-too-deep"):
            run["a.b"] = loop

    @pytest.mark.parametrize(
        ("value", "slug"), [(["x" * (2 << 20)], "event-too-large"), ([10**5000], "value-not-json")]
    )
    def test_what_the_log_cannot_hold_is_refused_at_the_call(self, run, read, value, slug):
        run["a"] = 1
        with pytest.raises(InputError, match=slug):
            run["a"] = value
        assert run.params == read(run).state.params == {"a": 1}
        assert read(run).state.warnings == {}

    @pytest.mark.parametrize("value", [Decimal("0.25"), Fraction(1, 4)])
    def test_exact_numbers_become_floats(self, run, read, value):
        run["a"] = value
        assert run.params == read(run).state.params == {"a": 0.25}

    @pytest.mark.parametrize("address", ["", "a..b", ".a", 3, None, ...])
    def test_an_address_is_words_and_dots(self, run, address):
        with pytest.raises(InputError, match="param-address"):
            run[address] = 1


class TestTags:
    def test_they_are_a_set(self, run, read):
        run.tags.add("b")
        run.tags.update(["a", "c"])
        run.tags.discard("b")
        run.tags.discard("z")
        run.tags |= {"d"}
        assert list(run.tags) == ["a", "c", "d"]
        assert "a" in run.tags
        assert len(run.tags) == 3
        assert run.tags & {"a", "z"} == {"a"}
        run.tags = ["x", "a"]
        assert read(run).state.tags == {"x", "a"} == set(run.tags)

    @pytest.mark.parametrize("tag", ["", " ", 3, None])
    def test_a_tag_is_a_word(self, run, tag):
        with pytest.raises(InputError, match="tag-invalid"):
            run.tags.add(tag)


def test_tags_may_be_none_or_one_word(tmp_path):
    with (
        Run(repo=tmp_path, tags=None, capture=False) as none,
        Run(repo=tmp_path, tags="lab", capture=False) as one,
    ):
        assert (set(none.tags), set(one.tags)) == (set(), {"lab"})


def test_a_note_of_a_million_characters(run, read):
    run.note = "é" * 500_000
    assert read(run).state.note == run.note
    with pytest.raises(InputError, match="event-too-large"):
        run.note = "é" * 1_000_000
    assert read(run).state.note == run.note == "é" * 500_000


def test_a_closed_run_stays_as_it_was(tmp_path):
    with Run(repo=tmp_path, name="n", params={"a": 1}, tags=["t"], capture=False) as run:
        pass
    for change in (
        lambda: setattr(run, "name", "x"),
        lambda: setattr(run, "note", "x"),
        lambda: setattr(run, "experiment", "x"),
        lambda: run.__setitem__("a", 2),
        lambda: run.__delitem__("a"),
        lambda: run.tags.add("x"),
        lambda: run.tags.discard("t"),
    ):
        with pytest.raises(InputError, match="run-closed"):
            change()
    assert (run.name, run.note, run.experiment, run.params, set(run.tags)) == (
        "n",
        "",
        "default",
        {"a": 1},
        {"t"},
    )


def test_name_note_and_experiment_can_change(run, read):
    run.name, run.note, run.experiment = "n", "some *words*", "e"
    state = read(run).state
    assert (state.name, state.note, state.experiment) == ("n", "some *words*", "e")
    for prop in ("name", "note", "experiment"):
        with pytest.raises(InputError):
            setattr(run, prop, 3)


class TestArtifacts:
    def test_a_file_is_copied_at_the_call(self, run, read, tmp_path):
        source = tmp_path / "model.json"
        source.write_text("{}")
        run.log_artifact(source)
        source.unlink()
        artifact = read(run).state.artifacts["model.json"]
        assert (artifact.size_bytes, artifact.mime) == (2, "application/json")
        assert (run.repo / "blobs" / artifact.blob[:2] / artifact.blob).read_text() == "{}"

    def test_a_folder_keeps_its_paths(self, run, read, tmp_path):
        (tmp_path / "out" / "sub").mkdir(parents=True)
        (tmp_path / "out" / "a.txt").write_text("a")
        (tmp_path / "out" / "sub" / "b.txt").write_text("b")
        run.log_artifacts(tmp_path / "out")
        assert sorted(read(run).state.artifacts) == ["a.txt", "sub/b.txt"]

    def test_a_pipe_is_not_waited_for(self, run, tmp_path):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(InputError, match="artifact-not-a-file"):
            run.log_artifact(tmp_path / "pipe")

    def test_what_is_not_there_is_a_mistake_at_the_call(self, run, tmp_path):
        with pytest.raises(NotFoundError, match="no file"):
            run.log_artifact(tmp_path / "nope")
        with pytest.raises(NotFoundError, match="no folder"):
            run.log_artifacts(tmp_path / "nope")
        with pytest.raises(InputError, match="log_artifacts"):
            run.log_artifact(tmp_path)


class TestReopening:
    def test_the_run_goes_on_in_a_new_segment(self, tmp_path, read):
        with Run("pos", "first", {"a": {"b": 1}}, ["t"], tmp_path, capture=False) as first:
            first.note = "n"
            first.track(1.0, "m")
            first.track(1.0, "m")
            first.track(1.0, "far", step=40, epoch=2, context={"k": 1})
        with Run(repo=tmp_path, run_id=first.id, capture=False) as again:
            assert (again.name, again.experiment, again.note) == ("first", "pos", "n")
            assert (again["a.b"], list(again.tags)) == (1, ["t"])
            assert read(again).status == "running"
            again.track(2.0, "m")
            again.track(2.0, "far", context={"k": 1})
            again.track(2.0, "new")
            again["a.c"] = 2
        recorded = read(again)
        assert recorded.steps("m") == [0, 1, 2]
        assert recorded.steps("far", k=1) == [40, 41]
        assert recorded.steps("new") == [0]
        assert recorded.state.params == {"a": {"b": 1, "c": 2}}
        assert (recorded.state.name, recorded.state.experiment) == ("first", "pos")
        assert len(recorded.segments) == 2
        assert recorded.status == "finished"

    def test_the_last_word_counts_though_the_clock_was_set_back(self, tmp_path, read, monkeypatch):
        now = time.time
        with Run(repo=tmp_path, params={"a": 1}, capture=False) as first:
            monkeypatch.setattr(time, "time", lambda: now() + 3600)
            first.note = "before"
            first.close("failed")
        monkeypatch.undo()
        with Run(repo=tmp_path, run_id=first.id, capture=False) as again:
            again.note = "after"
            again["a"] = 2
        recorded = read(again)
        assert (recorded.state.note, recorded.state.params, recorded.status) == (
            "after",
            {"a": 2},
            "finished",
        )

    def test_ranks_that_are_open_together_count_their_own_steps(self, tmp_path, read):
        with Run(repo=tmp_path, run_id="ddp", capture=False) as a:
            a.track(1.0, "m", context={"rank": 0})
            a.flush()
            with Run(repo=tmp_path, run_id="ddp", capture=False) as b:
                b.track(1.0, "m", context={"rank": 0})
                recorded = read(b)
        assert recorded.steps("m", rank=0) == [0, 0]
        assert len(recorded.segments) == 2


def test_two_runs_at_once_keep_apart(tmp_path, read):
    with Run(repo=tmp_path, capture=False) as a, Run(repo=tmp_path, capture=False) as b:
        for step in range(100):
            a.track(1.0, "m", step=step)
            b.track(2.0, "m", step=step)
    assert set(read(a).values("m")) == {1.0}
    assert set(read(b).values("m")) == {2.0}


def test_flush_open_runs_makes_all_of_them_readable(tmp_path, read_id):
    with Run(repo=tmp_path, capture=False) as a, Run(repo=tmp_path, capture=False) as b:
        a.track(1.0, "m")
        b.track(2.0, "m")
        flush_open_runs()
        assert read_id(a.repo, a.id).values("m") == [1.0]
        assert read_id(b.repo, b.id).values("m") == [2.0]


def test_an_exception_in_the_block_fails_the_run_and_passes_on(tmp_path, read):
    with pytest.raises(ZeroDivisionError), Run(repo=tmp_path, capture=False) as run:
        _ = 1 / 0
    session = read(run).state.sessions[0]
    assert session.status == "failed"
    assert "ZeroDivisionError" in session.error
    assert "_ = 1 / 0" in session.error


@pytest.mark.parametrize("status", ["finished", "failed", "stopped"])
def test_close_takes_a_status(tmp_path, read, status):
    run = Run(repo=tmp_path, capture=False)
    run.close(status)
    assert run.status == read(run).status == status


def test_close_refuses_other_words(run):
    with pytest.raises(InputError, match="status-invalid"):
        run.close("done")


def test_the_public_names_are_there():
    assert ridgeline.Run is Run
    assert ridgeline.Capture(console=False).console is False


@pytest.mark.parametrize(("name", "hint"), [("nots", "Did you mean 'note'?"), ("lr", "run['lr'] = value")])
def test_a_mistyped_attribute_is_a_mistake_and_no_param(tmp_path, name, hint):
    with Run(repo=tmp_path, capture=False) as run, pytest.raises(InputError, match="run-attribute") as caught:
        setattr(run, name, 1)
    assert hint in str(caught.value)
