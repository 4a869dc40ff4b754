"""Regrets in resampled sweeps against a slow version that draws one candidate, and one example, at a time."""

import numpy as np
import pytest

from ridgeline import select
from ridgeline.core.errors import InputError
from ridgeline.select.stats.resample import resample_counts
from ridgeline.select.sweeps import Truth, resampled_regrets

RNG = np.random.default_rng(5)
CORRECT = (RNG.random((7, 30)) < np.linspace(0.3, 0.8, 7)[:, None]).astype(float)
TEST = CORRECT.mean(axis=1)
SAID = {
    "ties": np.array([1.0, 2, 2, 3, 3, 3, 0]),
    "good": TEST + RNG.normal(scale=0.05, size=7),
    "bad": -TEST,
}
GROUPS = np.array([4, 4, 2, 2, 2, 9, 4])
N = 40


def slow(over, groups=None, seed=3):
    """Draw groups and examples as the quick version does, then choose and judge with loops."""
    candidates, examples = np.random.default_rng(seed), np.random.default_rng([seed, 1])
    members = {
        one: [
            at
            for at in range(7)
            if (groups is None and at == one) or (groups is not None and groups[at] == one)
        ]
        for one in sorted(set(range(7) if groups is None else groups.tolist()))
    }
    names = list(members)
    counts = np.concatenate(list(resample_counts(30, N, examples)))
    found = {name: [] for name in SAID}
    for sweep in range(N):
        worth = TEST
        if over != "candidates":
            drawn = [at for at, times in enumerate(counts[sweep]) for _ in range(int(times))]
            worth = CORRECT[:, drawn].mean(axis=1)
        pool = list(range(7))
        if over != "examples":
            places = candidates.integers(len(names), size=len(names))
            pool = [at for place in places for at in members[names[place]]]
        for name, said in SAID.items():
            best = max(said[at] for at in pool)
            expected = np.mean([worth[at] for at in pool if said[at] == best])
            found[name].append(max(0.0, max(worth[at] for at in pool) - expected))
    return found


@pytest.mark.parametrize("over", ["candidates", "examples", "both"])
@pytest.mark.parametrize("groups", [None, GROUPS], ids=["single", "grouped"])
def test_as_the_slow_version(over, groups):
    quick = resampled_regrets(SAID, Truth(TEST, CORRECT, groups), over, N, 3)
    for name, regrets in slow(over, groups).items():
        assert quick[name] == pytest.approx(regrets, abs=1e-12)


def test_a_rule_that_cannot_judge_some_chooses_among_the_rest():
    """Each resampled sweep by hand: the rule takes the best that it knows, the oracle the best of all."""
    said = {"all": np.array([1.0, 2, 3]), "few": np.array([np.nan, 5.0, np.nan])}
    truth = Truth(np.array([0.2, 0.5, 0.9]))
    found = resampled_regrets(said, truth, "candidates", 200, 0)
    draws = [draw for draw in np.random.default_rng(0).integers(3, size=(200, 3)) if 1 in draw]
    assert found["few"] == pytest.approx([truth.scores[draw].max() - 0.5 for draw in draws])
    assert found["all"] == pytest.approx([0.0] * len(draws))


def test_rules_without_a_sweep_in_common_are_told():
    half = np.where(np.arange(40) == 3, 1.0, np.nan)
    seed = next(seed for seed in range(99) if 3 not in np.random.default_rng(seed).integers(40, size=(1, 40)))
    with pytest.raises(InputError, match=r"In none of 1 resampled sweeps.*\[no-candidates\]"):
        resampled_regrets({"a": half}, Truth(np.arange(40.0)), "candidates", 1, seed)


@pytest.mark.parametrize("over", ["candidates", "both"])
def test_blocks_change_nothing(over, monkeypatch):
    whole = resampled_regrets(SAID, Truth(TEST, CORRECT), over, N, 3)
    monkeypatch.setattr("ridgeline.select.sweeps._BLOCK_VALUES", 100)
    parts = resampled_regrets(SAID, Truth(TEST, CORRECT), over, N, 3)
    for name, regrets in whole.items():
        assert parts[name] == pytest.approx(regrets, abs=1e-12)


DEV = select.Scores.of(
    [str(at) for at in range(7)], ["en", "nl"], np.stack([SAID["good"], SAID["bad"]], axis=1)
)


def outcome(**options):
    return select.rank(DEV, "de", source="en", rules=["source-dev"], test=TEST, **options)[0].outcome


def test_a_small_test_set_makes_the_interval_wide():
    """Two candidates that are right on 60 and 50 of 100 examples: the bootstrap of the gap is that of paired examples."""
    rng = np.random.default_rng(0)
    for n, width in ((100, 0.25), (10_000, 0.025)):
        correct = np.stack([rng.random(n) < 0.6, rng.random(n) < 0.5]).astype(float)
        dev = select.Scores.of(["a", "b"], ["en"], [[0.1], [0.2]])
        (verdict,) = select.rank(
            dev, "de", source="en", rules=["source-dev"], test=correct.mean(axis=1),
            examples=correct, resample="examples", n_resamples=4000,
        )  # fmt: skip
        gap = correct[0] - correct[1]
        error = gap.std() / np.sqrt(n)
        expected = max(0.0, gap.mean() - 1.96 * error), gap.mean() + 1.96 * error
        assert (verdict.outcome.low, verdict.outcome.high) == pytest.approx(expected, abs=0.1 * error + 1 / n)
        assert verdict.outcome.high - verdict.outcome.low < 2 * width


def test_both_are_wider_than_each():
    widths = {
        over: (found := outcome(examples=CORRECT, resample=over)).high - found.low
        for over in ("candidates", "examples", "both")
    }
    assert widths["both"] >= max(widths["candidates"], widths["examples"])


def test_groups_of_one_are_no_groups():
    assert outcome(groups=np.arange(7)) == outcome()


def test_copies_of_a_candidate_add_nothing_to_a_group():
    """Checkpoints that are all alike: the sweep is one of runs, and its interval that of runs."""
    twice = select.Scores.of([str(at) for at in range(14)], ["en"], np.repeat(SAID["good"], 2)[:, None])
    doubled = select.rank(
        twice,
        "de",
        source="en",
        rules=["source-dev"],
        test=np.repeat(TEST, 2),
        groups=np.repeat(np.arange(7), 2),
    )[0].outcome
    assert (doubled.low, doubled.high) == (outcome().low, outcome().high)


def test_a_candidate_without_examples_is_not_judged_by_them():
    correct = CORRECT.copy()
    correct[6] = np.nan  # the best of all
    known = outcome(examples=correct, resample="both")
    assert known.pick.oracle == TEST[:6].max()
    assert outcome(examples=correct).pick.oracle == TEST.max()


@pytest.mark.parametrize(
    ("options", "slug"),
    [
        ({"resample": "examples"}, "no-examples"),
        ({"resample": "both"}, "no-examples"),
        ({"resample": "seeds"}, "statistics-resamples"),
        ({"resample": "both", "examples": CORRECT[:3]}, "scores-shape"),
        ({"resample": "both", "examples": CORRECT[0]}, "scores-shape"),
        ({"resample": "both", "examples": 1 - CORRECT}, "examples-differ"),
        ({"resample": "both", "examples": np.full((7, 3), np.nan)}, "no-candidates"),
        ({"groups": [1, 2]}, "scores-shape"),
        ({"groups": [0.5] * 7}, "scores-shape"),
    ],
)
def test_what_does_not_fit_is_said(options, slug):
    with pytest.raises(InputError) as caught:
        outcome(**options)
    assert caught.value.slug == slug
