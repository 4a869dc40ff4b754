"""What scorers refuse, and with which words."""

import os
from dataclasses import replace

import numpy as np
import pytest
from scorer_outputs import everything, take_candidates

from ridgeline.core.errors import InputError, NotFoundError
from ridgeline.select.scorers.agreement import agreement
from ridgeline.select.scorers.agreement_line import agreement_line
from ridgeline.select.scorers.entropy import entropy
from ridgeline.select.scorers.labelled import labelled_accuracy
from ridgeline.select.scorers.logme import logme
from ridgeline.select.scorers.mixval import mixval
from ridgeline.select.scorers.outputs import Outputs
from ridgeline.select.scorers.registry import SCORERS, usable
from ridgeline.select.scorers.reverse_validation import reverse_validation
from ridgeline.select.scorers.snd import snd
from ridgeline.select.scorers.table import score
from ridgeline.select.scorers.uniformity import uniformity

NAN = float("nan")


def refuses(slug):
    return pytest.raises(InputError, match=rf"\[{slug}\]$")


def spoil(outputs, field, place, value):
    array = getattr(outputs, field).copy()
    array[place] = value
    return replace(outputs, **{field: array})


ROW = int(everything().labelled_rows[0])
"""An example that every scorer reads; LEEP and its like read the labelled ones alone."""
SPOILED = [
    ("target_probabilities", (1, ROW, 0), NAN, "not-probabilities"),
    ("target_probabilities", (1, ROW, 0), 1.5, "not-probabilities"),
    ("target_probabilities", (1, ROW), [1.25, -0.25, 0], "not-probabilities"),
    ("source_probabilities", (0, 0, 1), NAN, "not-probabilities"),
    ("source_probabilities", (0, 0), [2, 3, 4], "not-probabilities"),
    ("target_features", (0, ROW, 1), NAN, "features-not-finite"),
    ("target_features", (0, slice(None), 1), np.inf, "features-not-finite"),
    ("source_features", (3, 1, 1), NAN, "features-not-finite"),
    ("train_features", (3, 1, 1), NAN, "features-not-finite"),
    ("class_weights", (0, 1), NAN, "features-not-finite"),
    ("class_weights", (0, 1), 0, "class-weights"),
    ("source_labels", 4, 3, "label-out-of-range"),
    ("source_labels", 4, -1, "label-out-of-range"),
    ("labels", 1, -1, "label-out-of-range"),
    ("labelled_rows", 0, 31, "labelled-rows"),
    ("labelled_rows", 0, -1, "labelled-rows"),
]
READS_CLASSES_ALONE = {"agreement-line", "importance", "importance-kde", "reverse-validation"}
"""A label above all classes is a class that was never predicted; without probabilities nobody knows better."""


@pytest.mark.parametrize(("field", "place", "value", "slug"), SPOILED)
def test_every_scorer_that_reads_a_field_refuses_what_cannot_be_there(field, place, value, slug):
    outputs = spoil(everything(), field, place, value)
    reads = {field, field.replace("probabilities", "predictions")}
    readers = [name for name, scorer in SCORERS.items() if scorer.needs & reads]
    if field == "train_features":
        readers = ["dev"]
    if slug == "class-weights" or (field, value) == ("source_labels", 3):
        readers = [name for name in readers if name not in READS_CLASSES_ALONE]
    assert readers
    for name in readers:
        with refuses(slug):
            score(outputs, [name])


def test_a_message_says_where_and_what_to_do():
    p = np.full((2, 3, 2), 0.5)
    p[1, 2] = [3.0, 1.0]
    with pytest.raises(
        InputError, match=r"candidate 1 for example 2 sum to 4, .*1 of 6 rows .* Give what the softmax"
    ):
        entropy(p)


def test_rounding_is_no_mistake():
    entropy(np.random.default_rng(0).dirichlet(np.ones(1000), size=(1, 3)).astype(np.float16))
    with refuses("not-probabilities"):
        entropy([[[0.5, 0.502]]])


@pytest.mark.parametrize(
    ("call", "slug"),
    [
        (lambda: entropy(np.ones((1, 4, 1))), "one-class"),
        (lambda: entropy(np.ones((4, 2)) / 2), "scorer-shape"),
        (lambda: entropy(np.ones((1, 0, 2))), "scorer-shape"),
        (lambda: entropy(np.array([[["a", "b"]]])), "scorer-shape"),
        (lambda: entropy(np.full((1, 2, 2), 0.5 + 0j)), "scorer-shape"),
        (lambda: snd([[[0.5, 0.5]]]), "too-few"),
        (lambda: agreement([[0.5, 1.0], [0.0, 1.0]]), "label-out-of-range"),
        (lambda: agreement([0, 1]), "scorer-shape"),
        (lambda: agreement_line([[0, 1]] * 3, [0, 1], [[0, 1]] * 2), "scorer-shape"),
        (lambda: labelled_accuracy([[0, 1]], [0, 1, 1]), "label-count"),
        (lambda: labelled_accuracy([[0, 1]], [0.0, 1.0]), "label-out-of-range"),
        (lambda: logme(np.eye(3)[None], [1, 1, 1]), "too-few"),
        (lambda: uniformity(np.ones((1, 1, 3))), "class-weights"),
        (lambda: mixval(np.array([[1, 2], [3, 4]]), []), "inputs-not-floats"),
        (lambda: mixval(np.array([[1.0]]), []), "too-few"),
        (lambda: mixval(np.eye(2), [], [0, 2]), "mixture-partners"),
        (lambda: mixval(np.eye(2), [lambda _x: np.array([0.5, 0.5])]), "label-out-of-range"),
        (lambda: mixval(np.eye(2), [lambda _x: np.array([1])]), "scorer-shape"),
        (lambda: reverse_validation([[0, 1]], np.eye(2), np.eye(2), [0, 1], []), "scorer-shape"),
        (
            lambda: reverse_validation(
                [[0, 1]], np.eye(2), np.eye(2), [0, 1], [lambda _x, _y: lambda _z: np.array([1])]
            ),
            "scorer-shape",
        ),
    ],
)
def test_arrays_that_do_not_fit(call, slug):
    with refuses(slug):
        call()


class TestUndefined:
    """What cannot be said of good input is NaN, as the docstrings say, and other scorers go on."""

    def test_one_candidate_has_nobody_to_agree_with(self):
        scores = score(take_candidates(everything(), [0]))
        assert {name for name, values in scores.items() if np.isnan(values).any()} == {
            "agreement",
            "agreement-line",
        }

    def test_two_candidates_make_no_line(self):
        assert np.isnan(agreement_line([[0, 1], [1, 1]], [0, 1], [[0, 1], [1, 1]])).all()

    def test_pairs_that_agree_alike_make_no_line(self):
        assert np.isnan(agreement_line([[0, 1]] * 3, [0, 1], [[0, 1], [1, 0], [1, 1]])).all()


class TestOutputs:
    def test_arrays_count_the_same_candidates(self):
        with refuses("candidate-count"):
            Outputs(target_probabilities=np.ones((2, 3, 2)), target_features=np.ones((1, 3, 4)))

    def test_without_candidates_there_is_nothing_to_score(self):
        for nothing in ({}, {"target_features": np.ones((0, 3, 4))}, {"source_labels": np.array([1])}):
            with refuses("candidate-count"):
                Outputs(**nothing)

    def test_arrays_are_about_the_same_examples(self):
        with refuses("example-count"):
            Outputs(target_probabilities=np.ones((2, 3, 2)), target_features=np.ones((2, 4, 4)))

    def test_predictions_follow_from_probabilities(self):
        outputs = Outputs(target_probabilities=np.array([[[0.2, 0.8], [0.5, 0.5]]]))
        assert outputs.recorded == {"target_probabilities", "target_predictions"}
        assert outputs.target_classes().tolist() == [[1, 0]]

    def test_predictions_can_be_all_that_is_recorded(self):
        outputs = Outputs(target_predictions=np.array([[0, 1], [1, 1]]))
        assert usable(outputs) == ("agreement",)
        assert score(outputs)["agreement"].tolist() == [0.5, 0.5]


class TestTable:
    def test_all_scorers_are_usable_with_everything(self):
        assert usable(everything()) == tuple(SCORERS)

    def test_what_was_not_recorded_leaves_its_scorers_out(self):
        outputs = replace(everything(), class_weights=None, fit=None, labelled_rows=None)
        left_out = set(SCORERS) - set(usable(outputs))
        assert left_out == {
            "transfer-score",
            "reverse-validation",
            "labelled",
            "logme",
            "leep",
            "nce",
            "h-score",
        }

    def test_a_scorer_that_is_asked_for_says_what_it_lacks(self):
        with pytest.raises(InputError, match=r"'dev' needs source_features, source_labels, and"):
            score(replace(everything(), source_features=None, source_labels=None), ["dev"])

    def test_an_unknown_scorer_names_the_nearest(self):
        with pytest.raises(NotFoundError, match="Did you mean 'entropy'"):
            score(everything(), ["entrpy"])

    def test_no_block_is_an_error(self):
        with refuses("no-candidates"):
            score([])

    def test_blocks_about_other_examples_do_not_compare(self):
        with refuses("example-count"):
            score([everything(), everything(target=30)])

    def test_scores_come_in_the_order_that_was_asked_for(self):
        assert list(score(everything(), ["snd", "agreement", "entropy", "snd"])) == [
            "snd",
            "agreement",
            "entropy",
        ]

    def test_candidates_may_have_features_of_different_dims_in_blocks_of_their_own(self):
        """Base models to choose from do: each block is one width."""
        scores = score([everything(dims=4), everything(dims=6)], ["rankme", "logme", "entropy"])
        assert all(values.shape == (8,) for values in scores.values())

    def test_blocks_are_read_as_they_are_scored(self):
        """An iterator of many blocks is never read whole in advance: a refusal stops it early."""
        read = []

        def blocks():
            for number in range(1000):
                read.append(number)
                outputs = take_candidates(everything(), [0])
                yield spoil(outputs, "target_probabilities", (0, 0), NAN) if number == 1 else outputs

        with refuses("not-probabilities"):
            score(blocks(), ["entropy"])
        assert len(read) <= 2 * (os.cpu_count() or 1)
