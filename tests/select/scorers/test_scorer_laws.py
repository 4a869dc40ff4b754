"""What holds for every scorer, whatever it computes."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scorer_outputs import everything, rename_classes, reorder_examples, take_candidates

from ridgeline.select.scorers.entropy import entropy
from ridgeline.select.scorers.registry import SCORERS
from ridgeline.select.scorers.table import score

SEEDS = st.integers(0, 2**32 - 1)
FEW = settings(max_examples=15)
DRAWS_EXAMPLES = {"hopkins", "transfer-score", "mixval"}
"""These sample rows by number, so that another order of examples is another sample."""
CLASSES_ARE_ELSEWHERE_TOO = {"mixval", "reverse-validation"}
"""Their functions name the classes; the tests of these two rename them."""
MAY_SAY_NOTHING = {"agreement-line", "importance", "importance-kde", "dev"}
"""A few random candidates may all agree alike, and two domains be far apart."""

BOUNDS = {
    "entropy": (-np.log(3), 0),
    "mutual-information": (0, np.log(3)),
    "snd": (0, np.log(30)),
    "mano": (1 / 3, 3**-0.25),
    "atc": (0, 1),
    "atc-entropy": (0, 1),
    "doc": (-1, 2),
    "agreement": (0, 1),
    "agreement-line": (0, 1),
    "transfer-score": (-(np.pi**2), 2),
    "hopkins": (0, 1),
    "rankme": (1, 4.0001),
    "labelled": (0, 1),
    "importance": (0, 1),
    "importance-kde": (0, 1),
    "dev": (-np.inf, np.inf),
    "mixval": (0, 1),
    "reverse-validation": (0, 1),
    "logme": (-np.inf, np.inf),
    "leep": (-np.inf, 0),
    "nce": (-np.log(3), 0),
    "h-score": (0, 2),
}


def same(left, right, tolerance=1e-7):
    assert left.keys() == right.keys()
    for name in left:
        np.testing.assert_allclose(left[name], right[name], rtol=tolerance, atol=tolerance, err_msg=name)


def test_each_scorer_has_its_bounds_and_tells_what_it_is():
    assert BOUNDS.keys() == SCORERS.keys()
    assert all(name == scorer.name and scorer.title and scorer.paper for name, scorer in SCORERS.items())


@FEW
@given(SEEDS)
def test_scores_lie_within_their_bounds(seed):
    for name, scores in score(everything(seed)).items():
        low, high = BOUNDS[name]
        known = scores[~np.isnan(scores)]
        assert known.size or name in MAY_SAY_NOTHING, name
        assert (known >= low - 1e-9).all(), name
        assert (known <= high + 1e-9).all(), name


@FEW
@given(SEEDS)
def test_the_order_of_candidates_does_not_matter(seed):
    outputs = everything(seed)
    order = np.random.default_rng(seed).permutation(outputs.candidates)
    moved = score(take_candidates(outputs, order))
    same({name: scores[order] for name, scores in score(outputs).items()}, moved)


@FEW
@given(SEEDS)
def test_equal_candidates_get_equal_scores(seed):
    outputs = take_candidates(everything(seed), [0, 1, 2, 0, 3, 0])
    for name, scores in score(outputs).items():
        np.testing.assert_allclose(scores[[3, 5]], scores[[0, 0]], rtol=1e-12, atol=1e-12, err_msg=name)


@FEW
@given(SEEDS)
def test_the_order_of_examples_does_not_matter(seed):
    outputs = everything(seed)
    rng = np.random.default_rng(seed)
    names = sorted(SCORERS.keys() - DRAWS_EXAMPLES)
    moved = reorder_examples(outputs, rng.permutation(31), rng.permutation(23))
    same(score(outputs, names), score(moved, names))


@FEW
@given(SEEDS)
def test_the_names_of_classes_do_not_matter(seed):
    outputs = everything(seed)
    names = sorted(SCORERS.keys() - CLASSES_ARE_ELSEWHERE_TOO)
    renamed = rename_classes(outputs, np.random.default_rng(seed).permutation(3))
    same(score(outputs, names), score(renamed, names))


@FEW
@given(SEEDS)
def test_blocks_give_what_the_whole_gives(seed):
    outputs = everything(seed)
    blocks = (take_candidates(outputs, part) for part in ([0], [1, 2], [3]))
    same(score(outputs), score(blocks), tolerance=1e-12)


def test_many_candidates_are_cut_into_blocks_without_a_trace():
    p = np.random.default_rng(0).dirichlet([1, 1, 1], size=(90, 5000))
    outputs = take_candidates(everything(), [0, 1])
    assert len(list(outputs.blocks())) == 1
    large = type(outputs)(target_probabilities=p)
    assert 1 < len(list(large.blocks())) < 90
    assert sum(block.candidates for block in large.blocks()) == 90
    np.testing.assert_array_equal(score(large, ["entropy"])["entropy"], entropy(p))


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_narrow_floats_come_near(dtype):
    """float16 gives up three digits, float32 seven, of which the least forgiving scorers lose half."""
    exact, narrow = score(everything()), score(everything(dtype=dtype))
    tolerance = 2e-4 if dtype == np.float32 else 0.1
    for name, scores in exact.items():
        np.testing.assert_allclose(narrow[name], scores, rtol=tolerance, atol=tolerance, err_msg=name)


@pytest.mark.parametrize("name", [name for name in SCORERS if "probabilities" in str(SCORERS[name].needs)])
def test_probabilities_of_0_and_1_are_scored(name):
    outputs = everything()
    sure = {
        field: (value := getattr(outputs, field)).max(axis=2, keepdims=True) == value
        for field in ("target_probabilities", "source_probabilities")
    }
    hard = {field: value.astype(float) for field, value in sure.items()}
    assert np.isfinite(score(replace(outputs, **hard), [name])[name]).all()
