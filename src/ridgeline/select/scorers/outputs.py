"""What was recorded of candidates, for scorers to judge by."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import InputError
from ridgeline.select.scorers.checks import probabilities

Predict: TypeAlias = Callable[[NDArray[Any]], NDArray[np.int64]]
"""Inputs [examples, …] to predicted classes [examples]."""
Fit: TypeAlias = Callable[[NDArray[Any], NDArray[np.int64]], Predict]
"""Inputs and labels to a newly trained model, with the candidate's own hyper-parameters."""

BLOCK_ELEMENTS = 1 << 20
"""Probabilities scored at once: 20 candidates × 5,000 examples × 10 classes; what comes between stays in the cache."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outputs:
    """What was recorded of some candidates; None where nothing was.

    What belongs to candidates has them first. Examples and classes stand in the same order for all of them; labels
    are classes, whole numbers from 0.

    Attributes:
        target_probabilities: [candidates, target examples, classes].
        target_predictions: [candidates, target examples]; if None, the most probable class, the first of those that tie.
        target_features: [candidates, target examples, dims].
        source_probabilities: [candidates, source examples, classes]; source examples are held out, not trained on.
        source_predictions: [candidates, source examples]; if None, as for the target.
        source_features: [candidates, source examples, dims].
        source_labels: [source examples].
        train_features: [candidates, training examples, dims], of source examples that were trained on.
        class_weights: [candidates, classes, dims], the last layer.
        labelled_rows: [k], rows of the target examples whose label is known.
        labels: [k], the labels of these rows.
        target_inputs: [target examples, …], what the candidates see.
        source_inputs: [source examples, …].
        predict: one function a candidate, from inputs to classes.
        fit: one function a candidate, from inputs and labels to a newly trained `predict`.
    """

    target_probabilities: NDArray[np.floating] | None = None
    target_predictions: NDArray[np.integer] | None = None
    target_features: NDArray[np.floating] | None = None
    source_probabilities: NDArray[np.floating] | None = None
    source_predictions: NDArray[np.integer] | None = None
    source_features: NDArray[np.floating] | None = None
    source_labels: NDArray[np.integer] | None = None
    train_features: NDArray[np.floating] | None = None
    class_weights: NDArray[np.floating] | None = None
    labelled_rows: NDArray[np.integer] | None = None
    labels: NDArray[np.integer] | None = None
    target_inputs: NDArray[Any] | None = None
    source_inputs: NDArray[Any] | None = None
    predict: Sequence[Predict] | None = None
    fit: Sequence[Fit] | None = None

    def __post_init__(self) -> None:
        counts = {name: len(value) for name in PER_CANDIDATE if (value := getattr(self, name)) is not None}
        if not counts or 0 in counts.values() or len(set(counts.values())) > 1:
            found = ", ".join(f"{name} {count}" for name, count in counts.items()) or "nothing"
            raise InputError(
                f"All that is given of candidates counts the same candidates, at least one; found: {found}.",
                "candidate-count",
            )
        for domain in ("target", "source"):
            found_examples = self._examples(domain)
            if len(set(found_examples.values())) > 1:
                found = ", ".join(f"{name} {count}" for name, count in found_examples.items())
                raise InputError(
                    f"All that is given of the {domain} is about the same examples; found: {found}.",
                    "example-count",
                )

    @property
    def candidates(self) -> int:
        """How many candidates this is about."""
        return next(len(value) for name in PER_CANDIDATE if (value := getattr(self, name)) is not None)

    @property
    def examples(self) -> tuple[int | None, int | None]:
        """How many target and source examples this is about; None where none are given."""
        target, source = self._examples("target"), self._examples("source")
        return next(iter(target.values()), None), next(iter(source.values()), None)

    @property
    def recorded(self) -> frozenset[str]:
        """Names of the fields that are there or follow from others."""
        there = {field.name for field in fields(self) if getattr(self, field.name) is not None}
        there |= {name.replace("probabilities", "predictions") for name in there if "probabilities" in name}
        return frozenset(there)

    def target_classes(self) -> NDArray[np.integer]:
        """Return the predicted classes of the target, [candidates, target examples].

        Raises:
            InputError: there are none, or they would follow from what is no probabilities.
        """
        return _classes(self.target_predictions, self.target_probabilities, "target")

    def source_classes(self) -> NDArray[np.integer]:
        """Return the predicted classes of the source, [candidates, source examples].

        Raises:
            InputError: there are none, or they would follow from what is no probabilities.
        """
        return _classes(self.source_predictions, self.source_probabilities, "source")

    def classes_alone(self) -> "Outputs":
        """Return the predicted classes and source labels: little enough to keep of all candidates.

        Raises:
            InputError: they would follow from what is no probabilities.
        """
        there = self.recorded
        return Outputs(
            target_predictions=self.target_classes() if "target_predictions" in there else None,
            source_predictions=self.source_classes() if "source_predictions" in there else None,
            source_labels=self.source_labels,
        )

    def _examples(self, domain: str) -> dict[str, int]:
        names = tuple(f"{domain}_{what}" for what in ("probabilities", "predictions", "features"))
        return {
            name: value.shape[1]
            for name in names
            if (value := getattr(self, name)) is not None and value.ndim > 1
        }

    def blocks(self) -> Iterator["Outputs"]:
        """Cut into blocks of candidates, whose working memory is bounded."""
        largest = max(
            (value.size for name in PER_CANDIDATE if isinstance(value := getattr(self, name), np.ndarray)),
            default=1,
        )
        size = max(1, BLOCK_ELEMENTS * self.candidates // max(1, largest))
        for start in range(0, self.candidates, size):
            cut = {
                name: value[start : start + size]
                for name in PER_CANDIDATE
                if (value := getattr(self, name)) is not None
            }
            yield replace(self, **cut)


def _classes(
    classes: NDArray[np.integer] | None, p: NDArray[np.floating] | None, whose: str
) -> NDArray[np.integer]:
    if classes is not None:
        return classes
    if p is None:
        raise InputError(
            f"There are neither predictions nor probabilities of the {whose}.", "outputs-missing"
        )
    likeliest: NDArray[np.integer] = probabilities(p, whose).argmax(axis=2).astype(np.int32)
    return likeliest


PER_CANDIDATE = (
    "target_probabilities",
    "target_predictions",
    "target_features",
    "source_probabilities",
    "source_predictions",
    "source_features",
    "train_features",
    "class_weights",
    "predict",
    "fit",
)
"""Fields with one entry a candidate."""
