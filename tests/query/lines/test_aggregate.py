import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ridgeline.query.lines import aggregate
from ridgeline.query.lines.aggregate import fold
from ridgeline.query.lines.curves import curves
from ridgeline.query.lines.statistics import BANDS, LINES


def value_at(x, y, place):
    """Return a run's value at a place, from the definition."""
    logged = [value for at, value in zip(x, y, strict=True) if at == place]
    if logged:
        return logged[-1]
    before, after = [at for at in x if at < place], [at for at in x if at > place]
    if not before or not after:
        return None
    left, right = before[-1], after[0]
    y0, y1 = (
        value_at(x, y, left),
        next(value for at, value in reversed(list(zip(x, y, strict=True))) if at == right),
    )
    return y0 + (y1 - y0) * (place - left) / (right - left)


def slow_fold(runs, line, band):
    """Fold one group with NumPy, a place at a time."""
    rows = []
    for place in sorted({float(at) for x, _ in runs for at in x}):
        found = [value_at(list(x), list(y), place) for x, y in runs]
        values = np.array([value for value in found if value is not None])
        n = len(values)
        spread = values.std(ddof=1) if n > 1 else math.nan
        half = {
            "std": spread,
            "stderr": spread / math.sqrt(n),
            "ci95": stats.t.ppf(0.975, n - 1) * spread / math.sqrt(n) if n > 1 else math.nan,
        }
        if band in half:
            lo, hi = values.mean() - half[band], values.mean() + half[band]
        elif band == "minmax":
            lo, hi = values.min(), values.max()
        else:
            lo, hi = np.quantile(values, [0.25, 0.75])
        rows.append((place, getattr(np, line)(values), lo, hi, n))
    return np.array(rows).reshape(-1, 5)


def table(folds):
    return np.stack([folds.x, folds.y, folds.lo, folds.hi, folds.n], axis=1)


numbers = st.floats(-100, 100)
run = st.lists(st.tuples(st.integers(0, 12), numbers), min_size=1, max_size=8).map(
    lambda points: (np.array(sorted(x for x, _ in points), dtype=float), np.array([y for _, y in points]))
)


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("band", [band for band in BANDS if band != "none"])
@settings(max_examples=40)
@given(runs=st.lists(run, min_size=1, max_size=6))
def test_equals_numpy_on_runs_that_log_at_different_steps(line, band, runs):
    folds = fold(curves(runs), np.zeros(len(runs), dtype=np.int64), line, band)
    np.testing.assert_allclose(table(folds), slow_fold(runs, line, band), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("band", [band for band in BANDS if band != "none"])
def test_equals_numpy_where_all_runs_share_the_grid(band):
    y = np.random.default_rng(2).normal(size=(9, 30))
    runs = [(np.arange(30.0), row) for row in y]
    folds = fold(curves(runs), np.zeros(9, dtype=np.int64), "median", band)
    np.testing.assert_array_equal(folds.y, np.median(y, axis=0))
    np.testing.assert_allclose(table(folds), slow_fold(runs, "median", band), rtol=1e-12)
    assert (folds.n == 9).all()


def test_two_runs_one_and_eleven():
    """Aim pushes inner points twice: standard error 2.89 instead of 5, interval 5.66, deviation 5.77."""
    runs = curves([(np.arange(3.0), np.full(3, 1.0)), (np.arange(3.0), np.full(3, 11.0))])
    group = np.zeros(2, dtype=np.int64)
    half = {band: (fold(runs, group, "mean", band).hi - 6) for band in ("std", "stderr", "ci95")}
    assert half["std"] == pytest.approx([math.sqrt(50)] * 3)  # 7.07
    assert half["stderr"] == pytest.approx([5.0] * 3)
    assert half["ci95"] == pytest.approx([5 * stats.t.ppf(0.975, 1)] * 3)  # 63.5: what two runs can say
    assert (fold(runs, group, "mean", "std").n == 2).all()


def test_mean_of_runs_that_log_at_different_steps_is_not_biased():
    """Aim says 2 where one run has 0 and the other, between its points, 6."""
    runs = curves([(np.array([0.0, 1, 2]), np.zeros(3)), (np.array([0.0, 2]), np.array([0.0, 12]))])
    folds = fold(runs, np.zeros(2, dtype=np.int64), "mean", "minmax")
    assert folds.x.tolist() == [0, 1, 2]
    assert folds.y.tolist() == [0, 3, 6]
    assert folds.hi.tolist() == [0, 6, 12]


def test_single_point_stands_at_its_step():
    """Aim puts it at its index."""
    folds = fold(curves([([700], [0.5])]), np.array([0]), "median", "minmax")
    assert (folds.x.tolist(), folds.y.tolist(), folds.n.tolist()) == ([700], [0.5], [1])
    assert (folds.lo.tolist(), folds.hi.tolist()) == ([0.5], [0.5])


@pytest.mark.parametrize("band", ["std", "stderr", "ci95"])
def test_one_run_says_nothing_about_the_spread(band):
    folds = fold(curves([([1, 2], [3.0, 4]), ([2], [5.0])]), np.array([0, 0]), "mean", band)
    assert np.isnan(folds.lo[0])
    assert np.isnan(folds.hi[0])
    assert folds.y.tolist() == [3, 4.5]
    assert np.isfinite(folds.lo[1])


def test_nothing_is_extrapolated():
    folds = fold(curves([([0, 1], [0.0, 1]), ([3, 4], [5.0, 6])]), np.array([0, 0]), "mean", "none")
    assert folds.x.tolist() == [0, 1, 3, 4]
    assert folds.n.tolist() == [1, 1, 1, 1]
    assert folds.lo is None


def test_the_last_of_points_at_one_x_counts():
    folds = fold(curves([([1, 1, 2], [9.0, 3, 4]), ([1, 2], [3.0, 4])]), np.array([0, 0]), "max", "minmax")
    assert folds.y.tolist() == [3, 4]
    assert folds.n.tolist() == [2, 2]


def test_groups_are_folded_apart_and_may_be_empty():
    runs = curves([([0], [1.0]), ([5], [2.0]), ([0], [3.0]), ([], [])])
    folds = fold(runs, np.array([2, 0, 2, 1]), "mean", "minmax")
    assert folds.offsets.tolist() == [0, 1, 1, 2]
    assert folds.x.tolist() == [5, 0]
    assert folds.y.tolist() == [2, 2]


def test_no_series_no_group():
    folds = fold(curves([]), np.empty(0, dtype=np.int64), "mean", "std")
    assert folds.offsets.tolist() == [0]
    assert len(folds.x) == 0


def test_huge_values_of_unlike_sign_do_not_overflow_between_points():
    runs = curves([([0, 2], [-1.5e308, 1.5e308]), ([1], [0.0])])
    assert fold(runs, np.array([0, 0]), "median", "minmax").y[1] == 0


def test_a_window_ends_at_its_borders():
    runs = curves([([0, 4, 8], [0.0, 4, 8]), ([0, 6], [0.0, 12])])
    whole = fold(runs, np.array([0, 0]), "mean", "minmax")
    part = fold(runs, np.array([0, 0]), "mean", "minmax", window=(3, 5))
    assert part.x.tolist() == [3, 4, 5]
    assert part.y == pytest.approx([4.5, 6, 7.5])
    assert part.y[1] == whole.y[1]


def test_a_window_between_the_points_of_a_common_grid():
    """As many places as points, but others."""
    runs = curves([(np.arange(5.0), np.arange(5.0)), (np.arange(5.0), 3 * np.arange(5.0))])
    part = fold(runs, np.array([0, 0]), "mean", "minmax", window=(0.5, 3.5))
    assert part.x.tolist() == [0.5, 1, 2, 3, 3.5]
    assert part.y.tolist() == [1, 2, 4, 6, 7]


def test_the_spread_of_huge_values_is_infinite_without_a_warning():
    folds = fold(curves([([0], [1e200]), ([0], [-1e200])]), np.array([0, 0]), "mean", "std")
    assert folds.hi.tolist() == [math.inf]


class TestTooLargeToEvaluateEverywhere:
    """The limit on cells is lowered, so that a small group stands for a huge one."""

    @pytest.fixture(autouse=True)
    def _few_cells(self, monkeypatch):
        monkeypatch.setattr(aggregate, "_CELLS", 400)

    @pytest.fixture
    def runs(self):
        rng = np.random.default_rng(3)
        return [(np.sort(rng.uniform(0, 10, 50)), rng.normal(size=50)) for _ in range(20)]

    def test_portions_change_nothing(self, runs):
        folds = fold(curves(runs), np.zeros(20, dtype=np.int64), "median", "ci95")
        assert folds.exact
        np.testing.assert_allclose(table(folds), slow_fold(runs, "median", "ci95"), rtol=1e-9, atol=1e-9)

    def test_what_is_shown_is_right_where_it_is_shown(self, runs):
        folds = fold(curves(runs), np.zeros(20, dtype=np.int64), "mean", "std", max_places=30)
        assert not folds.exact
        assert 25 <= len(folds.x) <= 30
        expected = slow_fold(runs, "mean", "std")
        rows = np.searchsorted(expected[:, 0], folds.x)
        np.testing.assert_allclose(table(folds), expected[rows], rtol=1e-9, atol=1e-9)
        assert (folds.x[0], folds.x[-1]) == (expected[0, 0], expected[-1, 0])

    def test_extremes_stay(self, runs):
        runs[7][1][23] = 1e6
        runs[3][1][40] = -1e6
        folds = fold(curves(runs), np.zeros(20, dtype=np.int64), "max", "minmax", max_places=30)
        assert (folds.y.max(), folds.hi.max(), folds.lo.min()) == (1e6, 1e6, -1e6)
