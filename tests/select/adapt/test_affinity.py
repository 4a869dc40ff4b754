"""Affinities are those of the formulas, pair by pair."""

import numpy as np
import pytest

from ridgeline.core.errors import InputError
from ridgeline.select.adapt.affinity import affinity


def dense(apply, n):
    return apply(np.eye(n))


def slow(z, kind, k):
    n = len(z)
    unit = np.array([row / np.linalg.norm(row) if row.any() else row for row in z])
    d = np.array([[np.linalg.norm(a - b) for b in unit] for a in unit])
    order = [
        sorted((j for j in range(n) if j != i), key=lambda j, i=i: (round(d[i, j] ** 2, 12), j))
        for i in range(n)
    ]
    if kind == "linear":
        return unit @ unit.T
    if kind == "knn":
        w = np.zeros((n, n))
        for i in range(n):
            w[i, order[i][:k]] = 1
        return (w + w.T) / 2
    sigma = np.mean([d[i, order[i][k - 1]] for i in range(n)])
    return np.exp(-(d**2) / (2 * sigma**2))


@pytest.mark.parametrize("kind", ["knn", "rbf", "linear"])
@pytest.mark.parametrize("n", [7, 300])
def test_it_is_the_formula(kind, n):
    z = np.random.default_rng(n).normal(size=(n, 4))
    w = dense(affinity(z, kind, 3), n)
    assert w == pytest.approx(slow(z, kind, 3), abs=1e-9)
    assert w == pytest.approx(w.T)


@pytest.mark.parametrize("kind", ["knn", "rbf", "linear"])
def test_lengths_of_features_do_not_count(kind):
    rng = np.random.default_rng(0)
    z = rng.normal(size=(20, 4))
    scaled = z * rng.uniform(0.1, 9, (20, 1))
    assert dense(affinity(z, kind, 3), 20) == pytest.approx(dense(affinity(scaled, kind, 3), 20))


@pytest.mark.parametrize("kind", ["rbf", "linear"])
def test_an_example_without_features_is_alike_to_none(kind):
    z = np.random.default_rng(1).normal(size=(6, 3))
    z[2] = 0
    w = dense(affinity(z, kind, 2), 6)
    assert not w[2].any()
    assert not w[:, 2].any()


def test_equal_examples_and_single_ones_have_an_affinity():
    same = np.ones((4, 3))
    assert dense(affinity(same, "rbf", 2), 4) == pytest.approx(np.ones((4, 4)))
    assert dense(affinity(same, "knn", 9), 4) == pytest.approx(1 - np.eye(4))
    assert dense(affinity(same[:1], "knn", 5), 1) == 0
    assert dense(affinity(same[:1], "rbf", 5), 1) == 1


@pytest.mark.parametrize(("kind", "k"), [("cosine", 3), ("knn", 0)])
def test_what_cannot_be_is_refused(kind, k):
    with pytest.raises(InputError):
        affinity(np.ones((3, 2)), kind, k)
