"""Mechanisms choose as they say, and on drift that comes back the old models pay."""

import numpy as np
import pytest
from scipy.stats import ks_2samp

from ridgeline.core.errors import InputError, NotFoundError
from ridgeline.select.reuse.history import History, Period, past_of
from ridgeline.select.reuse.mechanisms import MECHANISMS, NEIGHBOURS, Mechanism, distance, find_mechanism
from ridgeline.select.reuse.replay import replay


def two_concepts(periods=12, length=1):
    """Closed form: a concept lasts `length` periods, then the other comes; a model is right on its own concept alone."""
    concept = np.arange(periods) // length % 2
    return (concept[:, None] == concept[None, :]).astype(float)


def drifting(periods=16, examples=80, seed=0):
    """Three regimes that take turns at random; features tell which it is, and each model knows its own regime."""
    rng = np.random.default_rng(seed)
    regime = rng.integers(0, 3, periods)
    out = []
    for now in regime:
        z = 3 * np.eye(3)[now] + rng.normal(size=(examples, 3))
        out.append(
            Period.of(
                (rng.random((periods, examples)) < np.where(regime[:, None] == now, 0.9, 0.6)).astype(float),
                z,
            )
        )
    return History.of(out), regime


def test_on_a_concept_that_changes_every_period_the_last_best_is_always_wrong():
    """With period 2 the newest model is of the other concept, and so is the best on the last period."""
    found = replay(History.of_scores(two_concepts()), ["newest", "best-last", "first"])
    assert found.periods.tolist() == list(range(1, 12))
    newest, last, first = found.scores
    assert not newest.any()
    assert not last[2:].any()
    assert first.tolist() == [0, 1] * 5 + [0]
    assert found.oracle.tolist() == [0] + [1] * 10
    assert found.regret[0].sum() == 10


def test_on_a_concept_that_stays_for_a_while_the_last_best_is_wrong_only_after_a_change():
    found = replay(History.of_scores(two_concepts(20, length=5)), ["newest", "best-last"])
    wrong = found.scores == 0
    assert found.periods[wrong[0]].tolist() == [5, 10, 15]
    # At 6 only the model of period 5 knows the new concept, and nothing is known of it but on what it was trained on.
    assert found.periods[wrong[1]].tolist() == [5, 6, 10, 15]


def test_held_out_scores_of_the_period_a_model_was_trained_on_count():
    found = replay(History.of_scores(two_concepts(20, length=5), held_out=True), ["best-last"])
    assert found.periods[found.scores[0] == 0].tolist() == [5, 10, 15]


def test_where_features_tell_the_regime_similarity_and_single_examples_beat_retraining():
    regrets = []
    names = list(MECHANISMS)
    for seed in range(5):
        history, _ = drifting(seed=seed)
        regrets.append(replay(history, names).regret.mean(axis=1))
    mean = dict(zip(names, np.mean(regrets, axis=0), strict=True))
    assert mean["similar-training"] < 0.6 * mean["newest"]
    assert mean["similar-period"] < 0.6 * mean["newest"]
    assert mean["local-accuracy"] < mean["newest"]
    assert mean["knora"] < mean["newest"]


def test_the_oracle_is_the_best_for_all_and_random_the_mean():
    history, _ = drifting()
    found = replay(history, ["newest", "best-ever"])
    for at, now in enumerate(found.periods.tolist()):
        means = history.periods[now].right[:now].mean(axis=1)
        assert found.oracle[at] == means.max()
        assert found.random[at] == pytest.approx(means.mean())
        assert found.scores[0, at] == means[now - 1]
    assert found.ranking is not None
    assert found.ranking.average_ranks.shape == (2,)


def test_of_those_that_tie_and_where_nothing_is_known_the_newest_is_chosen():
    scores = np.ones((4, 5))
    found = replay(History.of_scores(scores), ["best-ever", "best-last"])
    assert found.chosen[0].tolist() == [0, 1, 2, 3]
    # on the last period the newest has no score but of what it was trained on, so it takes no part, unless it is alone
    assert found.chosen[1].tolist() == [0, 0, 1, 2]
    unknown = Mechanism("unknown", "", "", lambda past: np.full(len(past.models), np.nan))
    assert replay(History.of_scores(scores), [unknown]).chosen[0].tolist() == [0, 1, 2, 3]


def test_late_labels_cost():
    scores = two_concepts(20, length=5)
    now, late = (replay(History.of_scores(scores), ["best-last"], delay=delay) for delay in (0, 2))
    assert late.periods.tolist() == list(range(3, 20))
    assert late.regret.mean() > now.regret.mean()


def test_what_a_mechanism_may_not_know_does_not_change_its_choice():
    """Labels of the period itself and of later ones, and those that a model was trained on."""
    history, _ = drifting()
    names = list(MECHANISMS)
    changed = list(history.periods)
    for at in range(9, 16):
        changed[at] = Period(1 - changed[at].right, changed[at].features)
    for at in range(9):
        right = changed[at].right.copy()
        right[at] = 1 - right[at]
        changed[at] = Period(right, changed[at].features)
    one, other = replay(history, names), replay(History.of(changed), names)
    until = one.periods <= 9
    assert (one.chosen[:, until] == other.chosen[:, until]).all()
    assert (one.chosen[:, ~until] != other.chosen[:, ~until]).any()


def test_the_distance_is_the_mean_of_kolmogorov_and_smirnov():
    rng = np.random.default_rng(4)
    a, b = rng.normal(size=(40, 3)), rng.normal([0, 1, 9], size=(25, 3))
    a[:5, 0] = b[:5, 0]
    assert distance(a, b) == pytest.approx(np.mean([ks_2samp(a[:, d], b[:, d]).statistic for d in range(3)]))
    assert distance(a, a) == 0


def test_single_examples_are_judged_by_their_nearest():
    history, _ = drifting(seed=2)
    past = past_of(history, 6, 0)
    local, row = MECHANISMS["local-accuracy"].score(past), MECHANISMS["knora"].score(past)
    z = np.concatenate([p.features for p in past.periods[-3:]])
    right = np.concatenate([p.right for p in past.periods[-3:]], axis=1)
    for example in (0, 17, 79):
        nearest = np.argsort((((z - past.features[example]) / z.std(axis=0)) ** 2).sum(axis=1))[:NEIGHBOURS]
        for model in range(6):
            seen = right[model, nearest]
            known = [score for score in seen if not np.isnan(score)]
            mean = sum(known) / len(known) if known else np.nan
            assert local[model, example] == pytest.approx(mean, nan_ok=True)
            first_wrong = next((i for i, s in enumerate(seen) if not s >= 0.5), NEIGHBOURS)
            assert row[model, example] == first_wrong


def test_every_mechanism_says_where_it_comes_from():
    for name, mechanism in MECHANISMS.items():
        assert find_mechanism(name) is mechanism
        assert mechanism.title
        assert mechanism.paper


@pytest.mark.parametrize(
    ("mechanisms", "options", "slug"),
    [
        ([], {}, "no-mechanisms"),
        (["newest", "newest"], {}, "no-mechanisms"),
        (["newest"], {"delay": -1}, "no-mechanisms"),
        (["newest"], {"delay": 9}, "history-short"),
        (["knora"], {}, "reuse-features"),
        (["similar-training"], {}, "reuse-features"),
        (["newst"], {}, "mechanism-not-found"),
    ],
)
def test_what_cannot_be_is_refused(mechanisms, options, slug):
    with pytest.raises(InputError) as error:
        replay(History.of_scores(two_concepts(6)), mechanisms, **options)
    assert error.value.slug == slug


def test_a_near_name_is_suggested_and_a_missing_score_named():
    with pytest.raises(NotFoundError, match="newest"):
        find_mechanism("newst")
    scores = two_concepts(6)
    scores[1, 4] = np.nan
    with pytest.raises(InputError, match="Model 1 could be chosen in period 4"):
        replay(History.of_scores(scores))
