"""Merged models of a few candidates."""

import pytest

from ridgeline import Repo
from ridgeline.demo.merged import GREEDY, MERGED, METHODS, merge_best
from ridgeline.demo.sweep import missing_recipes, train_all


@pytest.fixture(scope="module")
def repo(tmp_path_factory):
    root = tmp_path_factory.mktemp("demo") / ".ridgeline"
    train_all(root, [one for one in missing_recipes(root, 12) if one[1].epochs == 5][:3], 2, lambda: None)
    assert merge_best(root) == len(METHODS) + 1
    return Repo(root)


def test_merged_models_are_candidates_with_all_that_single_ones_have(repo):
    merged = repo.runs(f'run.experiment == "{MERGED}"')
    single = next(iter(repo.runs(f'run.experiment != "{MERGED}"')))
    judged = {(one.name, str(one.context)) for one in single.metrics if one.name in {"f1", "accuracy"}}
    assert {run.name for run in merged} == {*METHODS, GREEDY}
    for run in merged:
        assert {(one.name, str(one.context)) for one in run.metrics if one.n == 1} >= judged
        assert run["lineage.parents"]
        assert run.recording_warnings == {}
        assert repo.artifact(run.id, "model.safetensors").stat().st_size > 30_000


def test_a_second_start_makes_nothing_again(repo):
    assert merge_best(repo.layout.root) == 0
