"""What a script logs, as what `track` takes: numbers stay, media are copied at once, dicts are flattened."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from ridgeline.compat.arrays import to_array
from ridgeline.compat.wandb.media import Table
from ridgeline.record.describe import describe
from ridgeline.record.objects import Distribution, Figure, Text
from ridgeline.record.tracked import TrackedObject


def flat(data: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield what is logged, by names: {"a": {"b": 1}} is `a.b`."""
    for key, value in data.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            yield from flat(value, f"{name}.")
        else:
            yield name, tracked_form(value)


def tracked_form(value: Any) -> Any:
    """Return a number, an object, a list of objects, or None for nothing."""
    if value is None or isinstance(value, TrackedObject | bool | int | float):
        return value
    if isinstance(value, Table):
        return value.tracked()
    if isinstance(value, str):
        return Text(value)
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None and value is pyplot:
        return Figure(pyplot.gcf())
    if hasattr(value, "savefig") or hasattr(value, "to_plotly_json"):
        return Figure(value)
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        array = to_array(value)
        return array.item() if array.size == 1 else Distribution(array)
    if isinstance(value, list | tuple):
        items = [tracked_form(item) for item in value]
        if items and all(isinstance(item, TrackedObject) and not isinstance(item, Text) for item in items):
            return items
        return Text(json.dumps(describe(list(value)), ensure_ascii=False))
    return value if hasattr(value, "__float__") else Text(str(describe(value)))
