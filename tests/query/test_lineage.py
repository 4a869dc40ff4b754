from itertools import pairwise

import pytest

from ridgeline import Repo, Run
from ridgeline.query.lineage import lineage


@pytest.fixture
def family(tmp_path):
    """Make runs out of a mapping of each to its parents, in its order."""

    def make(parents):
        for name, named in parents.items():
            with Run(repo=tmp_path, run_id=name, capture=False) as run:
                if named is not None:
                    run["lineage.parents"] = named
        return Repo(tmp_path).snapshot()

    return make


def depths(found):
    return {member.id: member.depth for member in found.members}


def edges(found):
    ids = [member.id for member in found.members]
    return {(ids[parent], ids[child]) for parent, child in found.edges}


def test_ancestors_and_descendants(family):
    snapshot = family(
        {
            "base": None,
            "a": ["base"],
            "b": "base",
            "soup": ["a", "b", "base"],
            "next": ["soup"],
            "other": ["base"],
        }
    )
    found = lineage(snapshot, "soup")
    assert depths(found) == {"base": -2, "a": -1, "b": -1, "soup": 0, "next": 1}
    assert edges(found) == {
        ("base", "a"), ("base", "b"), ("a", "soup"), ("b", "soup"), ("base", "soup"), ("soup", "next"),
    }  # fmt: skip
    assert found.n_left_out == 0


def test_what_is_no_run_here_is_named(family):
    found = lineage(family({"a": ["google/bert"]}), "a")
    assert [(member.id, member.row) for member in found.members] == [("google/bert", None), ("a", 0)]


def test_a_run_that_was_made_from_nothing_stands_alone(family):
    assert depths(lineage(family({"a": None, "b": ["c"]}), "a")) == {"a": 0}
    assert depths(lineage(family({"a": 3, "b": [1, "", None]}), "b")) == {"b": 0}


def test_a_circle_ends(family):
    found = lineage(family({"a": ["c"], "b": ["a"], "c": ["b"], "d": ["d"]}), "a")
    assert depths(found) == {"b": -2, "c": -1, "a": 0}
    assert edges(found) == {("b", "c"), ("c", "a")}
    assert depths(lineage(family({}), "d")) == {"d": 0}


def test_a_deleted_child_is_not_shown(family, tmp_path):
    family({"a": None, "b": ["a"]})
    Repo(tmp_path).edit(["b"], deleted=True)
    assert depths(lineage(Repo(tmp_path).snapshot(), "a")) == {"a": 0}


def test_the_nearest_are_kept_when_there_are_too_many(family):
    found = lineage(family({"a": [f"p{i}" for i in range(5)], "b": ["a"], "c": ["b"]}), "b", most=3)
    assert set(depths(found)) >= {"a", "b", "c"}
    assert found.n_left_out == 5


def test_three_hundred_generations(family):
    names = [f"r{i}" for i in range(300)]
    found = lineage(family({"r0": None, **{b: [a] for a, b in pairwise(names)}}), "r299", most=500)
    assert found.members[0].depth == -299
