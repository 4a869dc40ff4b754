"""The gradients against finite differences, the loss against its definition pair by pair."""

from itertools import combinations
from math import exp, log

import numpy as np
import pytest

from ridgeline.select.lms.network import Weights, backward, forward, initial_weights
from ridgeline.select.lms.ranknet import gradient, loss, pair_weights, wins

K, TASKS, N, DIMS, LANGUAGE_DIMS, HIDDEN = 2, 3, 6, 5, 4, 7


def case(seed=0):
    rng = np.random.default_rng(seed)
    weights = initial_weights(K, (DIMS, LANGUAGE_DIMS, HIDDEN), rng, np.float64)
    weights = Weights(*(w + 0.1 * rng.normal(size=w.shape) for w in weights))
    x = rng.normal(size=(K, TASKS, N, DIMS))
    languages = rng.normal(size=(K, TASKS, LANGUAGE_DIMS))
    dev = rng.integers(0, 4, (K, TASKS, N)).astype(np.float64)  # with ties
    dev[0, 0, :2] = np.nan
    dev[1, 2, 1:] = np.nan  # a task without a pair
    keep = tuple((rng.random((K, rows, HIDDEN)) > 0.3) / 0.7 for rows in (TASKS * N, TASKS))
    return weights, x, languages, dev, keep


def slope_of(scores, dev):
    known = ~np.isnan(dev)
    return gradient(scores, wins(dev), known.astype(np.float64), pair_weights(known))


def test_the_score_is_the_bilinear_form_of_two_towers():
    weights, x, languages, _, _ = case()
    scores, _ = forward(weights, x, languages)
    for k in range(K):
        f1, b1, f2, b2, g1, c1, g2, c2, form = (w[k] for w in weights)
        for task in range(TASKS):
            v = np.maximum(languages[k, task] @ g1 + c1[0], 0) @ g2 + c2[0]
            for n in range(N):
                u = np.maximum(x[k, task, n] @ f1 + b1[0], 0) @ f2 + b2[0]
                assert scores[k, task, n] == pytest.approx(u @ form @ v)


def test_dropout_of_each_tower_stays_in_that_tower():
    weights, x, languages, _, (keep_f, keep_g) = case()
    of_f = forward(weights, x, languages, (keep_f, np.ones_like(keep_g)))[0]
    of_g = forward(weights, x, languages, (np.ones_like(keep_f), np.zeros_like(keep_g)))[0]
    bias_alone = Weights(*weights)._replace(g2=np.zeros_like(weights.g2))
    np.testing.assert_allclose(of_g, forward(bias_alone, x, languages)[0])
    assert np.abs(of_f - forward(weights, x, languages)[0]).max() > 0.01


@pytest.mark.parametrize("dropout", [False, True])
def test_the_gradient_is_that_of_finite_differences(dropout):
    weights, x, languages, dev, keep = case()
    keep = keep if dropout else None
    scores, trace = forward(weights, x, languages, keep)
    found = backward(weights, trace, slope_of(scores, dev))
    step = 1e-6
    for name, w, slope in zip(Weights._fields, weights, found, strict=True):
        for at in np.ndindex(w.shape):
            around = []
            for sign in (1, -1):
                moved = w.copy()
                moved[at] += sign * step
                there = weights._replace(**{name: moved})
                around.append(loss(forward(there, x, languages, keep)[0], dev).sum())
            numeric = (around[0] - around[1]) / (2 * step)
            assert slope[at] == pytest.approx(numeric, abs=2e-8), (name, at)


def test_the_loss_is_the_mean_over_tasks_of_the_mean_over_pairs():
    rng = np.random.default_rng(1)
    scores, dev = rng.normal(size=(TASKS, N)), rng.integers(0, 3, (TASKS, N)).astype(float)
    dev[1, 0] = np.nan
    dev[2, 1:] = np.nan
    means = []
    for s, d in zip(scores[:2], dev[:2], strict=True):
        pairs = [
            -(y * log(p) + (1 - y) * log(1 - p))
            for i, j in combinations(range(N), 2)
            if not np.isnan(d[i] + d[j])
            for y in [0.5 if d[i] == d[j] else float(d[i] > d[j])]
            for p in [1 / (1 + exp(s[j] - s[i]))]
        ]
        means.append(np.mean(pairs))
    assert loss(scores, dev) == pytest.approx(np.mean(means))


def test_scores_far_apart_break_nothing():
    scores = np.array([[[-3e4, 0.0, 5e4]]], dtype=np.float32)
    dev = np.array([[[3.0, 2.0, 1.0]]])
    slope = slope_of(scores, dev)
    assert np.isfinite(slope).all()
    assert slope[0, 0, 0] < 0 < slope[0, 0, 2]
    assert np.isfinite(loss(scores, dev)).all()


def test_without_pairs_there_is_no_loss_and_no_slope():
    dev = np.array([[[1.0, np.nan, np.nan], [np.nan, np.nan, np.nan]]])
    scores = np.array([[[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]]])
    assert loss(scores, dev) == 0
    assert (slope_of(scores, dev) == 0).all()
