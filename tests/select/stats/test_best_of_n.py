from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ridgeline.core.errors import InputError
from ridgeline.select.stats.best_of_n import expected_best

SCORES = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=7)


def test_both_estimators_are_as_published(peers):
    scores = peers["evp_vals"]
    assert expected_best(scores) == pytest.approx(peers["evp_unbiased_tang2020_without_replacement"])
    assert expected_best(scores, with_replacement=True) == pytest.approx(
        peers["evp_dodge2019_with_replacement"]
    )


@given(SCORES)
def test_is_the_mean_over_all_subsets(scores):
    for n, found in enumerate(expected_best(scores), start=1):
        slow = np.mean([max(subset) for subset in combinations(scores, n)])
        assert found == pytest.approx(slow, rel=1e-9, abs=1e-6)


@given(SCORES.filter(lambda scores: len(scores) <= 4))
def test_with_replacement_is_the_mean_over_all_draws(scores):
    for n, found in enumerate(expected_best(scores, with_replacement=True), start=1):
        slow = np.mean([max(drawn) for drawn in product(scores, repeat=n)])
        assert found == pytest.approx(slow, rel=1e-9, abs=1e-6)


def test_many_candidates_end_at_the_best():
    scores = np.random.default_rng(0).normal(size=3000)
    curve = expected_best(scores)
    assert curve[0] == pytest.approx(scores.mean())
    assert curve[-1] == pytest.approx(scores.max())
    assert (np.diff(curve) > -1e-12).all()


def test_no_candidate_is_said():
    with pytest.raises(InputError, match="at least one"):
        expected_best([])
