import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ridgeline.core.errors import InputError
from ridgeline.select.regret import pick

NAN = float("nan")


def test_a_clear_choice():
    result = pick(np.array([0.1, 0.9, 0.5]), np.array([0.7, 0.4, 0.6]))
    assert (result.candidate, result.n_tied, result.rank) == (1, 1, 3)
    assert result.target == 0.4
    assert result.regret == pytest.approx(0.3)


def test_candidates_that_tie_count_by_their_mean():
    result = pick(np.array([0.9, 0.9, 0.5]), np.array([0.7, 0.4, 0.6]))
    assert (result.candidate, result.n_tied) == (0, 2)
    assert result.target == pytest.approx(0.55)


def test_a_candidate_without_a_rule_score_can_still_be_the_oracle():
    result = pick(np.array([NAN, 0.2]), np.array([0.9, 0.3]))
    assert result.candidate == 1
    assert result.regret == pytest.approx(0.6)


def test_a_candidate_without_a_target_score_is_never_chosen():
    assert pick(np.array([0.9, 0.2]), np.array([NAN, 0.3])).candidate == 1


def test_nothing_to_choose_from_is_an_error():
    with pytest.raises(InputError, match="no-candidates"):
        pick(np.array([NAN, 0.2]), np.array([0.1, NAN]))


@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.floats(-1, 1)),
        min_size=1,
        max_size=30,
    )
)
def test_against_every_order_of_ties(pairs):
    rule = np.array([r for r, _ in pairs], float)
    target = np.array([t for _, t in pairs])
    result = pick(rule, target)
    tied = [t for r, t in pairs if r == max(rule)]
    assert result.target == pytest.approx(sum(tied) / len(tied))
    assert result.regret >= 0
    assert result.oracle == max(target)
    assert pick(rule, rule).regret == 0
