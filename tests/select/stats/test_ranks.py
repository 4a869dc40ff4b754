import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from ridgeline.core.errors import InputError
from ridgeline.select.stats.ranks import rank_candidates, wilcoxon_signed_rank


def test_ranks_and_tests_are_those_of_scipy_and_posthocs(peers):
    ranking = rank_candidates(peers["scores_12x5"])
    assert ranking.average_ranks == pytest.approx(peers["avg_ranks"])
    assert [ranking.friedman.statistic, ranking.friedman.p_value] == pytest.approx(peers["friedman"])
    assert ranking.iman_davenport.statistic == pytest.approx(peers["iman_davenport_F"])
    assert ranking.iman_davenport.p_value == pytest.approx(peers["iman_davenport_p"])
    assert ranking.critical_difference == pytest.approx(peers["nemenyi_CD05"], rel=1e-6)
    assert ranking.p_values == pytest.approx(np.array(peers["nemenyi_pvalues"]), rel=1e-5)


def test_friedman_is_corrected_for_ties_as_scipy_does():
    scores = np.array([[1, 1, 2], [3, 2, 2], [1, 2, 3], [2, 2, 4.0]])
    expected = stats.friedmanchisquare(*scores.T)
    found = rank_candidates(scores).friedman
    assert (found.statistic, found.p_value) == (
        pytest.approx(expected.statistic),
        pytest.approx(expected.pvalue),
    )


def test_bars_join_what_cannot_be_told_apart(peers):
    ranking = rank_candidates(peers["scores_12x5"])  # average ranks 3.8 3.3 1.8 4.3 1.7, critical 1.76
    assert ranking.groups == ((4, 2, 1), (1, 0, 3))


@given(arrays(np.float64, st.tuples(st.integers(2, 6), st.integers(2, 5)), elements=st.integers(0, 3)))
def test_bars_hold_exactly_the_neighbours_that_differ_less_than_is_critical(scores):
    ranking = rank_candidates(scores)
    average, critical = ranking.average_ranks, ranking.critical_difference
    assert set().union(*ranking.groups) == set(range(scores.shape[1]))
    for group in ranking.groups:
        assert np.ptp(average[list(group)]) <= critical + 1e-9
        assert not any(set(group) < set(other) for other in ranking.groups)
    for i, j in zip(*np.nonzero(np.abs(average[:, None] - average) <= critical - 1e-9), strict=True):
        assert any({i, j} <= set(group) for group in ranking.groups)


def test_all_ties_and_the_same_order_everywhere():
    assert rank_candidates(np.ones((4, 3))).friedman.p_value == 1
    assert rank_candidates(np.ones((4, 3))).iman_davenport.p_value == 1
    assert rank_candidates(np.tile([1, 2, 3], (4, 1))).iman_davenport.p_value == 0


def test_wilcoxon_is_that_of_scipy(peers):
    scores = np.array(peers["scores_12x5"])
    for columns, name in (((0, 2), "wilcoxon_0_2"), ((0, 1), "wilcoxon_zsplit_0_1")):
        found = wilcoxon_signed_rank(*scores[:, columns].T)
        assert [found.statistic, found.p_value] == pytest.approx(peers[name])


def test_wilcoxon_of_equal_scores_is_one():
    assert wilcoxon_signed_rank([0.1, 0.2, 0.3], [0.1, 0.2, 0.3]).p_value == 1


@pytest.mark.parametrize(
    ("call", "slug"),
    [
        (lambda: rank_candidates([[1, 2]]), "statistics-too-few"),
        (lambda: rank_candidates([[1], [2]]), "statistics-too-few"),
        (lambda: rank_candidates([[1, 2], [2, np.inf]]), "statistics-not-finite"),
        (lambda: rank_candidates([[1, 2], [2, 3]], alpha=1), "statistics-level"),
        (lambda: wilcoxon_signed_rank([1, 2], [1]), "statistics-not-paired"),
    ],
)
def test_what_cannot_be_ranked_is_said(call, slug):
    with pytest.raises(InputError) as caught:
        call()
    assert caught.value.slug == slug
