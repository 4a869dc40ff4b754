"""What a mechanism may know, and when."""

import numpy as np
import pytest

from ridgeline.core.errors import InputError
from ridgeline.select.reuse.history import History, Period, past_of


def history(models=4, periods=5, examples=6, features=True):
    rng = np.random.default_rng(0)
    return History.of(
        [
            Period.of(rng.random((models, examples)), rng.normal(size=(examples, 3)) if features else None)
            for _ in range(periods)
        ]
    )


def test_a_model_can_be_used_after_the_period_it_was_trained_on_and_its_own_labels_do_not_count():
    whole = history()
    past = past_of(whole, 2, 0)
    assert past.models.tolist() == [0, 1]
    assert len(past.periods) == 2
    assert np.isnan(past.periods[0].right[0]).all()
    assert np.isnan(past.periods[1].right[1]).all()
    assert (past.periods[0].right[1] == whole.periods[0].right[1]).all()
    assert (past.periods[1].right[0] == whole.periods[1].right[0]).all()
    assert past.training[1] is whole.periods[1].features
    assert past.features is whole.periods[2].features


def test_late_labels_hold_back_scores_and_models():
    past = past_of(history(), 3, 1)
    assert past.models.tolist() == [0, 1]
    assert len(past.periods) == 2
    assert past_of(history(), 1, 1).models.tolist() == []


def test_a_model_from_before_the_first_period_can_be_used_at_once():
    past = past_of(History.of_scores(np.ones((2, 3)), [-1, 1]), 0, 0)
    assert past.models.tolist() == [0]
    assert past.periods == ()
    assert past.training == (None,)


@pytest.mark.parametrize(
    ("build", "slug"),
    [
        (lambda: Period.of(np.ones(3)), "period-shape"),
        (lambda: Period.of(np.ones((2, 3)), np.ones((2, 1))), "period-shape"),
        (lambda: Period.of(np.ones((2, 3)), np.full((3, 1), np.nan)), "period-features"),
        (lambda: History.of([]), "history-empty"),
        (lambda: History.of([Period.of(np.ones((2, 3))), Period.of(np.ones((3, 3)))]), "history-models"),
        (lambda: History.of_scores(np.ones((2, 3)), [1, 0]), "history-trained"),
        (lambda: History.of_scores(np.ones((2, 3)), [0.5, 1]), "history-trained"),
        (lambda: History.of_scores(np.ones((2, 3)), [0]), "history-trained"),
        (lambda: History.of_scores(np.ones(3)), "period-shape"),
    ],
)
def test_what_cannot_be_is_refused(build, slug):
    with pytest.raises(InputError) as error:
        build()
    assert error.value.slug == slug
