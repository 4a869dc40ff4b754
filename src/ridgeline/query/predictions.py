"""Predictions that runs have recorded, as arrays."""

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import StorageError
from ridgeline.core.safetensors import ITEM_BYTES, Tensor, decode_safetensors

_FORMAT = "ridgeline.predictions"
_VERSION = "1"


@dataclass(frozen=True, slots=True)
class Predictions:
    """What one call of `Run.log_predictions` recorded; None where it was not given. Arrays are read-only.

    Attributes:
        probabilities: [examples, classes], of the type that was given.
        predictions: the predicted classes, [examples].
        features: [examples, dims].
        mean_features: [dims].
        labels: the true classes, [examples].
        ids: [examples], whole numbers or text.
    """

    probabilities: NDArray[np.floating] | None = None
    predictions: NDArray[np.integer] | None = None
    features: NDArray[np.floating] | None = None
    mean_features: NDArray[np.floating] | None = None
    labels: NDArray[np.integer] | None = None
    ids: NDArray[Any] | None = None

    @property
    def n_examples(self) -> int | None:
        """How many examples these are of; None where only the mean of their features was recorded."""
        each = (self.probabilities, self.predictions, self.features)
        return next((len(one) for one in each if one is not None), None)

    def classes(self) -> NDArray[np.integer] | None:
        """Return the predicted classes, [examples]: as recorded, else the most probable, the first of those that tie."""
        if self.predictions is not None or self.probabilities is None:
            return self.predictions
        likeliest: NDArray[np.integer] = self.probabilities.argmax(axis=1)
        return likeliest

    def mean(self) -> NDArray[np.float64] | None:
        """Return the mean of the features over the examples, [dims]: as recorded, else that of the features."""
        if self.mean_features is not None:
            return self.mean_features.astype(np.float64)
        return None if self.features is None else self.features.mean(axis=0, dtype=np.float64)

    def taken(self, rows: NDArray[np.int64]) -> "Predictions":
        """Return some examples, in the order given; the mean stays that of all."""
        return Predictions(
            probabilities=None if self.probabilities is None else self.probabilities[rows],
            predictions=None if self.predictions is None else self.predictions[rows],
            features=None if self.features is None else self.features[rows],
            mean_features=self.mean_features,
            labels=None if self.labels is None else self.labels[rows],
            ids=None if self.ids is None else self.ids[rows],
        )


def decode_predictions(data: bytes) -> Predictions:
    """Return the arrays in the bytes of an object of the kind `predictions`; nothing in them is run.

    Raises:
        StorageError: they are no such bytes, or of a version that is not known.
    """
    tensors, metadata = decode_safetensors(data)
    if metadata.get("format") != _FORMAT or metadata.get("version") != _VERSION:
        raise _malformed(
            f"they say to be {metadata.get('format', 'nothing')} of version {metadata.get('version', 'none')}"
        )
    arrays = {name: _array(tensor) for name, tensor in tensors.items() if name != "ids_json"}
    if "ids_json" in tensors:
        arrays["ids"] = _words(bytes(tensors["ids_json"].data))
    known = Predictions.__dataclass_fields__
    for name, array in arrays.items():  # later versions may add arrays
        if name in known and array.ndim != (2 if name in ("probabilities", "features") else 1):
            raise _malformed(f"their {name} have the shape {array.shape}")
    return Predictions(**{name: array for name, array in arrays.items() if name in known})


def _array(tensor: Tensor) -> NDArray[Any]:
    if tensor.dtype[0] not in "FIU":
        raise _malformed(f"an array is of the type {tensor.dtype}")
    code = f"<{tensor.dtype[0].lower()}{ITEM_BYTES[tensor.dtype]}"
    return np.frombuffer(tensor.data, code).reshape(tensor.shape)


def _words(data: bytes) -> NDArray[Any]:
    try:
        words = json.loads(data)
    except ValueError as error:
        raise _malformed(f"their ids are no JSON ({error})") from error
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise _malformed("their ids are no list of words")
    return np.array(words, dtype=np.str_)


def _malformed(what: str) -> StorageError:
    return StorageError(f"These bytes are no predictions: {what}.", "predictions-malformed")
