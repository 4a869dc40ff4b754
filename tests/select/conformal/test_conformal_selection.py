"""Conformal selection keeps its rate, by simulation and by hand."""

import numpy as np
import pytest

from ridgeline.core.errors import InputError
from ridgeline.select.conformal.selection import conformal_p_values, conformal_selection

RNG = np.random.default_rng


def world(rng, n=100, m=100, noise=1.0):
    """Examples whose score says something of whether the claim holds."""
    x = rng.normal(size=n + m)
    good = x + noise * rng.normal(size=n + m) > 0.5
    return x[:n], good[:n], x[n:], good[n:]


def discoveries(rows, good):
    """The share of false ones among those selected, and of the true ones that are selected."""
    rows = list(rows)
    false = float(np.mean(~good[rows])) if rows else 0.0
    return false, float(good[rows].sum() / max(1, good.sum()))


def test_p_values_are_those_of_the_formula():
    scores, good = [0.9, 0.8, 0.7, 0.6], [1, 0, 1, 0]
    p = conformal_p_values(scores, good, [0.95, 0.8, 0.75, 0.6, 0.1])
    assert p == pytest.approx([1 / 5, 2 / 5, 2 / 5, 3 / 5, 3 / 5])


def test_p_values_are_those_of_a_loop():
    rng = RNG(0)
    scores, new = rng.integers(0, 8, 50) / 8, rng.integers(0, 8, 30) / 8
    good = rng.random(50) < 0.5
    slow = [(1 + sum(s >= v and not g for s, g in zip(scores, good, strict=True))) / 51 for v in new]
    assert conformal_p_values(scores, good, new) == pytest.approx(slow)


def test_a_perfect_score_selects_all_that_are_good():
    good = np.array([1, 0] * 100)
    found = conformal_selection(good.astype(float), good, np.array([1.0] * 10 + [0.0] * 10), rate=0.1)
    assert found.rows == tuple(range(10))
    assert found.rate == 0.1


def test_nothing_is_selected_with_too_few_labelled_examples():
    assert conformal_selection([0.9, 0.1], [1, 0], [0.99] * 5, rate=0.1).rows == ()


def test_scores_that_say_nothing_select_nothing_even_where_all_tie():
    good = np.array([1, 0] * 50)
    assert conformal_selection(np.ones(100), good, np.ones(40), rate=0.3).rows == ()


@pytest.mark.parametrize("rate", [0.1, 0.3])
def test_the_rate_holds_on_average(rate):
    """400 draws: the standard error of the mean is below 0.01, and four of them are allowed."""
    rng = RNG(1)
    found = []
    for _ in range(400):
        scores, good, new, truth = world(rng)
        found.append(discoveries(conformal_selection(scores, good, new, rate=rate).rows, truth))
    false, power = np.array(found).T
    assert false.mean() <= rate + 4 * false.std() / 20
    assert power.mean() > 0.1
    # and it is no empty promise: choosing by the sign of the score errs more
    assert false.mean() > rate / 4


@pytest.mark.parametrize("rounded", [0, 1])
def test_null_p_values_are_not_too_small_with_or_without_ties(rounded):
    rng = RNG(2)
    nulls = []
    for _ in range(300):
        scores, good, new, truth = world(rng, n=60, m=60)
        p = conformal_p_values(np.round(scores, rounded + 1), good, np.round(new, rounded + 1))
        nulls.append([(p <= t)[~truth].sum() / 60 for t in (0.05, 0.1, 0.2)])
    assert (np.mean(nulls, axis=0) <= np.array([0.05, 0.1, 0.2]) + 0.01).all()


@pytest.mark.parametrize(
    ("scores", "good", "new", "rate", "slug"),
    [
        ([0.1, np.nan], [0, 1], [0.1], 0.1, "statistics-not-finite"),
        ([0.1, 0.2], [0, 2], [0.1], 0.1, "statistics-not-boolean"),
        ([0.1, 0.2], [0, 1, 1], [0.1], 0.1, "selection-shape"),
        ([0.1, 0.2], [0, 1], [], 0.1, "statistics-shape"),
        ([0.1, 0.2], [0, 1], [0.1], 0.0, "selection-rate"),
        ([0.1, 0.2], [0, 1], [0.1], 1.0, "selection-rate"),
    ],
)
def test_what_cannot_be_is_refused(scores, good, new, rate, slug):
    with pytest.raises(InputError) as error:
        conformal_selection(scores, good, new, rate=rate)
    assert error.value.slug == slug
