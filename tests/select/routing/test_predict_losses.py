"""Losses are predicted from other folds, as the formulas say."""

import numpy as np
import pytest

from ridgeline.core.errors import InputError
from ridgeline.select.routing.predict import NEIGHBOURS, PENALTIES, mean, nearest, predicted_losses, ridge


def draw(seed=0, n=80, dims=5, candidates=3):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, dims)) * rng.uniform(0.1, 10, dims) + 3
    y = x @ rng.normal(size=(dims, candidates)) / 10 + rng.normal(size=(n, candidates))
    return x, y


def slow_ridge(x, y, new, penalty):
    scaled, asked = ((a - x.mean(axis=0)) / x.std(axis=0) for a in (x, new))
    w = np.linalg.solve(scaled.T @ scaled + penalty * np.eye(x.shape[1]), scaled.T @ (y - y.mean()))
    return y.mean() + asked @ w


@pytest.mark.parametrize("dims", [5, 120])
def test_ridge_is_the_normal_equations_with_the_penalty_that_predicts_left_out_examples_best(dims):
    x, y = draw(n=60, dims=dims)
    new = draw(1, n=9, dims=dims)[0]
    got = ridge(x, y, new)
    for candidate in range(3):
        # leaving out one keeps the centre and scale of all, as the closed form does
        scaled = (x - x.mean(axis=0)) / x.std(axis=0)
        errors = []
        for penalty in PENALTIES:
            hat = scaled @ np.linalg.solve(scaled.T @ scaled + penalty * np.eye(dims), scaled.T) + 1 / len(x)
            left = (y[:, candidate] - hat @ (y[:, candidate])) / np.maximum(1 - np.diag(hat), 1e-9)
            errors.append((left**2).sum())
        best = PENALTIES[int(np.argmin(errors))]
        assert got[:, candidate] == pytest.approx(
            slow_ridge(x, y[:, candidate], new, best), rel=1e-6, abs=1e-6
        )


def test_leaving_one_out_in_closed_form_is_leaving_one_out():
    """The trick itself: residual over one minus leverage, beside a model trained without the example."""
    rng = np.random.default_rng(2)
    x = rng.normal(size=(20, 3))
    y = rng.normal(size=20)
    full = np.column_stack([np.ones(20), x])
    hat = full @ np.linalg.pinv(full)
    quick = (y - hat @ y) / (1 - np.diag(hat))
    slow = [
        y[i] - full[i] @ np.linalg.lstsq(np.delete(full, i, 0), np.delete(y, i), rcond=None)[0]
        for i in range(20)
    ]
    assert quick == pytest.approx(slow)


def test_a_feature_that_never_varies_is_ignored():
    x, y = draw()
    constant = np.column_stack([x, np.full(len(x), 7.0)])
    assert ridge(constant, y, constant) == pytest.approx(ridge(x, y, x))
    assert nearest(constant, y, constant) == pytest.approx(nearest(x, y, x))
    alone = np.full((len(x), 1), 7.0)
    assert ridge(alone, y, alone) == pytest.approx(mean(alone, y, alone))


def test_nearest_is_the_mean_over_the_nearest():
    x, y = draw(n=200)
    new = draw(3, n=11)[0]
    got = nearest(x, y, new)
    for at, point in enumerate(new):
        distances = (((x - point) / x.std(axis=0)) ** 2).sum(axis=1)
        assert got[at] == pytest.approx(y[np.argsort(distances)[:NEIGHBOURS]].mean(axis=0))


@pytest.mark.parametrize("predictor", ["ridge", "knn", "mean"])
def test_an_example_is_predicted_without_its_own_loss(predictor):
    x, y = draw()
    first, fold = predicted_losses(x, y, predictor=predictor)
    assert sorted(np.bincount(fold)) == [16] * 5
    changed = y.copy()
    changed[7] += 1000
    second, _ = predicted_losses(x, changed, predictor=predictor)
    assert (second[fold == fold[7]] == first[fold == fold[7]]).all()
    assert not np.allclose(second[fold != fold[7]], first[fold != fold[7]])


@pytest.mark.parametrize(
    ("features", "losses", "options"),
    [
        (np.ones((5, 2)), np.ones((4, 2)), {}),
        (np.ones((5, 2)), np.ones((5, 2)), {"folds": 6}),
        (np.ones((5, 2)), np.ones((5, 2)), {"folds": 1}),
        (np.ones((5, 2)), np.full((5, 2), np.nan), {}),
        (np.ones(5), np.ones((5, 2)), {}),
        (np.ones((5, 2)), np.ones((5, 2)), {"predictor": "forest"}),
    ],
)
def test_what_cannot_be_is_refused(features, losses, options):
    with pytest.raises(InputError):
        predicted_losses(features, losses, **options)
