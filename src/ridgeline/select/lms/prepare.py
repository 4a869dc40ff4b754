"""Bring representations and language vectors to the scale that networks learn at."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import InputError
from ridgeline.select.lms.languages import LanguageVectors, principal_coordinates


def stacked(
    representations: Mapping[str, NDArray[np.float64]], tasks: Sequence[str], candidates: int
) -> NDArray[np.float64]:
    """Return the representations of some tasks, [tasks, candidates, dims].

    Raises:
        InputError: the shapes do not go together.
    """
    shapes = {task: np.shape(representations[task]) for task in tasks}
    if len(set(shapes.values())) > 1 or any(len(s) != 2 or s[0] != candidates for s in shapes.values()):
        found = ", ".join(f"{task} {shape}" for task, shape in shapes.items())
        raise InputError(
            f"Representations of {candidates} candidates have the shape ({candidates}, dims), the same for all tasks;"
            f" found: {found}.",
            "representations-shape",
        )
    return np.stack([np.asarray(representations[task], dtype=np.float64) for task in tasks])


def standardised(values: NDArray[np.float64], dims: int) -> NDArray[np.float32]:
    """Centre each task over the candidates, scale each dim, and keep the principal axes.

    What tells one candidate from another is small beside what tells one language from another, which the language's vector
    says anyway. Tower inputs are then of mean square 1. Nothing here looks at a label.

    Args:
        values: [tasks, candidates, dims]; a row with a NaN or an infinity counts as not recorded.
        dims: how many axes to keep at most.

    Returns:
        [tasks, candidates, at most `dims`]; 0 where not recorded.
    """
    known = recorded(values)[..., None]
    filled = np.where(known, values, 0.0)
    count = np.maximum(known.sum(axis=1, keepdims=True), 1)
    centred = np.where(known, filled - filled.sum(axis=1, keepdims=True) / count, 0.0)
    flat = centred.reshape(-1, values.shape[-1])
    spread = np.sqrt((flat**2).mean(axis=0))
    varies = spread > 1e-9 * max(1e-9, np.abs(filled).max())
    flat = flat[:, varies] / spread[varies]
    if not varies.any():  # all candidates are the same: there is nothing to learn from, and nothing breaks
        flat = np.zeros((len(flat), 1))
    elif flat.shape[1] > dims:
        _, axes = np.linalg.eigh(flat.T @ flat)
        flat = flat @ axes[:, ::-1][:, :dims]
    return _of_unit_size(flat).reshape(*values.shape[:2], -1)


def recorded(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return where there is a whole representation, [tasks, candidates]."""
    return np.asarray(np.isfinite(values).all(axis=-1))


def language_inputs(vectors: LanguageVectors, tasks: Sequence[str]) -> NDArray[np.float32]:
    """Return the vectors of some tasks on their principal axes, [tasks, dims], of mean square 1.

    Raises:
        NotFoundError: a task has no vector.
        InputError: all are the same.
    """
    return _of_unit_size(principal_coordinates(vectors.of(tasks)))


def _of_unit_size(values: NDArray[np.float64]) -> NDArray[np.float32]:
    size = np.sqrt((values**2).mean())
    return (values / size if size else values).astype(np.float32)
