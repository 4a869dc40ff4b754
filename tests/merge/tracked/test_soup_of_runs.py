import numpy as np
import pytest
from tracked_models import evaluate, quality, read, track_model

from ridgeline import Repo, Run
from ridgeline.core.errors import InputError, NotFoundError
from ridgeline.merge.tracked.record import Destination
from ridgeline.merge.tracked.soup import find_candidates, greedy_soup_of_runs


@pytest.fixture
def repo(tmp_path):
    """Two runs whose mean is the goal, and one that is far off."""
    track_model(tmp_path, "low", [0, 1, 2, 3])
    track_model(tmp_path, "high", [2, 3, 4, 5.5])
    track_model(tmp_path, "far", [9, 9, 9, 9])
    return Repo(tmp_path)


def test_what_makes_the_mean_better_stays(repo, tmp_path):
    candidates = find_candidates(repo, "", "quality")
    tried = []
    soup = greedy_soup_of_runs(
        repo, candidates, evaluate, "quality", tmp_path / "soup",
        destination=Destination(tmp_path, "tuning", "the soup"), on_trial=lambda one, score, kept: tried.append((one.name, score, kept)),
    )  # fmt: skip
    assert [one.name for one in soup.ingredients] == ["low", "high"]
    assert tried == [
        ("high", -0.25, True),
        (
            "far",
            pytest.approx(quality(np.mean([[0, 1, 2, 3], [2, 3, 4, 5.5], [9] * 4], axis=0)), abs=1e-5),
            False,
        ),
    ]
    assert read(tmp_path / "soup").tolist() == [1, 2, 3, 4.25]
    run = repo.run(soup.run)
    assert run["lineage.parents"] == ["low", "high"]
    assert (run.name, run["merge.method"], run["merge.tried"]) == ("the soup", "greedy_soup", 3)
    assert {one.name: one.last for one in run.metrics} == {"quality": -0.25}
    assert not list(tmp_path.glob(".soup-*"))


def test_a_soup_of_one_is_that_model(repo, tmp_path):
    candidates = find_candidates(repo, "run.name != 'high'", "quality")
    soup = greedy_soup_of_runs(repo, candidates, evaluate, "quality", tmp_path / "soup")
    assert [one.name for one in soup.ingredients] == ["low"]
    assert read(tmp_path / "soup").tolist() == [0, 1, 2, 3]
    assert [one.value for one in soup.metrics] == [quality(np.arange(4))]


def test_only_the_best_are_tried(repo, tmp_path):
    candidates = find_candidates(repo, "", "quality")
    soup = greedy_soup_of_runs(repo, candidates, evaluate, "quality", tmp_path / "soup", at_most=2)
    assert len(soup.choice.trials) == 1


def test_a_failed_evaluation_leaves_nothing_behind(repo, tmp_path):
    def fail(_):
        raise InputError("no data", "evaluation-failed")

    with pytest.raises(InputError, match="no data"):
        greedy_soup_of_runs(repo, find_candidates(repo, "", "quality"), fail, "quality", tmp_path / "soup")
    assert not list(tmp_path.glob(".soup-*"))
    assert not (tmp_path / "soup").exists()


def test_a_metric_must_be_there_and_be_one(repo, tmp_path):
    with pytest.raises(NotFoundError, match="No run among these"):
        find_candidates(repo, "", "f1")
    for lang in ("de", "en"):
        track_model(tmp_path, "both", [1, 1, 1, 1], lang=lang)
    with pytest.raises(
        InputError,
        match=r"leaves open which of 2 metrics to choose by: quality\{lang=de\}, quality\{lang=en\}. Name",
    ):
        find_candidates(repo, "run.name == 'both'", "quality")


def test_of_a_loss_the_least_is_best(tmp_path):
    for name, value in (("a", 0.5), ("b", 0.2)):
        with Run(name=name, repo=tmp_path, run_id=name, capture=False) as run:
            run.track(value, name="loss")
    assert {one.name: one.score for one in find_candidates(Repo(tmp_path), "", "loss")} == {
        "a": -0.5,
        "b": -0.2,
    }
