import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from ridgeline.query.lines.precision import finite, shows_in_float32, to_float32


def shows(*lines):
    offsets = np.cumsum([0, *map(len, lines)])
    return shows_in_float32(
        np.concatenate([np.empty(0), *map(np.asarray, lines)]).astype(np.float64), offsets
    )


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ([0.1, 0.2, 0.35], True),
        ([0.1, 0.1, 0.1], True),  # a level: nothing moves
        ([0.5, 0.25, 1e30], True),
        ([], True),
        ([np.nan, 0.1, np.nan, 0.7], True),
        ([np.inf, -np.inf, 0.5], True),
        ([2.0**40, 1.0], True),  # whole numbers that float32 has
        ([1e9 + 1e-3, 1e9 + 2e-3], False),
        ([0.95, 0.952], True),
        ([0.95, 0.95001], False),
        ([123_456_789.0, 0.0], False),
        ([1e39, 0.0], False),
        ([1e-40, 1e-41], False),
        ([np.nan, 1e308], False),
    ],
)
def test_what_can_be_seen_decides(line, shown):
    assert shows(line) is shown
    assert shows([], [0.5, 0.25], line, []) is shown


def test_each_line_is_measured_by_its_own_range():
    small = [0.95, 0.95001]
    assert not shows([0.0, 1000.0], small)
    assert shows([0.0, 1000.0, *small])


@given(arrays.arrays(np.float64, st.integers(0, 40), elements=st.floats(allow_nan=True, allow_infinity=True)))
def test_what_is_sent_is_finite_and_near_or_the_same(values):
    offsets = np.array([0, len(values)])
    sent = to_float32(values).astype(np.float64) if shows_in_float32(values, offsets) else finite(values)
    assert np.array_equal(np.isnan(sent), np.isnan(values))
    assert not np.isinf(sent).any()
    there = np.isfinite(values)
    assert np.allclose(sent[there], values[there], rtol=2.0**-24, atol=0)
