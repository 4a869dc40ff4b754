import numpy as np
import pytest

from ridgeline.core.errors import InputError, NotFoundError
from ridgeline.select.rules.mean_pivots import mean_pivot_dev
from ridgeline.select.rules.source_dev import source_dev
from ridgeline.select.scores import Scores

NAN = float("nan")


@pytest.fixture
def dev():
    return Scores.of(["a", "b", "c"], ["en", "de", "fr"], [[0.9, 0.1, 0.3], [0.8, 0.5, 0.5], [0.7, NAN, 0.9]])


def test_source_dev_is_the_source_column(dev):
    assert source_dev(dev, "en").tolist() == [0.9, 0.8, 0.7]


def test_mean_of_pivots_leaves_out_a_candidate_with_a_missing_pivot(dev):
    scores = mean_pivot_dev(dev, ["de", "fr"])
    assert scores[:2].tolist() == [0.2, 0.5]
    assert np.isnan(scores[2])


def test_no_pivot_is_an_error(dev):
    with pytest.raises(InputError, match="no-pivots"):
        mean_pivot_dev(dev, [])


def test_unknown_task_names_the_nearest(dev):
    with pytest.raises(NotFoundError, match="Did you mean 'en'"):
        source_dev(dev, "eng")


@pytest.mark.parametrize(
    ("candidates", "tasks", "values", "slug"),
    [
        (["a"], ["en", "de"], [[1.0]], "scores-shape"),
        (["a", "a"], ["en"], [[1.0], [2.0]], "scores-names"),
        (["a"], ["en", "en"], [[1.0, 2.0]], "scores-names"),
    ],
)
def test_a_matrix_that_does_not_fit_its_names_is_refused(candidates, tasks, values, slug):
    with pytest.raises(InputError, match=slug):
        Scores.of(candidates, tasks, values)
