"""Routing: what it chooses, what that is worth, and the front of quality against cost."""

import numpy as np
import pytest

from ridgeline.core.errors import InputError
from ridgeline.select.routing.front import pareto_front, undominated
from ridgeline.select.routing.losses import example_losses
from ridgeline.select.routing.route import choose, route


def specialists(seed=0, n=600, candidates=4):
    """Each candidate is good in one cluster of the features and poor elsewhere."""
    rng = np.random.default_rng(seed)
    kind = rng.integers(0, candidates, n)
    x = 4 * np.eye(candidates)[kind] + rng.normal(size=(n, candidates))
    wrong = np.where(kind[:, None] == np.arange(candidates), 0.1, 0.5)
    return x, (rng.random((n, candidates)) < wrong).astype(float), kind


@pytest.mark.parametrize("predictor", ["ridge", "knn"])
def test_specialists_beat_the_best_single_one(predictor):
    x, losses, kind = specialists()
    routed = route(x, losses, predictor=predictor)
    assert (routed.chosen == kind).mean() > 0.85
    assert routed.loss < 0.2
    assert routed.single_loss > 0.35
    assert routed.gain.low > 0.1
    assert routed.gain.difference == pytest.approx(routed.single_loss - routed.loss)
    assert routed.oracle_loss == losses.min(axis=1).mean()
    assert routed.regret.mean() == pytest.approx(routed.loss - routed.oracle_loss)
    assert (routed.regret >= 0).all()
    assert routed.agreement == (routed.regret == 0).mean()


def test_features_that_say_nothing_gain_nothing():
    rng = np.random.default_rng(1)
    gains = []
    for seed in range(20):
        losses = (rng.random((200, 3)) < [0.3, 0.32, 0.34]).astype(float)
        gains.append(route(rng.normal(size=(200, 4)), losses, seed=seed).gain.difference)
    assert abs(np.mean(gains)) < 0.02


def test_with_the_mean_for_predictor_all_go_to_the_best_single_one():
    x, losses, _ = specialists()
    routed = route(x, losses, predictor="mean")
    assert routed.loss == routed.single_loss
    assert routed.gain.difference == 0


def test_predictions_that_are_perfect_reach_the_oracle():
    rng = np.random.default_rng(2)
    x = rng.normal(size=(300, 3))
    losses = x @ rng.normal(size=(3, 4))
    routed = route(x, losses)
    assert routed.loss == pytest.approx(routed.oracle_loss, abs=1e-3)
    assert routed.agreement > 0.98


def test_cost_takes_over_as_its_weight_grows():
    x, losses, _ = specialists()
    costs = [5, 1, 3, 4]
    assert set(route(x, losses, costs, weight=1e6).chosen.tolist()) == {1}
    free = route(x, losses, costs, weight=0)
    assert free.cost > 2
    assert free.best_single == losses.mean(axis=0).argmin()
    middle = route(x, losses, costs, weight=0.05)
    assert 1 < middle.cost < free.cost
    assert free.loss < middle.loss < losses[:, 1].mean()
    single = middle.single_loss + 0.05 * middle.single_cost
    assert middle.gain.difference == pytest.approx(single - middle.loss - 0.05 * middle.cost)


def test_of_those_that_tie_the_cheapest_is_chosen_then_the_first():
    losses = np.zeros((2, 3))
    assert choose(losses, np.array([3.0, 1.0, 1.0]), 0.0).tolist() == [1, 1]
    assert choose(losses, np.zeros(3), 1.0).tolist() == [0, 0]


def test_the_front_runs_from_the_free_choice_to_the_cheapest_candidate():
    x, losses, _ = specialists()
    costs = np.array([5.0, 1.0, 3.0, 4.0])
    front = pareto_front(x, losses, costs)
    assert front.weights[0] == 0
    assert (np.diff(front.weights) > 0).all()
    assert front.loss[0] == route(x, losses, costs).loss
    assert front.cost[-1] == 1
    assert front.loss[-1] == losses[:, 1].mean() == front.single_loss[1]
    assert (np.diff(front.cost) <= 1e-12).all()
    for at in (0, len(front.weights) // 2, -1):
        again = route(x, losses, costs, weight=front.weights[at])
        assert (again.loss, again.cost) == (front.loss[at], front.cost[at])
    assert front.single_best.tolist() == [False, True, False, False]
    assert 1 < front.best.sum() <= len(front.weights)


def test_with_equal_costs_the_front_is_one_point():
    x, losses, _ = specialists()
    front = pareto_front(x, losses, np.ones(4))
    assert len(front.weights) == 1


def test_no_point_of_the_front_is_dominated():
    rng = np.random.default_rng(3)
    loss, cost = rng.integers(0, 6, 40) / 6, rng.integers(0, 6, 40) / 6
    slow = [
        not any(
            a <= loss[i] and b <= cost[i] and (a < loss[i] or b < cost[i])
            for a, b in zip(loss, cost, strict=True)
        )
        for i in range(40)
    ]
    assert undominated(loss, cost).tolist() == slow


def test_losses_of_examples():
    p = np.array([[[0.9, 0.1], [0.2, 0.8]], [[0.4, 0.6], [1.0, 0.0]]])
    assert example_losses(p, [0, 1]).tolist() == [[0, 1], [0, 1]]
    assert example_losses(p.argmax(axis=2), [0, 1]).tolist() == [[0, 1], [0, 1]]
    assert example_losses(p, [0, 1], "log") == pytest.approx(-np.log([[0.9, 0.4], [0.8, 1e-12]]))


@pytest.mark.parametrize(
    "options",
    [
        {"costs": [1, 2]},
        {"costs": [1, 2, 3, np.nan]},
        {"costs": [1, 2, 3, 4], "weight": -1},
        {"weight": np.inf},
    ],
)
def test_costs_that_cannot_be_are_refused(options):
    x, losses, _ = specialists(n=50)
    with pytest.raises(InputError):
        route(x, losses, **options)


def test_a_log_loss_of_classes_and_labels_out_of_range_are_refused():
    with pytest.raises(InputError) as error:
        example_losses(np.zeros((2, 3), int), [0, 0, 0], "log")
    assert error.value.slug == "routing-losses"
    with pytest.raises(InputError):
        example_losses(np.full((1, 2, 2), 0.5), [0, 2])
