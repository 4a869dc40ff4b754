import numpy as np
import pytest

from ridgeline.core.errors import InputError
from ridgeline.select.stats.aggregate import interquartile_mean, optimality_gap, performance_profile


def test_numbers_are_those_of_rliable(peers):
    scores = np.array(peers["rliable_scores_5x8"])
    assert interquartile_mean(scores) == pytest.approx(peers["iqm"])
    assert optimality_gap(scores) == pytest.approx(peers["optimality_gap"])
    assert performance_profile(scores, peers["perf_profile_taus"]) == pytest.approx(peers["perf_profile"])


def test_an_outlier_does_not_move_the_middle():
    assert interquartile_mean([0, 1, 2, 1e9]) == 1.5


def test_what_exceeds_the_target_reaches_it():
    assert optimality_gap([0.5, 3.0], target=1.0) == 0.25


def test_no_score_is_said():
    with pytest.raises(InputError):
        interquartile_mean([])
    with pytest.raises(InputError):
        performance_profile([0.1], [])
