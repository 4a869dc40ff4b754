import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ridgeline.query.lines.curves import curves
from ridgeline.query.lines.smooth import centred_mean, ema


def slow_ema(x, y, weight):
    gaps = np.diff(x)
    unit = np.median(gaps[gaps > 0]) if (gaps > 0).any() else 1.0
    result = []
    for i in range(len(x)):
        weights = weight ** ((x[i] - x[: i + 1]) / unit)
        result.append((weights * y[: i + 1]).sum() / weights.sum())
    return np.array(result)


def test_ema_on_an_even_grid_is_adams():
    y = np.random.default_rng(0).normal(size=200)
    moment, expected = 0.0, []
    for t, value in enumerate(y, 1):
        moment = 0.9 * moment + 0.1 * value
        expected.append(moment / (1 - 0.9**t))
    np.testing.assert_allclose(ema(curves([(np.arange(200) * 7, y)]), 0.9).y, expected, rtol=1e-12)


def test_ema_equals_pandas_on_an_even_grid():
    y = np.random.default_rng(1).normal(size=5000)
    expected = pd.Series(y).ewm(alpha=0.01, adjust=True).mean()
    np.testing.assert_allclose(ema(curves([(np.arange(5000), y)]), 0.99).y, expected, rtol=1e-10)


values = st.floats(-1e6, 1e6)


@given(
    st.lists(st.lists(st.tuples(st.integers(0, 30), values), max_size=12), max_size=5),
    st.sampled_from([0.3, 0.6, 0.97]),
)
def test_ema_equals_its_formula_on_any_grid(rows, weight):
    pairs = [
        (np.array(sorted(x for x, _ in row), dtype=float), np.array([y for _, y in row])) for row in rows
    ]
    expected = [slow_ema(x, y, weight) for x, y in pairs]
    np.testing.assert_allclose(
        ema(curves(pairs), weight).y, np.concatenate([np.empty(0), *expected]), rtol=1e-9, atol=1e-6
    )


def test_ema_reaches_over_many_points_when_the_weight_is_high():
    y = np.zeros(3000)
    y[0] = 1
    expected = slow_ema(np.arange(3000.0), y, 0.999)
    np.testing.assert_allclose(ema(curves([(np.arange(3000), y)]), 0.999).y, expected, rtol=1e-9)


def test_ema_does_not_depend_on_how_densely_a_run_logs():
    x = np.arange(0, 1000.0)
    dense = ema(curves([(x, np.sin(x / 100))]), 0.5)
    jump = ema(curves([(np.array([0, 1, 2, 3, 100, 101]), np.array([1.0, 1, 1, 1, 5, 5]))]), 0.5)
    assert jump.y[4] == pytest.approx(5)  # what lies a hundred steps back is forgotten
    assert np.abs(dense.y - np.sin(x / 100)).max() < 0.02


def test_series_do_not_leak_into_each_other():
    both = ema(curves([([0, 1], [1e9, 1e9]), ([0, 1], [0.0, 1.0])]), 0.9)
    alone = ema(curves([([0, 1], [0.0, 1.0])]), 0.9)
    assert both.y[2:].tolist() == alone.y.tolist()
    assert centred_mean(curves([([0, 1], [1e9, 1e9]), ([0], [1.0])]), 9).y[2] == 1.0


@pytest.mark.parametrize("method", [lambda series: ema(series, 0.6), lambda series: centred_mean(series, 3)])
def test_nan_and_inf_take_no_part_and_stay(method):
    y = np.array([1.0, np.nan, 2, np.inf, 4, -np.inf])
    with_gaps = method(curves([(np.array([0.0, 0.5, 1, 1.5, 2, 2.5]), y)])).y
    without = method(curves([(np.array([0.0, 1, 2]), np.array([1.0, 2, 4]))])).y
    np.testing.assert_array_equal(with_gaps[[0, 2, 4]], without)
    np.testing.assert_array_equal(with_gaps[[1, 3, 5]], y[[1, 3, 5]])


def test_ema_of_weight_zero_changes_nothing():
    assert ema(curves([([0, 1, 2], [3.0, 1, 2])]), 0).y.tolist() == [3, 1, 2]


def test_centred_mean_narrows_towards_both_ends():
    smooth = centred_mean(curves([(np.arange(6), np.array([1.0, 5, 3, 7, 0, 9]))]), 5)
    assert smooth.y == pytest.approx([1, 3, 16 / 5, 24 / 5, 16 / 3, 9])


def test_centred_mean_keeps_a_straight_line():
    line = 3 - 0.5 * np.arange(40)
    np.testing.assert_allclose(centred_mean(curves([(np.arange(40), line)]), 11).y, line)


@given(arrays(float, st.integers(0, 40), elements=values), st.sampled_from([1, 3, 5, 101]))
def test_centred_mean_equals_a_mean_per_point(y, points):
    expected = []
    for i in range(len(y)):
        half = min(points // 2, i, len(y) - 1 - i)
        expected.append(y[i - half : i + half + 1].mean())
    np.testing.assert_allclose(
        centred_mean(curves([(np.arange(len(y)), y)]), points).y, expected, rtol=1e-9, atol=1e-7
    )


def test_a_huge_value_leaves_no_trace_beyond_the_window():
    y = np.ones(100)
    y[10] = 1e30
    assert (centred_mean(curves([(np.arange(100), y)]), 5).y[20:] == 1).all()
