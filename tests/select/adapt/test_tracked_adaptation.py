"""`lame:` in front of a scorer, on what runs have recorded."""

import numpy as np
import pytest

import ridgeline
from ridgeline import select
from ridgeline.core.errors import InputError, NotFoundError
from ridgeline.select.adapt.lame import lame
from ridgeline.select.rules import find_rule

TARGET = "accuracy{lang=de,subset=test}"


@pytest.fixture(scope="module")
def choice(tmp_path_factory):
    """Four runs with probabilities and features of the target's dev set."""
    folder = tmp_path_factory.mktemp("adapt")
    rng = np.random.default_rng(0)
    y = np.sort(rng.integers(0, 3, 60))
    p, z = [], []
    for at in range(4):
        logits = at * np.eye(3)[y] + rng.normal(size=(60, 3))
        p.append(np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True))
        z.append(3 * np.eye(3)[y] + rng.normal(size=(60, 3)))
        with ridgeline.Run("adapt", name=f"run-{at}", repo=folder, capture=False) as run:
            for lang in ("en", "de"):
                for subset in ("dev", "test"):
                    run.track(at / 4, name="accuracy", context={"lang": lang, "subset": subset})
            run.log_predictions(p[-1], features=z[-1], context={"lang": "de", "subset": "dev"})
    with ridgeline.Repo(folder) as repo:
        snapshot = repo.snapshot()
        scores = select.read_scores(snapshot, TARGET)
        yield select.TrackedChoice(snapshot, scores, "de", "en"), np.stack(p), np.stack(z)


def test_the_scorer_judges_adapted_predictions(choice):
    judge, p, z = choice
    plain, after = judge.judge(judge.rules(["entropy", "lame:entropy"]), reveal=False).verdicts
    q = lame(p, z)
    assert after.rule.name == "lame:entropy"
    assert after.scores == pytest.approx(
        (q * np.log(np.maximum(q, 1e-300))).sum(axis=2).mean(axis=1), abs=1e-6
    )
    assert (after.scores > plain.scores).all()


def test_what_cannot_be_adapted_is_told_and_not_in_the_way_of_others(choice):
    able, refused = choice[0].able(["lame:rankme", "lame:entropy", "lame:entrpy"])
    assert [rule.name for rule in able] == ["lame:entropy"]
    assert set(refused) == {"lame:rankme", "lame:entrpy"}
    with pytest.raises(InputError) as error:
        find_rule("lame:rankme")
    assert error.value.slug == "scorer-adapted"
    with pytest.raises(NotFoundError):
        find_rule("lame:entrpy")
