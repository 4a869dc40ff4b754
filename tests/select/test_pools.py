from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ridgeline.core.errors import InputError
from ridgeline.select.pools import pool_sizes, regret_by_pool
from ridgeline.select.regret import pick

NAN = float("nan")


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9)), min_size=1, max_size=7))
def test_the_mean_over_all_pools(candidates):
    scores, target = np.array(candidates, dtype=np.float64).T
    sizes = np.arange(1, len(scores) + 1)
    by_hand = [
        np.mean(
            [
                pick(scores[list(pool)], target[list(pool)]).regret
                for pool in combinations(range(len(scores)), n)
            ]
        )
        for n in sizes
    ]
    assert regret_by_pool(scores, target, sizes) == pytest.approx(by_hand, abs=1e-12)


def test_what_lacks_a_score_is_in_no_pool():
    found = regret_by_pool(np.array([1.0, 2.0, NAN]), np.array([0.7, 0.5, 0.9]), np.array([1, 2]))
    assert found == pytest.approx([0.0, 0.2])


def test_thousands_of_candidates():
    rng = np.random.default_rng(0)
    target = rng.normal(size=5000)
    found = regret_by_pool(rng.normal(size=5000), target, np.array([1, 5000]))
    assert found[0] == pytest.approx(0)
    assert np.isfinite(found[1])


@pytest.mark.parametrize("size", [0, 3])
def test_pools_that_cannot_be(size):
    with pytest.raises(InputError, match="there are 2 with both"):
        regret_by_pool(np.array([1.0, 2.0]), np.array([0.7, 0.5]), np.array([size]))


def test_sizes_reach_from_one_to_all():
    assert pool_sizes(3).tolist() == [1, 2, 3]
    assert pool_sizes(0).tolist() == []
    sizes = pool_sizes(240)
    assert (sizes[0], sizes[-1]) == (1, 240)
    assert (np.diff(sizes) > 0).all()
