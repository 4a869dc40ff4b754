"""Which examples a candidate gets right."""

import numpy as np
import pytest

from ridgeline.core.errors import InputError
from ridgeline.select.conformal.certified import examples_right


def softmax(logits):
    e = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def candidates(rng, examples, noise=(1.0, 0.4, 2.0), classes=4):
    y = rng.integers(0, classes, examples)
    logits = np.eye(classes)[y] * 2 + np.array(noise)[:, None, None] * rng.normal(
        size=(len(noise), examples, classes)
    )
    return softmax(logits), y


@pytest.mark.parametrize("by", ["own", "all"])
def test_the_rate_holds_and_the_examples_are_those_it_gets_right(by):
    rng = np.random.default_rng(0)
    false, found = [], []
    for run in range(120):
        p, y = candidates(rng, 300)
        selected = examples_right(p[:, :150], y[:150], p[:, 150:], candidate=0, rate=0.1, by=by, seed=run)
        right = p[0, 150:].argmax(axis=1) == y[150:]
        rows = list(selected.rows)
        false.append(float(np.mean(~right[rows])) if rows else 0.0)
        found.append(len(rows))
    assert np.mean(false) <= 0.1 + 4 * np.std(false) / np.sqrt(len(false))
    assert np.mean(found) > 50


def test_another_candidate_that_knows_better_helps():
    """The second candidate is nearly always right: what it thinks of the first one's answers tells which are right."""
    rng = np.random.default_rng(1)
    p, y = candidates(rng, 800, noise=(1.6, 0.3))
    own, both = (
        examples_right(p[:, :400], y[:400], p[:, 400:], candidate=0, rate=0.05, by=by, pruning="none")
        for by in ("own", "all")
    )
    assert len(both.rows) > 1.3 * len(own.rows)
    assert set(both.chosen[list(both.rows)].tolist()) == {1}
    assert set(own.chosen.tolist()) == {0}


def test_what_cannot_be_is_refused():
    p, y = candidates(np.random.default_rng(2), 20)
    for change, slug in [
        ({"candidate": 3}, "selection-candidate"),
        ({"by": "others"}, "selection-by"),
        ({"rate": 0}, "selection-rate"),
        ({"unlabeled": p[:2]}, "scorer-shape"),
        ({"unlabeled": p[:, :, :3] / p[:, :, :3].sum(axis=2, keepdims=True)}, "scorer-shape"),
        ({"true": y + 1}, "label-out-of-range"),
        ({"labelled": np.log(p)}, "not-probabilities"),
    ]:
        with pytest.raises(InputError) as error:
            examples_right(**{"labelled": p, "true": y, "unlabeled": p} | change)
        assert error.value.slug == slug
