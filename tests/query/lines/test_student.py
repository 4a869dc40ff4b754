import numpy as np
import pytest
from scipy import stats

from ridgeline.query.lines.student import t_quantile, t_quantiles


@pytest.mark.parametrize("probability", [0.75, 0.9, 0.975, 0.995, 0.9995])
def test_equals_scipy(probability):
    degrees = np.r_[1:320, 500, 1000, 10_000, 1_000_000]
    expected = stats.t.ppf(probability, degrees)
    np.testing.assert_allclose(t_quantiles(probability, degrees), expected, rtol=1e-9)


def test_table_values():
    # Student's table, two-sided 95 %: https://www.itl.nist.gov/div898/handbook/eda/section3/eda3672.htm
    assert [round(t_quantile(0.975, nu), 3) for nu in (1, 2, 4, 10, 30, 100)] == [
        12.706,
        4.303,
        2.776,
        2.228,
        2.042,
        1.984,
    ]


def test_no_degree_of_freedom_has_no_quantile():
    quantiles = t_quantiles(0.975, np.array([0, 4, 0]))
    assert np.isnan(quantiles[[0, 2]]).all()
    assert quantiles[1] == t_quantile(0.975, 4)
