import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ridgeline.query.lines.align import Steps, last_at_or_before, place, since
from ridgeline.query.lines.curves import curves


def test_place_sorts_each_series_and_keeps_the_order_of_ties():
    series = curves([([3, 1, 2, 1], [30, 10, 20, 11]), ([], []), ([0, -1], [0, 1])])
    placed = place(series.offsets, series.x, series.y).series
    assert placed.offsets.tolist() == [0, 4, 4, 6]
    assert placed.x.tolist() == [1, 1, 2, 3, -1, 0]
    assert placed.y.tolist() == [10, 11, 20, 30, 1, 0]


@given(st.lists(st.lists(st.integers(-3, 3), max_size=9), max_size=6))
def test_place_equals_a_stable_sort_of_each(series):
    packed = curves(
        [(row, [number + 100 * nth for number in range(len(row))]) for nth, row in enumerate(series)]
    )
    placed = place(packed.offsets, packed.x, packed.y).series
    for nth, row in enumerate(series):
        x, y = placed.one(nth)
        order = sorted(range(len(row)), key=row.__getitem__)
        assert (x.tolist(), y.tolist()) == ([row[at] for at in order], [at + 100 * nth for at in order])


def test_place_leaves_out_and_counts_points_without_a_place():
    series = curves([([np.nan, 1, np.inf], [1, 2, 3]), ([np.nan], [4]), ([5], [np.nan])])
    placed = place(series.offsets, series.x, series.y)
    assert placed.n_unplaced.tolist() == [2, 1, 0]
    assert placed.series.offsets.tolist() == [0, 1, 1, 2]
    assert placed.series.x.tolist() == [1, 5]


def test_place_does_not_compare_across_series():
    series = curves([([5.0, 6.0], [1, 2]), ([0.0, 1.0], [3, 4])])
    assert place(series.offsets, series.x, series.y).series.y.tolist() == [1, 2, 3, 4]


def test_since_has_an_origin_a_series():
    assert since(np.array([0, 2, 2, 3]), np.array([10.0, 12, 7]), np.array([10.0, 0, 5])).tolist() == [
        0,
        2,
        2,
    ]


def test_last_at_or_before_takes_the_last_of_equal_steps():
    given_steps = Steps(np.array([0, 4]), np.array([2, 4, 4, 8]))
    asked = Steps(np.array([0, 5]), np.array([1, 2, 4, 7, 100]))
    found = last_at_or_before(asked, given_steps, np.array([20.0, 40, 41, 80]), np.array([0]))
    assert found == pytest.approx([np.nan, 20, 41, 41, 80], nan_ok=True)


steps = st.lists(st.integers(-(2**62), 2**62) | st.integers(0, 9), max_size=12).map(sorted)


@given(st.lists(steps, max_size=5), st.lists(steps, max_size=5), st.data())
def test_last_at_or_before_equals_a_search_per_point(asked, given_steps, data):
    partner = [data.draw(st.integers(-1, len(given_steps) - 1)) for _ in asked]

    def pack(rows):
        return Steps(
            np.cumsum([0, *map(len, rows)]), np.array([step for row in rows for step in row], dtype=np.int64)
        )

    values = np.arange(sum(map(len, given_steps)), dtype=float)
    found = last_at_or_before(pack(asked), pack(given_steps), values, np.array(partner, dtype=np.int64))
    expected, start = [], np.cumsum([0, *map(len, given_steps)])
    for row, of in zip(asked, partner, strict=True):
        for step in row:
            before = (
                [] if of < 0 else [k for k, given_step in enumerate(given_steps[of]) if given_step <= step]
            )
            expected.append(values[start[of] + before[-1]] if before else np.nan)
    np.testing.assert_array_equal(found, expected)
