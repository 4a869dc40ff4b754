import numpy as np
import pytest
from scipy import stats

from ridgeline.core.errors import InputError
from ridgeline.select.stats import resample
from ridgeline.select.stats.resample import paired_bootstrap, resample_counts, resampled_means


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def test_counts_are_resamples_of_all_items(rng):
    blocks = list(resample_counts(5, 1000, rng))
    counts = np.concatenate(blocks)
    assert counts.shape == (1000, 5)
    assert (counts.sum(axis=1) == 5).all()
    assert counts.mean(axis=0) == pytest.approx(np.ones(5), abs=0.15)


def test_a_block_takes_no_more_than_it_may(rng, monkeypatch):
    monkeypatch.setattr(resample, "_BLOCK_VALUES", 20)
    assert [len(block) for block in resample_counts(6, 8, rng)] == [3, 3, 2]


def test_all_candidates_see_the_same_items(rng):
    values = rng.normal(size=50)
    means = resampled_means(np.stack([values, values + 1]), 100, rng)
    assert means[:, 1] - means[:, 0] == pytest.approx(np.ones(100))


def test_the_interval_is_that_of_scipy(rng):
    a, b = rng.normal(0.3, 1, 200), rng.normal(0, 1, 200)
    ours = paired_bootstrap(a, b)
    theirs = stats.bootstrap(
        (a - b,), np.mean, method="percentile", n_resamples=10_000, rng=1
    ).confidence_interval
    assert (ours.low, ours.high) == (
        pytest.approx(theirs.low, abs=0.01),
        pytest.approx(theirs.high, abs=0.01),
    )
    assert ours.difference == pytest.approx((a - b).mean())


def test_intervals_hold_the_truth_as_often_as_they_say(rng):
    hits = 0
    for _ in range(400):
        found = paired_bootstrap(rng.normal(0.2, 1, 80), np.zeros(80), n_resamples=400, confidence=0.9)
        hits += found.low <= 0.2 <= found.high
    assert 0.85 <= hits / 400 <= 0.95


def test_p_values_are_even_where_nothing_differs(rng):
    p_values = [
        paired_bootstrap(rng.normal(size=60), rng.normal(size=60), n_resamples=400).p_value
        for _ in range(400)
    ]
    assert np.mean(np.array(p_values) < 0.1) == pytest.approx(0.1, abs=0.05)


def test_seeds_and_examples_both_count(rng):
    """Seeds that differ much widen the interval; examples alone do not see them."""
    seeds = rng.normal(0, 1, (5, 1))
    a = seeds + rng.normal(0, 0.1, (5, 100)) + 0.1
    width = {}
    for over in ("examples", "seeds", "both"):
        found = paired_bootstrap(a, np.zeros_like(a), over=over)
        width[over] = found.high - found.low
    assert width["examples"] < width["seeds"] / 10
    assert width["both"] == pytest.approx(width["seeds"], rel=0.1)


def test_the_same_seed_gives_the_same_answer(rng):
    a, b = rng.normal(size=30), rng.normal(size=30)
    assert paired_bootstrap(a, b, seed=3) == paired_bootstrap(a, b, seed=3)
    assert paired_bootstrap(a, b, seed=3) != paired_bootstrap(a, b, seed=4)


def test_equal_candidates_are_even():
    found = paired_bootstrap([1, 0, 1], [1, 0, 1])
    assert (found.difference, found.p_value, found.wins) == (0, 1, 0.5)


@pytest.mark.parametrize(
    ("call", "slug"),
    [
        (lambda: paired_bootstrap([1, 2], [1, 2, 3]), "statistics-not-paired"),
        (lambda: paired_bootstrap([1], [2]), "statistics-too-few"),
        (lambda: paired_bootstrap([1, 2], [1, 2], over="seeds"), "statistics-too-few"),
        (lambda: paired_bootstrap([1, 2], [1, 2], over="both"), "statistics-too-few"),
        (lambda: paired_bootstrap([1, 2], [1, 3], confidence=1), "statistics-level"),
        (lambda: paired_bootstrap([1, 2], [1, 3], n_resamples=0), "statistics-resamples"),
        (lambda: paired_bootstrap([1, np.nan], [1, 2]), "statistics-not-finite"),
    ],
)
def test_what_cannot_be_resampled_is_said(call, slug):
    with pytest.raises(InputError) as caught:
        call()
    assert caught.value.slug == slug
