import numpy as np
import pytest

from ridgeline.core.errors import InputError
from ridgeline.select.stats.best_set import model_confidence_set


@pytest.fixture
def rng():
    return np.random.default_rng(11)


def test_what_is_clearly_worse_leaves_first(rng):
    scores = np.array([0.5, 0.0, 0.49, -2.0])[:, None] + rng.normal(0, 1, (4, 500))
    found = model_confidence_set(scores)
    assert found.order[0] == 3
    assert {0, 2} <= set(found.members)
    assert 3 not in found.members
    assert found.p_values[found.order[-1]] == 1


def test_p_values_rise_along_the_order(rng):
    scores = np.linspace(0, 0.5, 8)[:, None] + rng.normal(0, 1, (8, 200))
    found = model_confidence_set(scores)
    assert (np.diff(found.p_values[list(found.order)]) >= 0).all()


def test_the_best_one_is_inside_as_often_as_it_says(rng):
    """Five equally good candidates and five worse ones: each of the five is missing in at most one set of ten."""
    truth = np.array([0.0] * 5 + [-0.3] * 5)
    missing = np.zeros(5)
    for trial in range(150):
        scores = truth[:, None] + rng.normal(0, 1, (10, 100)) + rng.normal(0, 1, 100)
        members = model_confidence_set(scores, confidence=0.9, n_resamples=300, seed=trial).members
        missing += [row not in members for row in range(5)]
    assert missing.max() / 150 <= 0.13


def test_equal_candidates_stay_together():
    scores = np.tile([1.0, 0.0, 1.0, 1.0], (3, 1))
    found = model_confidence_set(scores)
    assert found.members == (0, 1, 2)
    assert (found.p_values == 1).all()


def test_a_constant_lead_is_a_sure_one(rng):
    base = rng.normal(size=100)
    assert model_confidence_set(np.stack([base, base + 0.1, base + 0.1])).members == (1, 2)


def test_one_candidate_is_the_best_one(rng):
    assert model_confidence_set(rng.normal(size=(1, 10))).members == (0,)


@pytest.mark.parametrize(
    ("call", "slug"),
    [
        (lambda: model_confidence_set([[1], [2]]), "statistics-too-few"),
        (lambda: model_confidence_set([1, 2]), "statistics-shape"),
        (lambda: model_confidence_set([[1, 2], [1, np.nan]]), "statistics-not-finite"),
        (lambda: model_confidence_set([[1, 2], [1, 3]], confidence=0), "statistics-level"),
    ],
)
def test_what_has_no_such_set_is_said(call, slug):
    with pytest.raises(InputError) as caught:
        call()
    assert caught.value.slug == slug
