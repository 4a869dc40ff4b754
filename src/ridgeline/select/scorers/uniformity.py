"""How evenly the last layer's weights spread: a part of the transfer score."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ridgeline.core.errors import InputError
from ridgeline.select.scorers.checks import features


def uniformity(class_weights: ArrayLike) -> NDArray[np.float64]:
    """Return the mean over pairs of classes of (θ_ij − arccos(−1/(K−1)))²; lower is more even, 0 a regular simplex.

    θ_ij is the angle between the weights of two classes, in radians. Yang et al. 2023 (arXiv:2305.18712).

    Args:
        class_weights: the last layer's weights, [candidates, classes, dims].

    Returns:
        [candidates], from 0 to π².

    Raises:
        InputError: there are fewer than two classes, or a class has weights of 0 and so no angle.
    """
    w = features(class_weights, "class weight").astype(np.float64)
    classes = w.shape[1]
    lengths = np.linalg.norm(w, axis=2, keepdims=True)
    if classes < 2 or not lengths.all():
        raise InputError(
            f"The angle between classes needs two classes or more, each with weights that are not all 0; there are"
            f" {classes} classes, {int((lengths == 0).sum())} weights of 0.",
            "class-weights",
        )
    unit = w / lengths
    cosines = np.clip(unit @ unit.transpose(0, 2, 1), -1, 1)
    first, second = np.triu_indices(classes, 1)
    off = np.arccos(cosines[:, first, second]) - np.arccos(-1 / (classes - 1))
    result: NDArray[np.float64] = (off**2).mean(axis=1)
    return result
