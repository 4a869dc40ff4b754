import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ridgeline.core.errors import InputError
from ridgeline.select.stats.dominance import almost_stochastic_order, probability_of_improvement

SCORES = st.lists(st.integers(0, 5), min_size=2, max_size=6)


def test_probability_is_that_of_rliable(peers):
    scores = np.array(peers["rliable_scores_5x8"]), np.array(peers["rliable_y"])
    per_task = [probability_of_improvement(a, b) for a, b in zip(scores[0].T, scores[1].T, strict=True)]
    assert np.mean(per_task) == pytest.approx(peers["prob_improvement"])


@given(SCORES, SCORES)
def test_probability_counts_pairs(a, b):
    pairs = [(x > y) + (x == y) / 2 for x in a for y in b]
    assert probability_of_improvement(a, b) == pytest.approx(np.mean(pairs))


def test_the_bound_is_that_of_deepsig_up_to_its_resamples(peers):
    given = peers["aso"]
    found = almost_stochastic_order(given["a"], given["b"], n_resamples=20_000)
    assert found.upper_bound == pytest.approx(given["eps_min"], abs=0.03)


def _integral(a, b, points=20_000):
    at = (np.arange(points) + 0.5) / points
    gap = np.quantile(b, at, method="inverted_cdf") - np.quantile(a, at, method="inverted_cdf")
    return (np.maximum(gap, 0) ** 2).sum() / (gap**2).sum() if gap.any() else 0.5


@given(SCORES, SCORES)
def test_the_violation_is_the_integral_over_quantiles(a, b):
    assert almost_stochastic_order(a, b, n_resamples=1).violation == pytest.approx(_integral(a, b), abs=5e-3)


@given(SCORES, SCORES)
def test_one_is_worse_where_the_other_is_better(a, b):
    forth, back = (almost_stochastic_order(*pair, n_resamples=1).violation for pair in ((a, b), (b, a)))
    assert forth + back == pytest.approx(1)


def test_clear_cases():
    assert almost_stochastic_order([2, 3, 4], [0, 1, 1.5]).upper_bound == 0
    assert almost_stochastic_order([0, 1, 1.5], [2, 3, 4]).violation == 1
    assert almost_stochastic_order([1, 2, 3], [1, 2, 3]).violation == 0.5


@pytest.mark.parametrize(
    ("call", "slug"),
    [
        (lambda: almost_stochastic_order([1], [1, 2]), "statistics-too-few"),
        (lambda: almost_stochastic_order([1, 2], [1, 2], confidence=95), "statistics-level"),
        (lambda: probability_of_improvement([1], []), "statistics-shape"),
    ],
)
def test_what_cannot_be_compared_is_said(call, slug):
    with pytest.raises(InputError) as caught:
        call()
    assert caught.value.slug == slug
