"""The samples of a candidate agree with its scores."""

import json

import numpy as np
import pytest

from ridgeline import Repo, Run
from ridgeline.demo.model import Epoch, initial_weights, predict
from ridgeline.demo.samples import PICTURED, TABLED, sampled_epochs, track_samples
from ridgeline.demo.task import confusions, load_task, score


@pytest.fixture(scope="module")
def task():
    return load_task()


@pytest.mark.parametrize(
    ("n_epochs", "expected"), [(5, {1, 2, 3, 5}), (20, {1, 5, 10, 20}), (60, {1, 15, 30, 60}), (1, {1})]
)
def test_they_are_few_and_the_end_is_among_them(n_epochs, expected):
    assert sampled_epochs(n_epochs) == expected


def test_they_say_what_the_scores_say(task, tmp_path):
    weights = initial_weights(task.train_x.shape[1], task.n_classes)
    counts = confusions(task, predict(weights, task.eval_x))
    with Run(repo=tmp_path, capture=False) as run:
        track_samples(run, task, Epoch(1, 28, 2.0, 0.1, weights), counts)
    accuracy = {(s.language, s.subset): s.accuracy for s in score(task, counts)}
    with Repo(tmp_path) as repo:
        (view,) = repo.runs()
        found = {
            (item.name, item.context.get("lang", item.context.get("layer"))): item for item in view.objects()
        }
        assert len(found) == len(PICTURED) + 2 * len(TABLED) + 2
        assert {(item.entry.step, item.entry.epoch) for item in found.values()} == {(28, 1.0)}
        table = json.loads(found["confusion table", "sv"].read())
        cells = np.array([row[2:] for row in table["rows"]])
        assert cells.trace() / cells.sum() == accuracy["sv", "dev"]
        words = found["mistakes", "sv"].read().decode()
        assert f"**{cells.trace()} of {cells.sum()}** are right" in words
        worst = (cells - np.diag(cells.diagonal())).max()
        assert f"\n- {worst} of " in words
        histogram = json.loads(found["weights", "head"].read())
        assert sum(histogram["counts"]) == weights["head.weight"].size
