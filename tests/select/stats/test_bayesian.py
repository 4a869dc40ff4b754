import numpy as np
import pytest

from ridgeline.core.errors import InputError
from ridgeline.select.stats.bayesian import bayesian_correlated_t, bayesian_sign, bayesian_signed_rank


def _shares(posterior):
    return [posterior.better, posterior.equivalent, posterior.worse]


def test_one_data_set_is_compared_as_baycomp_does(peers):
    found = bayesian_correlated_t(peers["nadeau_bengio"]["diffs"], 0.01, 1 / 9)
    assert _shares(found) == pytest.approx(peers["baycomp_correlated_t_rope0.01_runs1"])


def test_several_data_sets_are_compared_as_baycomp_does(peers):
    scores = np.array(peers["scores_12x5"])
    for test, name in ((bayesian_signed_rank, "signedrank"), (bayesian_sign, "sign")):
        found = test(scores[:, 0] - scores[:, 2], 0.01)
        assert _shares(found) == pytest.approx(peers[f"baycomp_{name}_rope0.01"], abs=0.002)


@pytest.mark.parametrize("test", [bayesian_signed_rank, bayesian_sign])
def test_a_clear_lead_and_its_reverse(test):
    lead = np.linspace(0.1, 0.2, 15)
    assert test(lead, 0.01).better > 0.99
    assert test(-lead, 0.01).worse > 0.99
    assert test(lead / 100, 0.01).equivalent > 0.99


def test_probabilities_sum_to_one(peers):
    scores = np.array(peers["scores_12x5"])
    differences = scores[:, 1] - scores[:, 3]
    for found in (
        bayesian_sign(differences, 0.01),
        bayesian_signed_rank(differences, 0.01),
        bayesian_correlated_t(differences, 0.01, 0.1),
    ):
        assert sum(_shares(found)) == pytest.approx(1)


def test_differences_that_do_not_vary_are_sure():
    assert bayesian_correlated_t([0.1, 0.1], 0.01, 0.1).better == 1
    assert bayesian_correlated_t([0.0, 0.0], 0.0, 0.1).equivalent == 1


@pytest.mark.parametrize(
    ("call", "slug"),
    [
        (lambda: bayesian_sign([0.1], 0.01), "statistics-too-few"),
        (lambda: bayesian_signed_rank([0.1, 0.2], -0.01), "statistics-rope"),
        (lambda: bayesian_correlated_t([0.1, 0.2], 0.01, -1), "statistics-ratio"),
    ],
)
def test_what_cannot_be_compared_is_said(call, slug):
    with pytest.raises(InputError) as caught:
        call()
    assert caught.value.slug == slug
