import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ridgeline.index.block import Block, in_order
from ridgeline.index.summaries import STATS, join, summarise, to_columns

values = st.sampled_from([0.0, 1.0, 2.0, np.nan, np.inf, -np.inf])


def block(points):
    """Points of one series as (step, value); the step is the time, too."""
    step = np.array([point[0] for point in points], np.int64)
    value = np.array([point[1] for point in points])
    nothing = np.zeros(len(points), np.int64)
    return Block(nothing, nothing, step, np.full(len(points), np.nan), step.astype(np.float64), value)


def summary(points):
    return summarise(*in_order(block(points), {0: 0}))


@given(
    st.lists(
        st.tuples(st.integers(0, 50), values), min_size=2, max_size=20, unique_by=lambda point: point[0]
    ),
    st.data(),
)
def test_a_summary_of_two_parts_is_that_of_the_whole(points, data):
    cut = data.draw(st.integers(1, len(points) - 1))
    joined = join(summary(points[:cut]), summary(points[cut:]))
    assert joined.tobytes() == summary(points).tobytes()


def test_many_series_are_summarised_at_once():
    rng = np.random.default_rng(0)
    parts = [rng.normal(size=n) for n in (1, 7, 300)]
    value = np.concatenate(parts)
    offsets = np.concatenate(([0], np.cumsum([len(part) for part in parts])))
    n = len(value)
    stats = summarise(
        Block(
            np.zeros(n, np.int64),
            np.zeros(n, np.int64),
            np.arange(n),
            np.full(n, 2.0),
            np.arange(n) / 4,
            value,
        ),
        offsets,
    )
    assert stats["min"].tolist() == [part.min() for part in parts]
    assert stats["step_max"].tolist() == [
        start + part.argmax() for start, part in zip(offsets, parts, strict=False)
    ]
    assert stats["last"].tolist() == [part[-1] for part in parts]
    np.testing.assert_allclose(stats["sum"], [part.sum() for part in parts])


def test_a_row_takes_112_bytes_and_every_answer_has_its_field():
    assert STATS.itemsize == 112
    columns = to_columns(np.array([1]), np.array([2]), summary([(3, 4.0)]))
    assert (columns.mid[0], columns.rid[0], columns.n[0], columns.step_min[0], columns.last[0]) == (
        1,
        2,
        1,
        3,
        4.0,
    )


def test_a_sum_beyond_the_greatest_float_is_no_warning():
    parts = [[(step, 1e308) for step in range(4)], [(9, 1e308)]]
    joined = join(*map(summary, parts))
    assert joined["sum"][0] == np.inf
    assert joined["max"][0] == 1e308
