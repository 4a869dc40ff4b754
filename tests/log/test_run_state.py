import math
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ridgeline.log.events import (
    ArtifactEvent,
    DelEvent,
    EndEvent,
    EnvEvent,
    PropEvent,
    RunEvent,
    SeriesEvent,
    SetEvent,
    TagEvent,
    WarnEvent,
)
from ridgeline.log.run_state import Artifact, RunWarning, SegmentPosition, Session, fold

HEAD = RunEvent(1.0, "r1", "first", "pos", 1.0, "host", 7, "me", "0.1")


def at(seg, *events):
    return [(SegmentPosition(seg, ordinal), event) for ordinal, event in enumerate(events)]


def params_of(*events):
    return fold(at("a", *events)).params


def test_a_run_of_one_segment():
    state = fold(
        at(
            "a",
            HEAD,
            SetEvent(1.0, ("hparams",), {"lr": 0.1}),
            TagEvent(1.5, ("lab", "best")),
            SeriesEvent(1.5, 1, "loss", {}, "float"),
            EnvEvent(2.0, "python", "3.11"),
            ArtifactEvent(3.0, "m", "ab", None, 5, "x/y"),
            WarnEvent(4.0, "slow", "once", 1),
            WarnEvent(5.0, "slow", "again", 2),
            TagEvent(6.0, (), ("best",)),
            EndEvent(7.0, "failed", "boom"),
        )
    )
    assert (state.id, state.name, state.experiment, state.created, state.updated) == (
        "r1",
        "first",
        "pos",
        1.0,
        7.0,
    )
    assert (state.tags, state.params, state.env) == ({"lab"}, {"hparams": {"lr": 0.1}}, {"python": "3.11"})
    assert state.artifacts == {"m": Artifact("m", "ab", None, 5, "x/y", 3.0)}
    assert state.warnings == {"slow": RunWarning("slow", "again", 3, 5.0)}
    assert state.sessions == [Session("a", "host", 7, "me", "0.1", 1.0, 7.0, 7.0, "failed", "boom")]
    assert (state.note, state.archived, state.deleted) == ("", False, False)


def test_an_artifact_that_lies_nowhere_is_deleted():
    logged = at("a", ArtifactEvent(1.0, "m", "ab", None, 5, "x/y"))
    assert fold(at("b", ArtifactEvent(2.0, "m", None, None, None, None)) + logged).artifacts == {}
    assert fold(at("b", ArtifactEvent(0.5, "m", None, None, None, None)) + logged).artifacts != {}


def test_a_run_of_no_events_has_its_id_and_default_name():
    state = fold([], run_id="0123456789")
    assert (state.id, state.name, state.experiment, state.sessions) == (
        "0123456789",
        "run-012345",
        "default",
        [],
    )
    assert math.isnan(state.created)
    assert math.isnan(state.updated)


def test_a_later_head_speaks_only_where_it_says_something():
    later = RunEvent(9.0, "r1", None, None, 9.0, "other", 8, "me", "0.2")
    state = fold(at("a", HEAD) + at("b", later))
    assert (state.name, state.experiment, state.created) == ("first", "pos", 1.0)
    assert [session.host for session in state.sessions] == ["host", "other"]
    renamed = RunEvent(9.0, "r1", "second", "ner", 9.0, "other", 8, "me", "0.2")
    state = fold(at("a", HEAD) + at("b", renamed))
    assert (state.name, state.experiment) == ("second", "ner")


def test_edits_are_no_sessions_and_null_takes_back():
    edits = at(
        "b",
        PropEvent(2.0, "name", "renamed"),
        PropEvent(2.0, "note", "good"),
        PropEvent(2.0, "archived", value=True),
        PropEvent(2.0, "deleted", value=True),
    )
    state = fold(at("a", HEAD) + edits)
    assert (state.name, state.note, state.archived, state.deleted) == ("renamed", "good", True, True)
    assert len(state.sessions) == 1
    undo = at(
        "c",
        PropEvent(3.0, "name", None),
        PropEvent(3.0, "note", None),
        PropEvent(3.0, "experiment", None),
        PropEvent(3.0, "deleted", value=False),
    )
    state = fold(at("a", HEAD) + edits + undo)
    assert (state.name, state.note, state.experiment, state.deleted) == ("run-r1", "", "default", False)


def test_set_replaces_the_subtree():
    assert params_of(SetEvent(1.0, ("a",), {"b": 1, "c": 2}), SetEvent(2.0, ("a",), {"d": 3})) == {
        "a": {"d": 3}
    }


def test_set_below_a_scalar_replaces_it():
    assert params_of(SetEvent(1.0, ("a",), 5), SetEvent(2.0, ("a", "b", "c"), 6)) == {"a": {"b": {"c": 6}}}


def test_set_of_everything():
    assert params_of(SetEvent(1.0, ("a",), 5), SetEvent(2.0, (), {"b": 1})) == {"b": 1}
    assert params_of(SetEvent(1.0, ("a",), 5), SetEvent(2.0, (), 7)) == {"a": 5}


def test_keys_with_dots_are_one_key():
    assert params_of(SetEvent(1.0, ("a.b", "c"), 1)) == {"a.b": {"c": 1}}


def test_del_of_a_part_and_of_everything():
    both = (SetEvent(1.0, ("a",), {"b": 1}), SetEvent(1.0, ("c",), 2))
    assert params_of(*both, DelEvent(2.0, ("a", "b"))) == {"a": {}, "c": 2}
    assert params_of(*both, DelEvent(2.0, ("x", "y"))) == {"a": {"b": 1}, "c": 2}
    assert params_of(*both, DelEvent(2.0, ())) == {}


def test_folding_does_not_change_the_events():
    event = SetEvent(1.0, ("a",), {"b": {"c": 1}})
    positions = at("a", event, SetEvent(2.0, ("a", "b", "c"), 2))
    assert fold(positions).params == {"a": {"b": {"c": 2}}}
    assert event.value == {"b": {"c": 1}}
    assert fold(positions).params == fold(positions).params


def test_at_one_time_the_later_segment_and_then_the_later_line_wins():
    one, two = SetEvent(5.0, ("x",), 1), SetEvent(5.0, ("x",), 2)
    assert fold(at("a", one) + at("b", two)).params == {"x": 2}
    assert fold(at("b", one) + at("a", two)).params == {"x": 1}
    assert fold(at("a", one, two)).params == {"x": 2}


PATHS = st.lists(st.sampled_from("ab"), max_size=3).map(tuple)
TREES = st.integers(0, 3) | st.dictionaries(
    st.sampled_from("ab"), st.integers(0, 3) | st.just({"a": 1}), max_size=2
)
TIMES = st.integers(0, 5).map(float)
EVENTS = st.one_of(
    st.builds(SetEvent, TIMES, PATHS, TREES),
    st.builds(DelEvent, TIMES, PATHS),
    st.builds(TagEvent, TIMES, st.sampled_from([(), ("x",), ("y",)]), st.sampled_from([(), ("x",)])),
    st.builds(PropEvent, TIMES, st.just("name"), st.sampled_from(["n", "m", None])),
    st.builds(WarnEvent, TIMES, st.just("s"), st.sampled_from(["n", "m"]), st.integers(1, 3)),
    st.builds(RunEvent, TIMES, st.just("r"), st.sampled_from(["n", None]), st.none(), TIMES, st.just("h"), st.just(1), st.just("u"), st.just("s")),
    st.builds(EndEvent, TIMES, st.sampled_from(["finished", "failed"])),
)  # fmt: skip


@given(
    st.dictionaries(st.sampled_from(["a", "b", "c"]), st.lists(EVENTS, max_size=6)),
    st.randoms(use_true_random=False),
)
def test_the_order_of_arrival_does_not_matter(segments, random):
    positions = [pair for seg, events in segments.items() for pair in at(seg, *events)]
    expected = repr(fold(positions, run_id="r"))
    random.shuffle(positions)
    assert repr(fold(positions, run_id="r")) == expected


def slow_params(events):
    """Keep params as leaf path → value: the obvious other way to say what set and del do."""
    leaves = {}
    for event in sorted(events, key=lambda event: event.t):
        below = {path for path in leaves if path[: len(event.path)] == event.path}
        if isinstance(event, SetEvent):
            if not event.path and not isinstance(event.value, dict):
                continue
            above = {event.path[:i] for i in range(1, len(event.path))}
            leaves = {path: value for path, value in leaves.items() if path not in below | above}
            leaves |= leaves_of(event.value, event.path)
        else:
            leaves = {path: value for path, value in leaves.items() if path not in below}
    return leaves


def leaves_of(value, path=()):
    if not isinstance(value, dict):
        return {path: value}
    return {leaf: held for key, item in value.items() for leaf, held in leaves_of(item, (*path, key)).items()}


@given(st.lists(st.builds(SetEvent, TIMES, PATHS, TREES) | st.builds(DelEvent, TIMES, PATHS), max_size=8))
def test_params_are_those_of_the_slow_obvious_version(events):
    assert leaves_of(params_of(*events)) == slow_params(events)


def test_folding_a_run_of_five_events_is_quick():
    events = at(
        "a",
        HEAD,
        SetEvent(1.0, ("hparams",), {"lr": 0.1, "seed": 1, "optim": {"name": "adam", "beta": 0.9}}),
        TagEvent(1.0, ("lab",)),
        EnvEvent(1.0, "python", "3.11"),
        EndEvent(2.0, "finished"),
    )
    best = min(seconds_of_1000_folds(events) for _ in range(5))
    assert best / 1000 < 60e-6  # 10 µs on an idle core


def seconds_of_1000_folds(events):
    started = time.process_time()
    for _ in range(1000):
        fold(events)
    return time.process_time() - started


@pytest.mark.parametrize("run_id", ["", "given"])
def test_the_head_names_the_run_unless_the_caller_does(run_id):
    assert fold(at("a", HEAD), run_id=run_id).id == (run_id or "r1")
