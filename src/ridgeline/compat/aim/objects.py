"""Objects as Aim makes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Self

import numpy as np

from ridgeline.compat.arrays import channels_last, to_array
from ridgeline.record import objects
from ridgeline.record.objects.text import Text

__all__ = ["Audio", "Distribution", "Figure", "Image", "Text"]


class Image(objects.Image):
    """A picture: what `ridgeline.Image` takes, or a torch tensor of H × W or C × H × W.

    `format`, `quality` and `optimize` are taken, and of no effect: pixels become PNG, which loses nothing.
    """

    def __init__(
        self,
        image: Any,
        caption: str = "",
        format: str = "png",
        quality: int = 90,
        optimize: bool = False,
    ) -> None:
        if hasattr(image, "detach"):
            array = to_array(image)
            image = channels_last(array, "CHW") if array.ndim == 3 else array
        super().__init__(image, caption)


class Audio(objects.Audio):
    """A sound: a path, the bytes of a file, or samples with `rate`. `format` is told by the content."""

    def __init__(
        self,
        data: Any,
        format: str = "",
        caption: str = "",
        rate: int | None = None,
    ) -> None:
        if hasattr(data, "detach"):
            data = to_array(data)
        super().__init__(data, rate, caption)


class Figure(objects.Figure):
    """A chart of plotly or matplotlib."""

    def __init__(self, obj: Any) -> None:
        super().__init__(obj)


class Distribution(objects.Distribution):
    """A histogram of samples, or one that is there already."""

    def __init__(
        self,
        samples: Any = None,
        bin_count: int = 64,
        *,
        hist: Sequence[float] | None = None,
        bin_range: tuple[float, float] | None = None,
    ) -> None:
        if hist is None:
            super().__init__(samples if samples is None else to_array(samples), bins=bin_count)
            return
        counts = to_array(hist)
        low, high = bin_range or (0.0, float(len(counts)))
        super().__init__(histogram=(counts.tolist(), np.linspace(low, high, len(counts) + 1).tolist()))

    @classmethod
    def from_samples(cls, samples: Iterable[float], bin_count: int = 64) -> Self:
        return cls(samples, bin_count)

    @classmethod
    def from_histogram(cls, hist: Sequence[float], bin_range: tuple[float, float]) -> Self:
        return cls(hist=hist, bin_range=bin_range)
