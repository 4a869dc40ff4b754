import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ridgeline.core.errors import InputError
from ridgeline.select.stats.multiple import adjust_p_values

METHODS = {
    "bonferroni": "adj_bonferroni",
    "holm": "adj_holm",
    "benjamini-hochberg": "adj_fdr_bh",
    "benjamini-yekutieli": "adj_fdr_by",
}
P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=20)


@pytest.mark.parametrize("method", METHODS)
def test_adjusts_as_statsmodels_does(peers, method):
    assert adjust_p_values(peers["pvals"], method) == pytest.approx(peers[METHODS[method]])


@given(P_VALUES, st.sampled_from(list(METHODS)), st.randoms())
def test_follows_the_order_of_the_tests_and_never_lowers(values, method, random):
    order = list(range(len(values)))
    random.shuffle(order)
    adjusted = adjust_p_values(values, method)
    assert adjust_p_values([values[at] for at in order], method) == pytest.approx(adjusted[order])
    assert (adjusted >= np.array(values) * (1 - 1e-12)).all()
    assert (adjusted <= 1).all()


@given(P_VALUES)
def test_holm_is_never_above_bonferroni(values):
    assert (adjust_p_values(values, "holm") <= adjust_p_values(values, "bonferroni") + 1e-12).all()


@pytest.mark.parametrize("wrong", [[0.5, 1.1], [-0.1]])
def test_what_is_no_p_value_is_said(wrong):
    with pytest.raises(InputError, match="lies in"):
        adjust_p_values(wrong)
