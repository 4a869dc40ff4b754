"""What choosing a base costs, beside loops."""

import numpy as np
import pytest

from ridgeline.core.errors import InputError
from ridgeline.select.bases.choice import by_other_tasks, by_probe, regret_by_probes, shortlist_regret


def table(seed=0, bases=12, targets=6, quality=1.0):
    rng = np.random.default_rng(seed)
    return (
        70
        + quality * rng.normal(size=(bases, 1))
        + 3 * rng.normal(size=targets)
        + rng.normal(size=(bases, targets))
    )


def test_the_other_tasks_choose_as_a_loop_says():
    scores = table()
    found = by_other_tasks(scores, pretrained=3)
    for target in range(6):
        mean = np.delete(scores, target, axis=1).mean(axis=1)
        assert found.chosen[target] == mean.argmax()
        assert found.regret[target] == pytest.approx(scores[:, target].max() - scores[mean.argmax(), target])
        assert found.random[target] == pytest.approx((scores[:, target].max() - scores[:, target]).mean())
        assert found.pretrained[target] == scores[:, target].max() - scores[3, target]
    assert np.isnan(by_other_tasks(scores).pretrained).all()


def test_bases_that_differ_alike_everywhere_are_chosen_better_than_at_random():
    alike = by_other_tasks(table(quality=5))
    unlike = [by_other_tasks(table(seed, quality=0)) for seed in range(30)]
    assert alike.regret.mean() < alike.random.mean() / 3
    difference = np.mean([(one.regret - one.random).mean() for one in unlike])
    assert abs(difference) < 0.15


def test_a_probe_chooses_one_base_for_all():
    scores = table()
    probe = np.arange(12.0)
    found = by_probe(probe, scores, pretrained=0)
    assert set(found.chosen.tolist()) == {11}
    assert found.regret == pytest.approx(scores.max(axis=0) - scores[11])
    tied = by_probe(np.zeros(12), scores)
    assert tied.regret == pytest.approx(tied.random)


def test_a_shortlist_keeps_the_best_of_the_first():
    scores = table()
    probe = np.array([5.0, 1, 4, 4, 0, 2, 3, 3, 3, 1, 1, 0])
    regret, random = shortlist_regret(probe, scores, k=3)
    assert regret == pytest.approx(scores.max(axis=0) - scores[[0, 2, 3]].max(axis=0))
    every, none = shortlist_regret(probe, scores, k=12)
    assert every == pytest.approx(np.zeros(6))
    assert none == pytest.approx(np.zeros(6), abs=1e-9)
    rng = np.random.default_rng(0)
    simulated = np.mean(
        [scores.max(axis=0) - scores[rng.permutation(12)[:3]].max(axis=0) for _ in range(4000)], axis=0
    )
    assert random == pytest.approx(simulated, abs=0.06)


def test_more_probe_tasks_cost_less_and_all_of_them_what_the_others_cost():
    scores = table(quality=2)
    curve = regret_by_probes(scores, draws=40)
    assert curve.shape == (5,)
    assert curve[-1] == pytest.approx(by_other_tasks(scores).regret.mean())
    assert curve[0] > curve[-1]


def test_probe_tasks_that_tie_are_counted_by_their_mean():
    scores = np.array([[1.0, 1, 5], [1, 1, 3], [0, 0, 9]])
    # for the target 2 both first bases tie on 0 and 1; for 0 and 1 the third is best on 2
    assert regret_by_probes(scores, draws=30)[-1] == pytest.approx(np.mean([by_other_tasks(scores).regret]))


@pytest.mark.parametrize(
    "call",
    [
        lambda: by_other_tasks(np.ones((1, 4))),
        lambda: by_other_tasks(np.ones((4, 1))),
        lambda: by_other_tasks(np.full((4, 4), np.nan)),
        lambda: by_other_tasks(np.ones((4, 4)), pretrained=4),
        lambda: by_probe(np.ones(3), np.ones((4, 4))),
        lambda: shortlist_regret(np.ones(4), np.ones((4, 4)), k=0),
        lambda: shortlist_regret(np.ones(4), np.ones((4, 4)), k=5),
        lambda: regret_by_probes(np.ones((4, 4)), draws=0),
    ],
)
def test_what_cannot_be_is_refused(call):
    with pytest.raises(InputError):
        call()
