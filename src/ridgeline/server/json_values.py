"""Numbers as strict JSON, which has neither NaN nor infinity."""

import math


def json_number(value: float) -> float | None:
    """Return a number, or null for NaN and ±Inf."""
    return value if math.isfinite(value) else None
