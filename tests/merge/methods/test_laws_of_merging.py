"""What merging must obey whatever the numbers: identities, order of models, linearity, scale 0."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ridgeline.core.errors import InputError
from ridgeline.merge.methods.breadcrumbs import breadcrumbs, breadcrumbs_rows
from ridgeline.merge.methods.cold_fusion import cold_fusion_round
from ridgeline.merge.methods.consensus import consensus
from ridgeline.merge.methods.dare import dare_linear, dropped
from ridgeline.merge.methods.della import keep_probabilities
from ridgeline.merge.methods.fisher import fisher
from ridgeline.merge.methods.graft import GraftTraining, graft, learn_graft, movement_masks, overlap
from ridgeline.merge.methods.greedy_soup import choose_greedily
from ridgeline.merge.methods.karcher import karcher
from ridgeline.merge.methods.learned_soup import learned_soup
from ridgeline.merge.methods.linear import linear
from ridgeline.merge.methods.model_stock import model_stock
from ridgeline.merge.methods.multislerp import multislerp
from ridgeline.merge.methods.nuslerp import nuslerp
from ridgeline.merge.methods.region import between, path, random_point, random_weights
from ridgeline.merge.methods.regmean import regmean
from ridgeline.merge.methods.sce import sce
from ridgeline.merge.methods.slerp import slerp
from ridgeline.merge.methods.task_arithmetic import task_arithmetic
from ridgeline.merge.methods.ties import ties
from ridgeline.merge.methods.ties_paper import ties_paper
from ridgeline.merge.methods.trim import between as kept_between
from ridgeline.merge.methods.trim import largest
from ridgeline.merge.methods.uniform import uniform_soup
from ridgeline.merge.methods.weighted import softmax_weights, weighted_soup

ONTO_BASE = {
    "task arithmetic": lambda models, base: task_arithmetic(models, base, 1 / len(models)),
    "ties": lambda models, base: ties(models, base, density=0.5),
    "ties paper": lambda models, base: ties_paper([{"a": m} for m in models], {"a": base}, 0.5)["a"],
    "breadcrumbs": breadcrumbs,
    "rows": breadcrumbs_rows,
    "stock": model_stock,
    "sce": sce,
    "consensus": consensus,
}
ALONE = {
    "uniform": uniform_soup,
    "linear": linear,
    "weighted": lambda models: weighted_soup(models, list(range(1, len(models) + 1))),
    "karcher": karcher,
    "multislerp": multislerp,
    "random point": lambda models: random_point(models, 3),
}

shapes = st.tuples(st.integers(1, 6), st.integers(1, 9))
seeds = st.integers(0, 2**32 - 1)


def draw(seed, shape, count=3):
    generator = np.random.default_rng(seed)
    base = generator.normal(size=shape)
    return [base + generator.normal(size=shape) for _ in range(count)], base


@pytest.mark.parametrize("name", ALONE)
@given(seeds, shapes)
def test_equal_models_give_the_model(name, seed, shape):
    (model, *_), _ = draw(seed, shape)
    np.testing.assert_allclose(ALONE[name]([model, model, model]), model, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("name", ONTO_BASE)
@given(seeds, shapes)
def test_models_that_are_the_base_give_the_base(name, seed, shape):
    _, base = draw(seed, shape)
    assert (ONTO_BASE[name]([base, base], base) == base).all()


@pytest.mark.parametrize("name", ["ties", "ties paper", "stock", "sce", "consensus", "task arithmetic"])
@given(seeds, shapes)
def test_the_order_of_models_does_not_matter(name, seed, shape):
    models, base = draw(seed, shape)
    one, other = ONTO_BASE[name](models, base), ONTO_BASE[name](models[::-1], base)
    np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12)


@given(seeds, shapes)
def test_scale_0_gives_the_base(seed, shape):
    models, base = draw(seed, shape)
    kept = [np.ones(shape, bool)] * 3
    for merged in (
        task_arithmetic(models, base, scale=0.0),
        ties(models, base, density=0.3, scale=0.0),
        dare_linear(models, base, kept, scale=0.0),
        breadcrumbs(models, base, scale=0.0),
        breadcrumbs_rows(models, base, scale=0.0),
        consensus(models, base, scale=0.0),
    ):
        assert (merged == base).all()


@given(seeds, shapes, st.floats(-2, 2))
def test_task_arithmetic_is_linear_in_its_scale(seed, shape, scale):
    models, base = draw(seed, shape)
    half, whole = (task_arithmetic(models, base, scale=factor) - base for factor in (scale / 2, scale))
    np.testing.assert_allclose(2 * half, whole, rtol=1e-9, atol=1e-9)


@given(seeds, shapes)
def test_all_that_stays_and_one_model_is_the_model(seed, shape):
    (model, *_), base = draw(seed, shape)
    for merged in (
        ties([model], base, density=1.0),
        ties_paper([{"a": model}], {"a": base}, 1.0)["a"],
        task_arithmetic([model], base),
        breadcrumbs([model], base, density=1.0),
        sce([model], base),
    ):
        np.testing.assert_allclose(merged, model, rtol=1e-12)


@given(seeds, shapes)
def test_arcs_begin_and_end_at_the_models(seed, shape):
    (first, second, _), base = draw(seed, shape)
    np.testing.assert_allclose(slerp(first, second, 0.0), first)
    np.testing.assert_allclose(slerp(first, second, 1.0), second)
    np.testing.assert_allclose(nuslerp([first, second], [1.0, 0.0], flatten=False), first, atol=1e-9)
    np.testing.assert_allclose(nuslerp([first, second], [0.0, 1.0], base=base), second, atol=1e-9)


def test_slerp_of_parallel_and_of_empty_models_is_linear():
    one = np.ones(4)
    np.testing.assert_allclose(slerp(one, 3 * one, 0.5), 2 * one)
    np.testing.assert_allclose(slerp(one, 0 * one, 0.5), 0.5 * one)


def test_halfway_on_a_circle():
    merged = slerp(np.array([1.0, 0.0]), np.array([0.0, 1.0]), 0.5)
    np.testing.assert_allclose(merged, [0.5**0.5, 0.5**0.5])
    for mean in (karcher, multislerp):
        np.testing.assert_allclose(mean([np.array([1.0, 0.0]), np.array([0.0, 1.0])]), merged, atol=1e-7)


@given(st.lists(st.integers(-3, 3), min_size=1, max_size=20), st.integers(0, 20))
def test_ties_at_a_threshold_all_stay(values, count):
    array = np.array(values, np.float32)
    kept = largest(array, count)
    ordered = sorted(np.abs(array), reverse=True)
    expected = (
        [abs(value) >= ordered[min(count, len(ordered)) - 1] for value in array]
        if count
        else [False] * len(array)
    )
    assert kept.tolist() == expected
    assert (kept_between(array, 0, 0)).all()


def test_dare_keeps_the_expectation():
    generator = np.random.default_rng(0)
    change = generator.normal(size=50)
    draws = [dropped(change, generator.random(50) < 0.2, 0.2) for _ in range(4000)]
    np.testing.assert_allclose(np.mean(draws, axis=0), change, atol=0.2)
    assert abs(np.mean(draws) - change.mean()) < 0.02


def test_della_keeps_larger_entries_more_often():
    chances = keep_probabilities(np.array([[0.1, -0.4, 0.2, 0.2, 0.9]]), 0.5, 0.2)
    np.testing.assert_allclose(chances, [[0.3, 0.6, 0.45, 0.45, 0.7]])


def test_fisher_takes_the_model_that_cares_and_the_mean_where_none_does():
    models = [np.array([1.0, 1.0, 1.0]), np.array([3.0, 3.0, 3.0])]
    cares = [np.array([1.0, 0.0, 3.0]), np.array([0.0, 0.0, 1.0])]
    np.testing.assert_allclose(fisher(models, cares), [1.0, 2.0, 1.5])


def test_regmean_is_the_least_squares_of_all_data():
    generator = np.random.default_rng(1)
    data = [generator.normal(size=(30, 4)) for _ in range(2)]
    weights = [generator.normal(size=(3, 4)) for _ in range(2)]
    merged = regmean(weights, [one.T @ one for one in data], alpha=1.0)
    answers = np.concatenate([one @ weight.T for one, weight in zip(data, weights, strict=True)])
    expected = np.linalg.lstsq(np.concatenate(data), answers, rcond=None)[0].T
    np.testing.assert_allclose(merged, expected, rtol=1e-9)


def test_a_greedy_soup_keeps_only_what_makes_it_better():
    worth = {(2,): 0.9, (2, 0): 0.9, (2, 1): 0.95}
    choice = choose_greedily([0.8, 0.7, 0.9, float("nan")], lambda members: worth[members])
    assert choice.ingredients == (2, 1)
    assert [trial.kept for trial in choice.trials] == [False, True]
    with pytest.raises(InputError, match="None of 1 models has a score"):
        choose_greedily([float("nan")], lambda _: 0.0)


def test_a_learned_soup_finds_the_mixture():
    models = [
        {"x.0": np.array([1.0, 0.0]), "y.0": np.array([1.0])},
        {"x.0": np.array([0.0, 1.0]), "y.0": np.array([0.0])},
    ]
    wanted = {"x.0": np.array([0.3, 0.7]), "y.0": np.array([0.8])}

    def loss_and_gradient(state):
        gaps = {name: state[name] - wanted[name] for name in wanted}
        return sum(float((gap**2).sum()) for gap in gaps.values()), {
            name: 2 * gap for name, gap in gaps.items()
        }

    one = learned_soup(models, loss_and_gradient, steps=200, rate=0.05)
    by_layer = learned_soup(models, loss_and_gradient, steps=400, rate=0.05, group=lambda name: name[0])
    assert one.losses[0] > one.loss == min(one.losses)
    np.testing.assert_allclose(by_layer.weights["x"], [0.3, 0.7], atol=0.01)
    np.testing.assert_allclose(by_layer.weights["y"], [0.8, 0.2], atol=0.01)
    assert by_layer.loss < one.loss


def test_a_learned_graft_finds_the_entries_that_matter():
    generator = np.random.default_rng(3)
    base = {"w": np.zeros(40)}
    model = {"w": generator.normal(size=40)}
    target = np.where(np.arange(40) < 8, model["w"], 0.0)

    def loss_and_gradient(state):
        gap = state["w"] - target
        return float((gap**2).sum()), {"w": 2 * gap}

    first = movement_masks(base, model, 0.1)
    training = GraftTraining(steps=200, rate=2.0, bias=2.0)
    found = learn_graft(base, model, loss_and_gradient, 0.1, training)
    assert found.loss < 0.2 * found.losses[0]
    assert overlap(found.masks, first) < 1.0
    assert overlap(found.masks, found.masks) == 1.0
    assert (graft(base["w"], model["w"], np.zeros(40, bool)) == base["w"]).all()


def test_a_round_refuses_what_is_broken_and_says_why():
    base = {"body": np.zeros(2), "head.w": np.zeros(2)}
    good = {"body": np.ones(2), "head.w": np.ones(2)}
    nan = {"body": np.array([np.nan, 0.0])}
    fused = cold_fusion_round(base, [good, nan, {"body": np.zeros(3)}, {}], heads=["head."])
    assert fused.fused == (0,)
    assert (fused.base["body"] == 1).all()
    assert (fused.base["head.w"] == 0).all()
    assert fused.refused == {
        1: "the tensor 'body' has NaN or infinity",
        2: "the tensor 'body' has shape (3,), not (2,)",
        3: "the tensor 'body' is missing",
    }
    with pytest.raises(InputError, match="no-contributions"):
        cold_fusion_round(base, [nan])


@given(st.integers(1, 9), seeds, st.integers(0, 99))
def test_random_weights_are_on_the_simplex_and_repeat(count, seed, sample):
    weights = random_weights(count, seed, sample)
    assert (weights >= 0).all()
    assert abs(weights.sum() - 1) < 1e-12
    assert (weights == random_weights(count, seed, sample)).all()


def test_random_weights_are_the_same_on_every_machine():
    np.testing.assert_allclose(
        random_weights(3, 7, 1), [0.6430638608467347, 0.1383151098290763, 0.21862102932418903]
    )


def test_a_path_has_a_barrier():
    first, second = np.array([-1.0]), np.array([1.0])
    walked = path(lambda t: 1 - abs(float(between(first, second, t)[0])), [0, 1, 0.5, 1.5])
    assert walked.t.tolist() == [0, 0.5, 1, 1.5]
    assert walked.barrier == 1.0
    assert np.isnan(path(lambda t: t, [0.2]).barrier)


def test_softmax_weights():
    np.testing.assert_allclose(softmax_weights([1.0, 1.0], 0.1), [0.5, 0.5])
    assert softmax_weights([0.9, 0.5], 0.01)[0] > 0.999
    with pytest.raises(InputError, match=r"temperature is 0, and must be in \(0, ∞\)"):
        softmax_weights([1.0], 0)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda m, b: ties(m, b, density=1.5), r"density is 1.5, and must be in \[0, 1\]"),
        (lambda m, b: ties(m, b, density=[0.5]), None),
        (lambda m, b: ties(m, b, weight=[1.0, 2.0, 3.0]), "weight has 3 values for 2 models"),
        (lambda m, b: ties(m, b, scale=float("inf")), "lambda is inf, and must be a finite number"),
        (lambda m, b: linear(m, [1.0, -1.0]), "add up to 0, which they cannot be divided by"),
        (lambda m, b: weighted_soup(m, [1.0, -1.0]), r"The weights of a soup are in \[0, ∞\)"),
        (lambda m, b: linear([m[0], m[1][:2]]), "Models merge where their shapes agree"),
        (lambda m, b: linear([]), "at least one model"),
        (lambda m, b: linear([np.arange(3)]), "Only floats merge"),
        (lambda m, b: model_stock(m[:1], b), "at least 2 models"),
        (
            lambda m, b: keep_probabilities(m[0], 0.1, 0.2),
            r"epsilon is 0.2 at density 0.1. It must be in \[0, 0.1\)",
        ),
        (lambda m, b: dropped(b, b > 0, 0.5, "mean"), "No rescale 'mean' among paper, l1, none"),
        (lambda m, b: nuslerp(m[:1]), "nuslerp interpolates 2 models, and 1 are given"),
        (lambda m, b: karcher(m, max_iter=0), r"max_iter is 0, and must be in \[1, ∞\)"),
        (lambda m, b: consensus(m, b, tasks=4), r"tasks is 4, and must be in \[0, 2\]"),
        (lambda m, b: fisher(m, [-m[0], m[1]]), r"must be in \[0, ∞\)"),
        (lambda m, b: ties_paper([{"a": b}], {"b": b}), "has other tensors than the base"),
    ],
)
def test_parameters_out_of_range_are_told_with_their_range(call, said):
    models, base = draw(0, (4,), 2)
    if said is None:
        call(models, base)  # one value holds for all
        return
    with pytest.raises(InputError, match=said):
        call(models, base)


def test_models_that_went_opposite_ways_leave_the_base():
    base = np.array([1.0, 2.0], np.float32)
    assert model_stock([base + 0.5, base - 0.5], base).tolist() == base.tolist()
    away = [base + np.array(way, np.float32) for way in ([1, 0], [-0.5, 0.75**0.5], [-0.5, -(0.75**0.5)])]
    assert np.allclose(model_stock(away, base), base, atol=1e-6)
