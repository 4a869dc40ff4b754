"""Dot products of models, in float64 and in an order that is the same on every machine."""

from collections.abc import Generator
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ridgeline.merge.method import Chunk, Pass, Target


def products(
    target: Target,
    *,
    of: Literal["models", "differences"] = "models",
    scope: Literal["tensor", "checkpoint"] = "tensor",
) -> Generator[Pass, NDArray[Any], NDArray[np.float64]]:
    """Return all dot products.

    Args:
        target: the tensor.
        of: the models and, where there is one, the base as the last; or the differences of the models to the base.
        scope: of each tensor, or summed over all tensors.

    Returns:
        [v, v], symmetric; v is the number of models, and one more for the base.
    """
    count = target.models + (of == "models" and target.has_base)

    def add(chunk: Chunk, total: NDArray[np.float64]) -> None:
        if chunk.base is None:
            vectors = chunk.models
        elif of == "differences":
            vectors = chunk.models - chunk.base
        else:
            vectors = np.concatenate([chunk.models, chunk.base[None]])
        chunk.ops.add_products(vectors, total)

    return (yield Pass((count, count), np.float64, add, scope=scope)).copy()
