"""LAME: its rounds, what they lower, and what they are good for."""

import numpy as np
import pytest

from ridgeline.core.errors import InputError
from ridgeline.select.adapt.adapted import adapted
from ridgeline.select.adapt.affinity import affinity
from ridgeline.select.adapt.lame import _settle, lame
from ridgeline.select.scorers.as_rules import as_rules
from ridgeline.select.scorers.outputs import Outputs
from ridgeline.select.scorers.registry import find_scorer
from ridgeline.select.scorers.table import score


def stream(seed=0, examples=200, classes=4, noise=1.2, *, mixed=False):
    """Clustered features and unsure predictions; the classes come one after another unless mixed."""
    rng = np.random.default_rng(seed)
    y = np.sort(rng.integers(0, classes, examples))
    if mixed:
        y = rng.permutation(y)
    centres = 3 * rng.normal(size=(classes, 8))
    z = centres[y] + rng.normal(size=(examples, 8))
    logits = 1.5 * np.eye(classes)[y] + noise * rng.normal(size=(examples, classes))
    q = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return q, z, y


def test_a_round_is_the_formula():
    """One example at a time, in plain loops."""
    q, z, _ = stream(examples=12)
    w = affinity(z, "linear", 1)(np.eye(12)) * 0.2
    slow = q.copy()
    for _ in range(400):
        pulled = np.array([q[i] * np.exp(sum(w[i, j] * slow[j] for j in range(12))) for i in range(12)])
        slow = pulled / pulled.sum(axis=1, keepdims=True)
    assert lame(q[None], z[None], kind="linear", strength=0.2)[0] == pytest.approx(slow, abs=1e-4)


@pytest.mark.parametrize("kind", ["knn", "rbf", "linear"])
@pytest.mark.parametrize("strength", [0.3, 1.0, 5.0])
def test_the_objective_never_rises_and_rows_sum_to_one(kind, strength):
    q, z, _ = stream(seed=3)
    adapted_q, values = _settle(q, affinity(z, kind, 5), strength)
    assert len(values) > 1
    assert (np.diff(values) <= 0).all()
    assert adapted_q.sum(axis=1) == pytest.approx(1)
    w = affinity(z, kind, 5)(np.eye(len(q))) * strength
    by_hand = (adapted_q * np.log(np.maximum(adapted_q, 1e-300) / q)).sum() - (
        adapted_q * (w @ adapted_q)
    ).sum() / 2
    assert values[-1] == pytest.approx(by_hand)


def test_an_affinity_with_negative_eigenvalues_does_not_swing():
    """Two examples that only see each other and agree on nothing would change places for ever."""
    q = np.array([[0.9, 0.1], [0.1, 0.9]])
    swap = lambda z: 6 * z[::-1]  # noqa: E731
    z, values = _settle(q, swap, 1.0)
    assert (np.diff(values) <= 0).all()
    assert len(values) < 100
    again = q * np.exp(swap(z))
    assert again / again.sum(axis=1, keepdims=True) == pytest.approx(z, abs=0.02)


def test_strength_0_changes_nothing_and_candidates_are_adapted_alone():
    q, z, _ = stream()
    assert lame(q[None], z[None], strength=0)[0] == pytest.approx(q)
    two = lame(np.stack([q, q]), np.stack([z, -z[::-1]]))
    assert two[0] == pytest.approx(lame(q[None], z[None])[0])
    assert not np.allclose(two[0], two[1])


def test_the_order_of_the_examples_does_not_count_within_a_batch():
    q, z, _ = stream()
    order = np.random.default_rng(1).permutation(len(q))
    assert lame(q[None, order], z[None, order])[0] == pytest.approx(
        lame(q[None], z[None])[0][order], abs=1e-6
    )


def test_batches_are_adapted_alone_and_the_last_may_be_short():
    q, z, _ = stream(examples=50)
    parts = [lame(q[None, at : at + 20], z[None, at : at + 20]) for at in (0, 20, 40)]
    assert lame(q[None], z[None], batch=20) == pytest.approx(np.concatenate(parts, axis=1))
    alone = lame(q[None], z[None], batch=1)
    assert alone[0] == pytest.approx(q)


@pytest.mark.parametrize("kind", ["knn", "rbf"])
def test_examples_that_cluster_help_each_other(kind):
    gains = []
    for seed in range(5):
        q, z, y = stream(seed)
        better = lame(q[None], z[None], kind=kind, batch=64)[0].argmax(axis=1) == y
        gains.append(better.mean() - (q.argmax(axis=1) == y).mean())
    assert np.mean(gains) > 0.1


def test_a_class_without_probability_stays_so():
    q, z, _ = stream()
    q[:, 2] = 0
    q /= q.sum(axis=1, keepdims=True)
    assert lame(q[None], z[None])[0, :, 2].max() < 1e-300


def outputs(seed=0):
    q, z, y = stream(seed)
    return Outputs(
        target_probabilities=q[None], target_features=z[None], source_probabilities=q[None], source_labels=y,
        source_features=z[None], target_predictions=np.zeros((1, len(y)), int),
    )  # fmt: skip


def test_the_scorers_judge_adapted_outputs():
    before = outputs()
    after = adapted(before, batch=64)
    q = lame(before.target_probabilities, before.target_features, batch=64)
    assert after.target_probabilities == pytest.approx(q)
    assert after.source_probabilities == pytest.approx(q)
    assert (after.target_classes() == q.argmax(axis=2)).all()
    assert score(after, ["entropy"])["entropy"] > score(before, ["entropy"])["entropy"]
    assert "atc" in score(after)


def test_source_probabilities_that_cannot_be_adapted_are_left_out():
    before = outputs()
    after = adapted(
        Outputs(
            target_probabilities=before.target_probabilities,
            target_features=before.target_features,
            source_probabilities=before.source_probabilities,
            source_labels=before.source_labels,
        )
    )
    assert after.source_probabilities is None
    assert "atc" not in score(after)


@pytest.mark.parametrize(
    "change", [{"strength": -1}, {"batch": 0}, {"kind": "cosine"}, {"neighbours": 0}, {"strength": np.nan}]
)
def test_what_cannot_be_is_refused(change):
    q, z, _ = stream(examples=10)
    with pytest.raises(InputError):
        lame(q[None], z[None], **change)


def test_arrays_that_do_not_fit_are_refused():
    q, z, _ = stream(examples=10)
    for one, other in [(q[None, :5], z[None]), (np.stack([q, q]), z[None]), (np.log(q)[None], z[None])]:
        with pytest.raises(InputError):
            lame(one, other)
    with pytest.raises(InputError) as error:
        adapted(Outputs(target_probabilities=q[None]))
    assert error.value.slug == "outputs-missing"


def test_scorers_are_asked_for_by_name_after_adaptation():
    before = outputs()
    found = score(before, ["lame:entropy", "entropy", "lame:atc"])
    assert found["lame:entropy"] == pytest.approx(score(adapted(before), ["entropy"])["entropy"])
    assert found["lame:atc"] == pytest.approx(score(adapted(before), ["atc"])["atc"])
    assert found["lame:entropy"] > found["entropy"]
    (rule,) = as_rules({"lame:entropy": found["lame:entropy"]})
    assert (rule.name, rule.title) == ("lame:entropy", "Prediction entropy, after LAME")


@pytest.mark.parametrize("name", ["lame:rankme", "lame:agreement", "lame:lame:entropy"])
def test_a_scorer_that_adaptation_does_not_change_is_refused(name):
    with pytest.raises(InputError) as error:
        find_scorer(name)
    assert error.value.slug == "scorer-adapted"


def test_labelled_examples_judge_adapted_classes():
    q, z, y = stream()
    rows = np.arange(0, 200, 4)
    both = Outputs(
        target_probabilities=q[None], target_features=z[None], target_predictions=np.zeros((1, 200), int),
        labelled_rows=rows, labels=y[rows],
    )  # fmt: skip
    found = score(both, ["labelled", "lame:labelled"])
    classes = lame(q[None], z[None])[0].argmax(axis=1)
    assert found["labelled"] == (y[rows] == 0).mean()
    assert found["lame:labelled"] == (classes[rows] == y[rows]).mean()


def test_what_adaptation_needs_is_asked_for():
    assert find_scorer("lame:doc").needs == find_scorer("doc").needs | {"target_features", "source_features"}
    with pytest.raises(InputError) as error:
        score(Outputs(target_probabilities=outputs().target_probabilities), ["lame:entropy"])
    assert error.value.slug == "outputs-missing"
    with pytest.raises(InputError) as error:
        find_scorer("lame:entrpy")
    assert error.value.slug == "scorer-not-found"
