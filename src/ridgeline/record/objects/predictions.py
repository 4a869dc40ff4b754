"""What a model says of each example: probabilities, classes, features, with the labels and ids they belong to.

The bytes are a safetensors file: docs/explain/format.md says which arrays it may hold.
"""

import json
from collections.abc import Iterable
from itertools import islice
from typing import Any, ClassVar

from ridgeline.core.errors import InputError
from ridgeline.core.safetensors import Tensor, encode_safetensors
from ridgeline.core.values import Json
from ridgeline.record.arrays import as_numpy, ends_of, is_finite, read_array, rows_of, sums_of_rows
from ridgeline.record.tracked import Encoded, ObjectKind, TrackedObject

MIME = "application/vnd.ridgeline.predictions+safetensors"
VERSION = "1"
SUM_TOLERANCE = 1e-3
"""How far the sum of an example's probabilities may be from one: twice what rounding to 16 bits can do."""
_PER_EXAMPLE = ("probabilities", "predictions", "features", "labels", "ids", "ids_json")


class Predictions(TrackedObject):
    """Predictions to track; `Run.log_predictions` says what each argument is.

    Attributes:
        finite: False where a number is NaN or infinite, as of a model that has diverged: no scorer could use these.
    """

    kind: ClassVar[ObjectKind] = "predictions"

    def __init__(
        self,
        probabilities: Any = None,
        *,
        predictions: Any = None,
        features: Any = None,
        mean_features: Any = None,
        labels: Any = None,
        ids: Any = None,
    ) -> None:
        given = {
            "probabilities": _matrix(probabilities, "probabilities", "examples × classes"),
            "predictions": _classes(predictions, "predictions"),
            "features": _matrix(features, "features", "examples × dims"),
            "mean_features": None
            if mean_features is None
            else read_array(mean_features, "mean features", "dims"),
            "labels": _classes(labels, "labels"),
            **_ids(ids),
        }
        self._tensors = {name: tensor for name, tensor in given.items() if tensor is not None}
        if not {"probabilities", "predictions", "features", "mean_features"} & set(self._tensors):
            raise InputError(
                "log_predictions takes at least one of probabilities, predictions, features and mean_features; these"
                f" are {', '.join(self._tensors) or 'none'}.",
                "predictions-nothing",
            )
        self._n_examples = self._check_examples(None if ids is None else len(ids))
        self._check_classes()
        self.finite = all(
            is_finite(self._tensors[name])
            for name in ("probabilities", "features", "mean_features")
            if name in self._tensors
        )
        if self.finite:
            self._check_sums()

    @property
    def size_bytes(self) -> int:
        return sum(len(tensor.data) for tensor in self._tensors.values())

    def encode(self) -> Encoded:
        """Return a safetensors file, and in its meta how much of what there is, and how often it is right."""
        meta: dict[str, Json] = {"n_examples": self._n_examples, "holds": [*self._tensors]}
        p = self._tensors.get("probabilities")
        if p is not None:
            meta |= {"n_classes": p.shape[1], "mean_confidence": _mean_confidence(p)}
        for name in ("features", "mean_features"):
            if name in self._tensors:
                meta["n_dims"] = self._tensors[name].shape[-1]
        if "labels" in self._tensors and (found := self._predicted()) is not None:
            true = [label for (label,) in rows_of(self._tensors["labels"])]
            meta["accuracy"] = sum(a == b for a, b in zip(found, true, strict=True)) / len(true)
        metadata = {"format": "ridgeline.predictions", "version": VERSION}
        return Encoded(MIME, encode_safetensors(self._tensors, metadata), meta)

    def _predicted(self) -> list[int] | None:
        if "predictions" in self._tensors:
            return [label for (label,) in rows_of(self._tensors["predictions"])]
        p = self._tensors.get("probabilities")
        if p is None:
            return None
        matrix = as_numpy(p)
        if matrix is not None:
            likeliest: list[int] = matrix.argmax(axis=1).tolist()
            return likeliest
        return [max(range(len(row)), key=row.__getitem__) for row in rows_of(p)]

    def _check_examples(self, n_ids: int | None) -> int | None:
        """Return how many examples there are; None where only their mean is given."""
        counts = {
            name: tensor.shape[0]
            for name, tensor in self._tensors.items()
            if name in _PER_EXAMPLE and name != "ids_json"
        }
        if n_ids is not None:
            counts["ids"] = n_ids
        if len(set(counts.values())) > 1:
            found = ", ".join(f"{name} {count}" for name, count in counts.items())
            raise InputError(
                f"All that log_predictions is given is about the same examples, in one order; found: {found}.",
                "predictions-shape",
            )
        return next(iter(counts.values()), None)

    def _check_classes(self) -> None:
        p = self._tensors.get("probabilities")
        if p is not None and p.shape[1] < 2:
            raise InputError(
                "The probabilities are over one class. Of a binary model give those of both: [[1 - p, p], …].",
                "one-class",
            )
        for name in ("labels", "predictions"):
            tensor = self._tensors.get(name)
            if tensor is None:
                continue
            least, largest = ends_of(tensor)
            if least < 0 or (p is not None and largest >= p.shape[1]):
                bound = "0 or more" if p is None else f"0 to {p.shape[1] - 1}"
                raise InputError(
                    f"The {name} are classes, whole numbers {bound}, and these are {least} to {largest}. Give the place"
                    " of the class among the probabilities.",
                    "label-out-of-range",
                )

    def _check_sums(self) -> None:
        p = self._tensors.get("probabilities")
        if p is None:
            return
        least, total, row = sums_of_rows(p)
        if least < 0 or not abs(total - 1) <= SUM_TOLERANCE:
            raise InputError(
                f"These are no probabilities: the least is {least:.3g}, and those of example {row} sum to {total:.6g}, not"
                f" to 1 within {SUM_TOLERANCE:g}. Give what the softmax returns, not logits.",
                "not-probabilities",
            )


def _matrix(value: Any, what: str, shape: str) -> Tensor | None:
    return None if value is None else read_array(value, what, shape)


def _classes(value: Any, what: str) -> Tensor | None:
    return None if value is None else read_array(value, what, "examples", whole=True)


def _ids(ids: Any) -> dict[str, Tensor]:
    """Return whole numbers as an array, and words as JSON.

    Raises:
        InputError: they are neither, or one stands twice.
    """
    if ids is None:
        return {}
    listed = ids.tolist() if hasattr(ids, "tolist") else ids
    if isinstance(listed, Iterable) and not isinstance(listed, str | bytes):
        listed = list(listed)
        if len(set(map(repr, listed))) < len(listed):
            raise InputError(
                "Each example has an id of its own, and these have some twice. Give such as the row of the data set.",
                "predictions-ids",
            )
        if listed and all(isinstance(one, str) for one in listed):
            text = json.dumps(listed, ensure_ascii=False).encode(errors="replace")
            return {"ids_json": Tensor("U8", (len(text),), text)}
        if listed and all(isinstance(one, int) and not isinstance(one, bool) for one in listed):
            return {
                "ids": read_array(ids if hasattr(ids, "dtype") else listed, "ids", "examples", whole=True)
            }
    shown = ", ".join(repr(one) for one in islice(listed, 3)) if isinstance(listed, list) else repr(ids)[:60]
    raise InputError(
        f"The ids of examples are all words or all whole numbers, one an example, not {shown or 'none'}.",
        "predictions-ids",
    )


def _mean_confidence(p: Tensor) -> float:
    matrix = as_numpy(p)
    if matrix is not None:
        return float(matrix.max(axis=1).astype("float64").mean())
    return float(sum(max(row) for row in rows_of(p)) / p.shape[0])
