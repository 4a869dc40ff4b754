import math

import numpy as np
import pytest
from scipy import stats

from ridgeline.core.errors import InputError
from ridgeline.select.stats.repeated_splits import corrected_resampled_t, five_by_two_f, five_by_two_t

# Two learners on five shuffles of two folds.
FIVE_BY_TWO = np.array([[0.02, 0.05], [-0.01, 0.03], [0.04, 0.04], [0.00, 0.06], [0.01, -0.02]])


def test_overlapping_splits_are_corrected_for(peers):
    given = peers["nadeau_bengio"]
    found = corrected_resampled_t(given["diffs"], given["n_test_over_n_train"])
    assert (found.statistic, found.p_value) == (pytest.approx(given["t"]), pytest.approx(given["p"]))


def test_splits_that_share_nothing_give_the_plain_t_test(peers):
    differences = peers["nadeau_bengio"]["diffs"]
    plain = stats.ttest_1samp(differences, 0)
    found = corrected_resampled_t(differences, 0)
    assert (found.statistic, found.p_value) == (pytest.approx(plain.statistic), pytest.approx(plain.pvalue))


def test_five_by_two_by_hand():
    variances = [(a - (a + b) / 2) ** 2 + (b - (a + b) / 2) ** 2 for a, b in FIVE_BY_TWO]
    t = 0.02 / math.sqrt(sum(variances) / 5)
    assert five_by_two_t(FIVE_BY_TWO).statistic == pytest.approx(t)
    assert five_by_two_t(FIVE_BY_TWO).p_value == pytest.approx(2 * stats.t.sf(t, 5))
    f = (FIVE_BY_TWO**2).sum() / (2 * sum(variances))
    assert five_by_two_f(FIVE_BY_TWO).statistic == pytest.approx(f)
    assert five_by_two_f(FIVE_BY_TWO).p_value == pytest.approx(stats.f.sf(f, 10, 5))


def test_all_ten_differences_count_the_same_in_any_order():
    assert five_by_two_f(FIVE_BY_TWO[::-1, ::-1]).statistic == pytest.approx(
        five_by_two_f(FIVE_BY_TWO).statistic
    )


def test_no_difference_and_a_constant_one():
    assert corrected_resampled_t([0.0, 0.0], 0.1).p_value == 1
    assert corrected_resampled_t([0.5, 0.5], 0.1).p_value == 0
    assert corrected_resampled_t([-0.5, -0.5], 0.1).statistic == -math.inf
    assert five_by_two_t(np.zeros((5, 2))).p_value == five_by_two_f(np.zeros((5, 2))).p_value == 1
    assert five_by_two_f(np.ones((5, 2))).p_value == 0


@pytest.mark.parametrize(
    ("call", "slug"),
    [
        (lambda: corrected_resampled_t([0.1], 0.1), "statistics-too-few"),
        (lambda: corrected_resampled_t([0.1, 0.2], -1), "statistics-ratio"),
        (lambda: corrected_resampled_t([0.1, math.nan], 0.1), "statistics-not-finite"),
        (lambda: five_by_two_t(FIVE_BY_TWO.T), "statistics-shape"),
        (lambda: five_by_two_f([0.1, 0.2]), "statistics-shape"),
    ],
)
def test_what_is_no_such_comparison_is_said(call, slug):
    with pytest.raises(InputError) as caught:
        call()
    assert caught.value.slug == slug
