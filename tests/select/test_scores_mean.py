import numpy as np
import pytest

from ridgeline.select.scores import Scores


def test_means_that_tie_tie_whatever_the_order_of_the_tasks():
    """Two accuracies out of 250 that add up to the same: their float sums differ in the last bit."""
    rng = np.random.default_rng(0)
    rows = np.array([rng.permutation(16) * 7 + 100 for _ in range(50)]) / 250
    tasks = [f"t{at}" for at in range(16)]
    dev = Scores.of([f"m{at}" for at in range(50)], tasks, rows)
    assert len(set(rows.mean(axis=1).tolist())) > 1
    assert len(set(dev.mean(tasks).tolist())) == 1
    np.testing.assert_array_equal(dev.mean(tasks), dev.mean(tasks[::-1]))


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e9])
def test_means_that_differ_stay_apart_at_any_scale(scale):
    values = np.array([[1.0, 2.0], [1.0, 2.0 + 1e-10], [np.nan, 2.0]]) * scale
    mean = Scores.of("abc", "xy", values).mean(["x", "y"])
    np.testing.assert_allclose(mean, values.mean(axis=1), rtol=1e-12)
    assert mean[0] < mean[1]
    assert np.isnan(mean[2])


def test_means_of_zeros_and_of_what_is_not_finite_are_left_alone():
    assert Scores.of("ab", "x", [[0.0], [0.0]]).mean(["x"]).tolist() == [0, 0]
    assert Scores.of("ab", "x", [[np.inf], [np.nan]]).mean(["x"])[0] == np.inf
