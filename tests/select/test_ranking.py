import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ridgeline import select
from ridgeline.core.errors import InputError, NotFoundError, RidgelineError

NAN = float("nan")


@pytest.fixture
def dev():
    return select.Scores.of(
        ["a", "b", "c", "d"],
        ["en", "nl", "fr", "de"],
        [[0.9, 0.1, 0.3, 0.2], [0.8, 0.5, 0.4, 0.4], [0.7, 0.6, 0.5, 0.5], [0.6, 0.2, 0.2, 0.6]],
    )


TEST = [0.3, 0.5, 0.6, 0.4]


def by_name(verdicts):
    return {verdict.rule.name: verdict for verdict in verdicts}


def test_each_rule_picks_its_own_and_pays_for_it(dev):
    found = by_name(
        select.rank(
            dev, "de", source="en", rules=["source-dev", "mean-pivots", "pivot:fr", "target-dev"], test=TEST
        )
    )
    assert {name: verdict.chosen for name, verdict in found.items()} == {
        "source-dev": (0,),
        "mean-pivots": (2,),
        "pivot:fr": (2,),
        "target-dev": (3,),
    }
    regrets = {name: verdict.outcome.pick.regret for name, verdict in found.items()}
    assert regrets == pytest.approx({"source-dev": 0.3, "mean-pivots": 0, "pivot:fr": 0, "target-dev": 0.2})
    assert found["mean-pivots"].behind is None
    assert found["source-dev"].behind[1] > 0
    assert sum(verdict.outcome.wins for verdict in found.values()) == pytest.approx(1)


def test_the_target_can_stay_hidden(dev):
    (verdict,) = select.rank(dev, "de", source="en", rules=["source-dev"])
    assert (verdict.chosen, verdict.outcome, verdict.behind) == ((0,), None, None)


def test_the_target_needs_no_column(dev):
    verdicts = select.rank(dev, "fi", source="en", rules=["mean-pivots"])
    assert verdicts[0].scores == pytest.approx(dev.columns(["nl", "fr", "de"]).mean(axis=1))


def test_no_rule_but_target_dev_sees_the_target(dev):
    """Other numbers in the target's column change nothing."""
    hidden = select.Scores.of(
        dev.candidates, dev.tasks, np.where([False, False, False, True], NAN, dev.values)
    )
    rules = ["source-dev", "mean-pivots", "central-pivot"]
    for one, other in zip(
        select.rank(dev, "de", source="en", rules=rules),
        select.rank(hidden, "de", source="en", rules=rules),
        strict=True,
    ):
        assert (one.scores == other.scores).all()


def test_a_candidate_without_a_test_score_is_not_picked_for_a_comparison(dev):
    (verdict,) = select.rank(dev, "de", source="en", rules=["source-dev"], test=[NAN, 0.5, 0.6, 0.4])
    assert verdict.chosen == (1,)
    assert verdict.outcome.pick.regret == pytest.approx(0.1)


def test_the_central_pivot_is_the_one_that_agrees_with_the_others():
    rng = np.random.default_rng(0)
    truth = rng.normal(size=50)
    columns = [truth + rng.normal(scale=noise, size=50) for noise in (2.0, 0.1, 1.0)]
    dev = select.Scores.of([str(i) for i in range(50)], ["x", "y", "z"], np.stack(columns, axis=1))
    (verdict,) = select.rank(dev, "t", rules=["central-pivot"])
    assert (verdict.scores == dev.column("y")).all()


def test_the_same_seed_gives_the_same_intervals(dev):
    first, second = (select.rank(dev, "de", source="en", test=TEST, seed=seed)[0].outcome for seed in (3, 3))
    assert first == second


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=8))
def test_regret_lies_within_the_scores_and_no_rule_beats_the_oracle(rows):
    dev = select.Scores.of([str(i) for i in range(len(rows))], ["en", "nl"], [row[:2] for row in rows])
    test = np.array([row[2] for row in rows], float)
    for verdict in select.rank(dev, "de", source="en", test=test, n_resamples=50):
        outcome = verdict.outcome
        assert 0 <= outcome.low <= outcome.high <= np.ptp(test)
        assert outcome.pick.target == pytest.approx(test[list(verdict.chosen)].mean())


def test_one_candidate_is_picked_and_has_no_order():
    dev = select.Scores.of(["a"], ["en", "nl"], [[0.5, 0.6]])
    outcome = select.rank(dev, "de", source="en", rules=["source-dev"], test=[0.4])[0].outcome
    assert outcome.pick.regret == 0
    assert math.isnan(outcome.agreement.kendall)


@pytest.mark.parametrize(
    ("options", "slug"),
    [
        ({"rules": ["source-dev"]}, "no-source"),
        ({"rules": []}, "no-rules"),
        ({"rules": ["mean-pivots", "mean-pivots"]}, "no-rules"),
        ({"rules": ["pivot:de"]}, "target-as-pivot"),
        ({"rules": ["mean-pivots"], "pivots": ["de"]}, "target-as-pivot"),
        ({"rules": ["mean-pivots"], "pivots": []}, "no-pivots"),
        ({"rules": ["central-pivot"], "pivots": []}, "no-pivots"),
        ({"rules": ["mean-pivots"], "test": [1, 2]}, "scores-shape"),
        ({"rules": ["mean-pivots"], "test": [NAN] * 4}, "no-candidates"),
        ({"rules": ["mean-pivots"], "confidence": 95}, "statistics-level"),
        ({"rules": ["target-dev"], "target": "fi"}, "no-target-dev"),
    ],
)
def test_what_a_rule_lacks_is_said(dev, options, slug):
    with pytest.raises(InputError) as caught:
        select.rank(dev, options.pop("target", "de"), **options)
    assert caught.value.slug == slug


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"rules": ["mean-pivot"]}, "mean-pivots"),
        ({"source": "eng"}, "Did you mean 'en'"),
        ({"rules": ["pivot:nll"]}, "Did you mean 'nl'"),
    ],
)
def test_what_is_not_there_is_said_with_what_is(dev, options, text):
    with pytest.raises(NotFoundError, match=text):
        select.rank(dev, "de", **options)


def test_a_rule_without_any_score_says_so():
    dev = select.Scores.of(["a", "b"], ["en"], [[NAN], [NAN]])
    with pytest.raises(RidgelineError, match="no score for any"):
        select.rank(dev, "de", source="en", rules=["source-dev"])
