"""How figures are printed: each beside its bar, and as a part of it."""

import statistics
from collections.abc import Mapping, Sequence


def verdict(value: float, bar: float) -> str:
    """`bar 300, 0.72 of it`: at most 1 is met."""
    return f"bar {bar:g}, {value / bar:.2f} of it{'' if value <= bar else '  OVER'}"


def report(figures: Mapping[str, Sequence[float]], bars: Mapping[str, float]) -> None:
    """Print median and range of each figure."""
    for name, values in figures.items():
        median = statistics.median(values)
        told = verdict(median, bars[name]) if name in bars else ""
        print(f"{name:14} {median:6.0f}  ({min(values):.0f} to {max(values):.0f})  {told}")
