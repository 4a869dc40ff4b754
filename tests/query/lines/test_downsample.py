import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ridgeline.query.lines.curves import count_in, curves
from ridgeline.query.lines.downsample import clip, split_nonfinite, thin, thin_by


def test_one_spike_in_a_million_points_stays():
    y = np.random.default_rng(0).normal(0, 0.01, 1_000_000)
    y[654_321] = 5
    y[123_456] = -5
    series = curves([(np.arange(1_000_000), y)])
    kept = series.where(thin(series, 1000))
    assert 250 <= len(kept.x) <= 1000
    assert set(kept.x.tolist()) >= {0, 123_456, 654_321, 999_999}


def test_all_of_twenty_spikes_are_seen():
    """Of 20 spikes in 20,000 steps, the sample that Aim draws keeps none, and loses the first point.

    Two spikes of one height that fall into the same bucket are one stroke on the screen.
    """
    y = np.zeros(20_000)
    spikes = np.random.default_rng(1).choice(np.arange(1, 19_999), 20, replace=False)
    y[spikes] = 1
    series = curves([(np.arange(20_000), y)])
    kept = series.where(thin(series, 500))
    assert len(kept.x) <= 500
    seen = kept.x[kept.y == 1]
    bucket = 20_000 / (500 / 4 * 3 / 4)
    assert np.abs(spikes[:, None] - seen[None, :]).min(axis=1).max() < bucket
    assert kept.x[0] == 0


def test_short_series_are_left_alone():
    series = curves([(np.arange(10), np.arange(10)), (np.arange(11), np.arange(11)), ([], [])])
    assert count_in(series.offsets, thin(series, 10)).tolist()[0] == 10
    assert thin(series, 0).all()
    assert thin(series, 11).all()
    assert thin(curves([]), 4).size == 0


@given(
    st.lists(st.lists(st.tuples(st.integers(0, 1000), st.integers(-5, 5)), max_size=80), max_size=4),
    st.sampled_from([8, 20]),
)
def test_every_series_keeps_its_ends_and_extremes_and_not_more_than_asked(rows, points):
    pairs = [
        (np.array(sorted(x for x, _ in row), dtype=float), np.array([y for _, y in row], dtype=float))
        for row in rows
    ]
    series = curves(pairs)
    keep = thin(series, points)
    kept = series.where(keep)
    for i, (x, y) in enumerate(pairs):
        x_kept, y_kept = kept.one(i)
        assert len(x_kept) <= max(points, 0)
        if len(x):
            assert (y_kept.min(), y_kept.max()) == (y.min(), y.max())
            assert (x_kept[0], x_kept[-1]) == (x[0], x[-1])


def test_series_are_thinned_as_if_alone():
    rng = np.random.default_rng(5)
    pairs = [(np.sort(rng.uniform(0, 1, n)), rng.normal(size=n)) for n in (50, 3000, 700)]
    together = curves(pairs)
    kept = together.where(thin(together, 100))
    for i, pair in enumerate(pairs):
        alone = curves([pair])
        np.testing.assert_array_equal(alone.where(thin(alone, 100)).y, kept.one(i)[1])


def test_the_start_is_not_one_dot_on_a_logarithmic_axis():
    series = curves([(np.arange(1, 1_000_001), np.sin(np.log(np.arange(1, 1_000_001))))])
    kept = series.where(thin(series, 1000))
    assert (kept.x < 4000).sum() > 50  # of buckets equal in x alone: 2


def test_a_sparse_tail_keeps_its_shape():
    x = np.concatenate([np.linspace(0, 1, 100_000), np.linspace(1, 100, 1000)])
    kept = curves([(x, np.sin(x))])
    kept = kept.where(thin(kept, 1000))
    assert np.diff(kept.x).max() < 1


def test_bands_keep_their_extremes_too():
    n = 5000
    y, lo, hi = np.zeros(n), np.full(n, -1.0), np.full(n, 1.0)
    lo[1234], hi[4321] = -9, 9
    keep = thin_by(np.array([0, n]), np.arange(n, dtype=float), (y, lo), (y, hi), 600)
    assert keep[[1234, 4321, 0, n - 1]].all()
    assert keep.sum() <= 600


def test_clip_keeps_one_point_beyond_each_side():
    series = curves(
        [
            (np.arange(10), np.arange(10)),
            ([4.0, 5], [1, 2]),
            ([0, 9], [3, 4]),
            ([0, 1], [5, 6]),
            ([8], [7]),
            ([], []),
        ]
    )
    part = clip(series, 3.5, 5.5)
    assert [part.one(i)[0].tolist() for i in range(6)] == [[3, 4, 5, 6], [4, 5], [0, 9], [], [], []]


def test_clip_with_points_on_the_border():
    part = clip(curves([(np.arange(10), np.arange(10))]), 3, 5)
    assert part.x.tolist() == [2, 3, 4, 5, 6]
    assert clip(part, -np.inf, np.inf).x.tolist() == part.x.tolist()


def test_a_zoom_shows_every_point():
    y = np.random.default_rng(2).normal(size=100_000)
    series = clip(curves([(np.arange(100_000), y)]), 50_000, 50_300)
    assert thin(series, 1000).all()
    np.testing.assert_array_equal(series.y, y[49_999:50_302])


def test_what_can_not_be_drawn_is_set_apart():
    finite, apart = split_nonfinite(
        curves([([0, 1, 2, 3], [1, np.nan, np.inf, -np.inf]), ([0], [5]), ([7], [np.nan])])
    )
    assert finite.offsets.tolist() == [0, 1, 2, 2]
    assert finite.y.tolist() == [1, 5]
    assert (apart.n_nan.tolist(), apart.n_inf.tolist()) == ([1, 0, 1], [2, 0, 0])
    assert apart.offsets.tolist() == [0, 3, 3, 4]
    assert apart.x.tolist() == [1, 2, 3, 7]
    np.testing.assert_array_equal(apart.y, [np.nan, np.inf, -np.inf, np.nan])


@pytest.mark.parametrize("points", [1, 7, 100])
def test_places_of_what_can_not_be_drawn_are_thinned_evenly(points):
    _, apart = split_nonfinite(curves([(np.arange(1000), np.full(1000, np.nan)), ([3], [np.inf])]))
    thinned = apart.thinned(points)
    assert thinned.offsets.tolist() == [0, points, points + 1]
    assert thinned.n_nan.tolist() == [1000, 0]
    assert np.ptp(np.diff(thinned.x[:points])) <= 1 if points > 1 else True
