"""Recorded values as strict JSON, which has neither NaN nor infinity."""

import math

from ridgeline.core.values import Json


def json_number(value: float) -> float | None:
    """Return a number, or null for NaN and ±Inf."""
    return value if math.isfinite(value) else None


def json_value(value: Json) -> Json:
    """Return a value with NaN and ±Inf in it, however deep, as the texts `nan`, `inf` and `-inf`."""
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, dict):
        return {key: json_value(item) for key, item in value.items()}
    return [json_value(item) for item in value] if isinstance(value, list) else value
