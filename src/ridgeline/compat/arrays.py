"""Tensors and arrays of any framework, as NumPy has them."""

from typing import Any

import numpy as np


def to_array(value: Any) -> np.ndarray[Any, Any]:
    """Return an array of the same numbers: of a tensor, on whatever device, a list or an array."""
    if hasattr(value, "detach"):
        value = value.detach().cpu()
        value = value.float() if "bfloat16" in str(value.dtype) else value
    return np.asarray(value)


def channels_last(image: np.ndarray[Any, Any], layout: str) -> np.ndarray[Any, Any]:
    """Return an image, or several, with the axes that `ridgeline.Image` takes: (N) H W C, or H W.

    Args:
        image: the pixels.
        layout: what its axes are, a letter each, such as "CHW", "NHWC" or "HW".
    """
    wanted = [letter for letter in "NHWC" if letter in layout.upper()]
    return np.transpose(image, [layout.upper().index(letter) for letter in wanted])
