import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ridgeline.core.errors import InputError
from ridgeline.select.stats.agreement import ndcg, rank_agreement

SCORES = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=2, max_size=8)


def test_order_and_reverse():
    assert rank_agreement([1, 2, 3], [10, 20, 30]).kendall == pytest.approx(1)
    assert rank_agreement([1, 2, 3], [30, 20, 10]).spearman == pytest.approx(-1)


@given(SCORES)
def test_kendall_counts_pairs(pairs):
    rule, target = np.array(pairs).T
    product = np.sign(rule[:, None] - rule) * np.sign(target[:, None] - target)
    ties = [(np.sign(x[:, None] - x) != 0).sum() for x in (rule, target)]
    found = rank_agreement(rule, target).kendall
    if 0 in ties:
        assert math.isnan(found)
    else:
        assert found == pytest.approx(product.sum() / math.sqrt(ties[0] * ties[1]))


def test_gain_by_hand():
    # By the rule: b, then a and c, which tie and share their mean gain of 2.
    expected = (3 + 2 / math.log2(3)) / (3 + 3 / math.log2(3))
    assert ndcg([0.5, 0.9, 0.5], [1, 3, 3], k=2) == pytest.approx(expected)


@given(SCORES, st.integers(1, 10), st.randoms())
def test_gain_lies_in_its_range_whatever_the_order(pairs, k, random):
    shuffled = random.sample(pairs, len(pairs))
    value = ndcg(*np.array(pairs).T, k)
    if math.isnan(value):
        assert not np.array(pairs)[:, 1].any()
    else:
        assert -1e-9 <= value <= 1 + 1e-9
        assert ndcg(*np.array(shuffled).T, k) == pytest.approx(value)


@pytest.mark.parametrize(
    ("call", "slug"),
    [
        (lambda: rank_agreement([1], [1]), "statistics-not-paired"),
        (lambda: ndcg([1, 2], [1, -2], 1), "statistics-gains"),
        (lambda: ndcg([1, 2], [1, 2], 0), "statistics-gains"),
    ],
)
def test_what_cannot_be_correlated_is_said(call, slug):
    with pytest.raises(InputError) as caught:
        call()
    assert caught.value.slug == slug
