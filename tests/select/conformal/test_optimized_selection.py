"""OptCS: equal to its formulas in a loop, and its rate holds where taking the best score does not."""

import numpy as np
import pytest

from ridgeline.core.errors import InputError
from ridgeline.select.conformal.optimized import optimized_selection, split_selection
from ridgeline.select.conformal.selection import conformal_selection

RNG = np.random.default_rng


def slow_optcs(scores, good, new, rate, shrink):
    """The formulas of the paper, one by one, with ties counting against the claim."""
    k, n = scores.shape
    m = new.shape[1]
    v = np.where(good, np.inf, -scores)
    p, size, which = np.empty(m), np.empty(m), np.empty(m, int)
    for j in range(m):
        best = 0
        for one in range(k):
            w = -new[one]
            aux = np.array([((v[one] <= w_l).sum() + (w[j] <= w_l)) / (n + 1) for w_l in w])
            aux[j] = 0
            ordered = np.sort(aux)
            r = max(i + 1 for i in range(m) if ordered[i] <= rate * (i + 1) / m)
            if r > best:
                best, which[j] = r, one
        size[j] = best
        p[j] = (1 + (v[which[j]] <= -new[which[j], j]).sum()) / (n + 1)
    e = np.where(p <= rate * size / m, m / (rate * size), 0) / shrink
    ordered = np.sort(e)[::-1]
    r = max([i + 1 for i in range(m) if ordered[i] >= m / (rate * (i + 1)) - 1e-9], default=0)
    rows = np.flatnonzero(e >= m / (rate * r) - 1e-9) if r else np.array([], int)
    return tuple(rows.tolist()), p, which


def draw(rng, n=40, m=25, k=4, *, tied=False):
    """Several noisy scores of one claim."""
    truth = rng.normal(size=n + m)
    good = truth + 0.5 * rng.normal(size=n + m) > 0
    scores = truth + np.linspace(0.3, 2, k)[:, None] * rng.normal(size=(k, n + m))
    if tied:
        scores = np.round(scores)
    return scores[:, :n], good[:n], scores[:, n:], good[n:]


@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize("seed", range(12))
def test_it_is_the_formulas(seed, tied):
    rng = RNG(seed)
    scores, good, new, _ = draw(rng, tied=tied)
    rate = (0.1, 0.2, 0.4)[seed % 3]
    pruning = ("none", "homogeneous", "heterogeneous")[seed // 3 % 3]
    shrink = {"none": 1.0, "homogeneous": RNG(5).random(), "heterogeneous": RNG(5).random(25)}[pruning]
    found = optimized_selection(scores, good, new, rate=rate, pruning=pruning, seed=5)
    rows, p, which = slow_optcs(scores, good, new, rate, shrink)
    assert found.rows == rows
    assert found.p_values == pytest.approx(p)
    assert found.chosen.tolist() == which.tolist()


def test_the_formulas_select_something_in_these_draws():
    found = [len(optimized_selection(*draw(RNG(seed))[:3], rate=0.4).rows) for seed in range(12)]
    assert min(found) < max(found)
    assert sum(found) > 30


def test_with_one_score_it_selects_nearly_what_benjamini_and_hochberg_do():
    more = fewer = 0
    for seed in range(60):
        scores, good, new, _ = draw(RNG(seed), n=200, m=60, k=1)
        one = set(conformal_selection(scores[0], good, new[0], rate=0.2).rows)
        other = set(optimized_selection(scores, good, new, rate=0.2).rows)
        more += len(other - one)
        fewer += len(one - other)
    total = 60 * 60
    assert more / total < 0.01
    assert fewer / total < 0.02


def naive(scores, good, new, rate):
    """What must not be done: take the score that selects most."""
    rows = [conformal_selection(s, good, t, rate=rate).rows for s, t in zip(scores, new, strict=True)]
    return max(rows, key=len)


def simulate(runs, rate, k, seed=0, n=50, m=50):
    """Many useless scores of a claim that holds for a third: false discovery rates and powers of the three ways."""
    rng = RNG(seed)
    false = {"optimized": [], "naive": [], "split": []}
    power = {"optimized": [], "naive": [], "split": []}
    for run in range(runs):
        signal = rng.normal(size=n + m)
        good = signal > 0.6
        scores = rng.normal(size=(k, n + m))
        scores[: max(1, k // 10)] += 1.2 * signal
        args = scores[:, :n], good[:n], scores[:, n:]
        rows = {
            "optimized": optimized_selection(*args, rate=rate, seed=run).rows,
            "naive": naive(*args, rate),
            "split": split_selection(*args, rate=rate, seed=run).rows,
        }
        truth = good[n:]
        for way, found in rows.items():
            chosen = list(found)
            false[way].append(float(np.mean(~truth[chosen])) if chosen else 0.0)
            power[way].append(truth[chosen].sum() / max(1, truth.sum()))
    return {way: (np.mean(v), np.std(v) / np.sqrt(runs)) for way, v in false.items()}, {
        way: np.mean(v) for way, v in power.items()
    }


def test_the_rate_holds_where_the_best_of_forty_scores_is_taken():
    """150 draws with fixed seeds; four standard errors are allowed."""
    false, power = simulate(150, 0.2, 40)
    mean, error = false["optimized"]
    assert mean <= 0.2 + 4 * error
    assert false["naive"][0] > 0.2 + 4 * false["naive"][1]  # so the test can fail
    assert false["split"][0] <= 0.2 + 4 * false["split"][1]
    assert power["optimized"] > 0


@pytest.mark.slow
@pytest.mark.parametrize("rate", [0.1, 0.2, 0.4])
def test_the_rate_holds_over_a_thousand_runs(rate):
    false, power = simulate(1000, rate, 40, seed=7)
    mean, error = false["optimized"]
    assert mean <= rate + 2.5 * error
    assert false["naive"][0] > rate + 4 * false["naive"][1]
    assert power["optimized"] > power["split"]


def test_a_single_unlabeled_example_and_a_hopeless_one():
    good = np.array([1, 0] * 30)
    scores = good[None] + 0.0
    assert optimized_selection(scores, good, np.array([[2.0]]), rate=0.1, pruning="none").rows == (0,)
    assert optimized_selection(scores, good, np.array([[-1.0]]), rate=0.1, pruning="none").rows == ()


def test_a_split_lets_each_score_make_a_claim_of_its_own():
    rng = RNG(3)
    good = np.stack([rng.random(200) < 0.5, np.ones(200, bool)])
    scores = np.stack([rng.random(200), rng.random(200)])
    found = split_selection(scores, good, rng.random((2, 30)), rate=0.1)
    assert set(found.chosen.tolist()) == {1}
    assert len(found.rows) == 30


@pytest.mark.parametrize("way", [optimized_selection, split_selection])
@pytest.mark.parametrize(
    ("scores", "good", "new", "rate"),
    [
        (np.ones((2, 5)), np.ones(4), np.ones((2, 3)), 0.1),
        (np.ones((2, 5)), np.ones(5), np.ones((3, 3)), 0.1),
        (np.ones((2, 5)), np.ones(5), np.ones(3), 0.1),
        (np.full((2, 5), np.nan), np.ones(5), np.ones((2, 3)), 0.1),
        (np.ones((2, 5)), np.ones(5), np.ones((2, 3)), 2),
    ],
)
def test_what_cannot_be_is_refused(way, scores, good, new, rate):
    with pytest.raises(InputError):
        way(scores, good, new, rate=rate)
