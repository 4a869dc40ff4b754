import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ridgeline.core.errors import InputError
from ridgeline.select.stats.winners_curse import corrected_best, shrunk_means


@pytest.fixture
def rng():
    return np.random.default_rng(5)


def test_the_best_of_many_equals_is_worth_what_all_are(rng):
    """200 candidates right on each example with probability 0.7: the best looks better, and is not."""
    corrected, naive, held = [], [], 0
    for trial in range(40):
        found = corrected_best(rng.random((200, 150)) < 0.7, n_resamples=200, seed=trial)
        corrected.append(found.corrected)
        naive.append(found.naive)
        held += found.low <= 0.7 <= found.high
    assert np.mean(naive) > 0.78
    assert np.mean(corrected) == pytest.approx(0.7, abs=0.012)
    assert held >= 36


def test_a_clear_winner_keeps_its_score(rng):
    scores = np.concatenate([rng.normal(0, 0.1, (20, 300)), rng.normal(1, 0.1, (1, 300))])
    found = corrected_best(scores)
    assert found.candidate == 20
    assert found.bias == pytest.approx(0, abs=0.005)


def test_shrinking_comes_closer_to_the_truth(rng):
    truth = rng.normal(0, 0.5, 100)
    seen = truth + rng.normal(0, 1, 100)
    pulled = shrunk_means(seen, np.ones(100))
    assert ((pulled - truth) ** 2).mean() < 0.5 * ((seen - truth) ** 2).mean()
    assert abs(truth[seen.argmax()] - pulled.max()) < abs(truth[seen.argmax()] - seen.max())


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=12), st.floats(0.01, 5))
def test_equal_errors_keep_the_order_and_the_centre(means, error):
    pulled = shrunk_means(means, np.full(len(means), error))
    order = np.argsort(means, kind="stable")
    assert (np.diff(pulled[order]) >= -1e-9).all()
    assert pulled.mean() == pytest.approx(np.mean(means), abs=1e-9)
    assert np.ptp(pulled) <= np.ptp(means) + 1e-9


def test_noise_pulls_harder_and_none_not_at_all():
    pulled = shrunk_means([0.0, 1.0, 0.0, 1.0], [0.1, 0.1, 1.0, 1.0])
    assert pulled[0] < pulled[2] < 0.5 < pulled[3] < pulled[1]
    assert shrunk_means([0.2, 0.9], [0.0, 0.0]) == pytest.approx([0.2, 0.9])


def test_what_noise_explains_is_one_value():
    assert np.ptp(shrunk_means([0.70, 0.71, 0.69], [0.05, 0.05, 0.05])) == 0


@pytest.mark.parametrize(
    ("call", "slug"),
    [
        (lambda: corrected_best([[1], [2]]), "statistics-too-few"),
        (lambda: corrected_best([[1, 2]], confidence=2), "statistics-level"),
        (lambda: shrunk_means([1, 2], [1]), "statistics-errors"),
        (lambda: shrunk_means([1, 2], [1, -1]), "statistics-errors"),
    ],
)
def test_what_cannot_be_corrected_is_said(call, slug):
    with pytest.raises(InputError) as caught:
        call()
    assert caught.value.slug == slug
