import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ridgeline.core.errors import InputError
from ridgeline.select.stats.correctness import cochran_q, f_test, mcnemar


@pytest.fixture
def correct(peers):
    """Three classifiers of mlxtend's test set: whether each is right."""
    return np.array(peers["preds"]) == np.array(peers["y"])


@pytest.mark.parametrize("kind", ["corrected", "uncorrected"])
def test_mcnemar_by_chi_squared_is_that_of_mlxtend(peers, correct, kind):
    statistic, p_value = peers[f"mcnemar_{kind}"]
    found = mcnemar(correct[0], correct[1], kind)
    assert found.statistic == pytest.approx(statistic, rel=1e-12)
    assert found.p_value == pytest.approx(p_value, rel=1e-12)


def test_mcnemar_exact_is_that_of_mlxtend(peers, correct):
    assert mcnemar(correct[0], correct[1], "exact").p_value == pytest.approx(
        peers["mcnemar_exact"][1], rel=1e-12
    )


def test_mcnemar_mid_p_is_the_exact_one_less_half_of_what_was_seen():
    a, b = [1] * 9 + [0] * 2 + [1, 0], [0] * 9 + [1] * 2 + [1, 0]
    exact = 2 * sum(math.comb(11, i) for i in range(3)) / 2**11
    assert mcnemar(a, b, "exact").p_value == pytest.approx(exact)
    assert mcnemar(a, b).p_value == pytest.approx(exact - math.comb(11, 2) / 2**11)
    assert mcnemar(a, b).statistic == 2


@pytest.mark.parametrize("kind", ["mid-p", "exact", "corrected", "uncorrected"])
def test_mcnemar_of_classifiers_that_are_right_together_is_one(kind):
    assert mcnemar([1, 0, 1], [1, 0, 1], kind).p_value == 1


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1))
def test_mcnemar_does_not_depend_on_which_is_first(pairs):
    a, b = zip(*pairs, strict=True)
    for kind in ("mid-p", "exact", "corrected", "uncorrected"):
        assert mcnemar(a, b, kind) == mcnemar(b, a, kind)
        assert 0 <= mcnemar(a, b, kind).p_value <= 1


def test_several_classifiers_are_compared_as_mlxtend_does(peers, correct):
    found = cochran_q(correct)
    assert [found.statistic, found.p_value] == pytest.approx(peers["cochrans_q"])
    found = f_test(correct)
    assert found.statistic == pytest.approx(peers["ftest"][0])
    # mlxtend counts one degree of freedom more an example in the p-value than in the statistic.
    assert found.p_value == pytest.approx(peers["ftest"][1], rel=2e-4)


def test_two_classifiers_by_cochran_are_mcnemar(correct):
    assert cochran_q(correct[:2]).p_value == pytest.approx(
        mcnemar(correct[0], correct[1], "uncorrected").p_value
    )


def test_nothing_differs_between_equal_classifiers():
    same = np.tile([1, 0, 1, 1], (3, 1))
    assert cochran_q(same).p_value == f_test(same).p_value == 1


def test_classifiers_that_differ_by_a_constant_differ_for_sure():
    assert f_test([[1, 1, 1], [0, 0, 0]]).p_value == 0


@pytest.mark.parametrize(
    ("call", "slug"),
    [
        (lambda: mcnemar([1, 0], [1]), "statistics-not-paired"),
        (lambda: mcnemar([1, 0], [1, 2]), "statistics-not-boolean"),
        (lambda: mcnemar([1, float("nan")], [1, 0]), "statistics-not-finite"),
        (lambda: mcnemar([], []), "statistics-shape"),
        (lambda: cochran_q([[1, 0]]), "statistics-too-few"),
        (lambda: f_test([[1, 0]]), "statistics-too-few"),
        (lambda: f_test([[1], [0]]), "statistics-too-few"),
        (lambda: cochran_q([1, 0]), "statistics-shape"),
    ],
)
def test_what_cannot_be_compared_is_said(call, slug):
    with pytest.raises(InputError) as caught:
        call()
    assert caught.value.slug == slug
