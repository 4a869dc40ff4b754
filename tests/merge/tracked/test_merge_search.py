import pytest
import yaml
from tracked_models import evaluate, read, track_model

from ridgeline import Repo
from ridgeline.core.errors import InputError
from ridgeline.merge.tracked.record import Destination
from ridgeline.merge.tracked.search import at_random, grid, read_choices, search, with_values

RECIPE = """
models:
  - model: run:low
    parameters: {weight: 1}
  - model: run:high
    parameters: {weight: 1}
merge_method: linear
"""
WEIGHT = "models[1].parameters.weight"


@pytest.fixture
def repo(tmp_path):
    track_model(tmp_path, "low", [0, 1, 2, 3])
    track_model(tmp_path, "high", [2, 3, 4, 5])
    return Repo(tmp_path)


def test_each_trial_is_a_run_and_the_best_model_stays(repo, tmp_path):
    out = tmp_path / "search"
    trials = list(
        search(
            RECIPE, grid({WEIGHT: [0.5, 1, 3]}), evaluate, "quality", out,
            repo=repo, destination=Destination(tmp_path, "tuning", "mix"),
        )
    )  # fmt: skip
    assert [trial.values[WEIGHT] for trial in trials] == [0.5, 1, 3]
    best = max(trials, key=lambda trial: trial.score)
    assert best.number == 2
    assert [path.name for path in out.iterdir()] == ["trial-002"]
    assert read(best.folder).tolist() == [1, 2, 3, 4]
    run = repo.run(best.run)
    assert (run.name, run["merge.trial"], run["merge.set"]) == ("mix 2", 2, {WEIGHT: 1})
    assert run["lineage.parents"] == ["low", "high"]


def test_a_callable_may_propose_by_what_was_tried(repo, tmp_path):
    def halve(tried):
        return None if len(tried) == 3 else {WEIGHT: 4 / 2 ** len(tried)}

    found = search(RECIPE, halve, evaluate, "quality", tmp_path / "out", repo=repo, keep=True)
    assert [trial.values[WEIGHT] for trial in found] == [4, 2, 1]
    assert len(list((tmp_path / "out").iterdir())) == 3


def drawn(propose):
    found = []
    while (values := propose(found)) is not None:
        found.append(values)
    return found


def test_draws_are_the_same_for_the_same_seed():
    choices = {"parameters.lambda": (0.0, 1.0), "merge_method": ["ties", "linear"]}
    found = drawn(at_random(choices, 3, seed=1))
    assert found == drawn(at_random(choices, 3, seed=1)) != drawn(at_random(choices, 3, seed=2))
    assert len(found) == 3
    assert all(0 <= one["parameters.lambda"] <= 1 for one in found)


def test_values_are_set_at_addresses():
    changed = yaml.safe_load(
        with_values(RECIPE, {WEIGHT: 2, "parameters.lambda": 0.3, "merge_method": "ties"})
    )
    assert changed["models"][1]["parameters"]["weight"] == 2
    assert (changed["parameters"], changed["merge_method"]) == ({"lambda": 0.3}, "ties")


@pytest.mark.parametrize("address", ["models[7].parameters.weight", "merge_method.x", "models.first", ""])
def test_an_address_that_leads_nowhere(address):
    with pytest.raises(InputError, match="address"):
        with_values(RECIPE, {address: 1})


def test_choices_as_words():
    assert read_choices(["a=0.1,2,ties", "b=0:1:3", "c=0:0.5"]) == {
        "a": [0.1, 2, "ties"], "b": [0.0, 0.5, 1.0], "c": (0.0, 0.5),
    }  # fmt: skip
    for wrong in ("a", "a=0:x", "a=1:2:3:4:x"):
        with pytest.raises(InputError, match="says not what to try"):
            read_choices([wrong])
