"""Which tensors belong to which layer, told by their names."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ridgeline.core.values import Json

LAYER_COUNTS = ("num_hidden_layers", "n_layer", "n_layers", "num_layers")
_NUMBERED = re.compile(r"^((?:.*?\.)?)(\d+)(\..*)$")
_BEFORE = ("embed", "wte", "wpe", "word_", "position", "shared.")


@dataclass(frozen=True, slots=True)
class Stack:
    """Layers of one kind: tensors are called `{prefix}{layer}{rest}`."""

    prefix: str
    count: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a tensor is: a layer of a stack, or before or after all layers."""

    stack: Stack | None
    layer: int
    rest: str
    before: bool


def stacks_of(names: Iterable[str], config: Mapping[str, Json]) -> tuple[Stack, ...]:
    """Find the stacks of layers: numbers from 0 without a gap, and as many as the configuration says if it does."""
    seen: dict[str, set[int]] = defaultdict(set)
    for name in names:
        if match := _NUMBERED.match(name):
            seen[match[1]].add(int(match[2]))
    found = [
        Stack(prefix, len(numbers))
        for prefix, numbers in sorted(seen.items())
        if max(numbers) == len(numbers) - 1
    ]
    told = {count for key in LAYER_COUNTS if isinstance(count := config.get(key), int)}
    return tuple(stack for stack in found if stack.count in told) or tuple(found)


def place_of(name: str, stacks: Iterable[Stack]) -> Place:
    """Return where a tensor is."""
    match = _NUMBERED.match(name)
    if match is not None:
        stack = next((one for one in stacks if one.prefix == match[1]), None)
        if stack is not None:
            return Place(stack, int(match[2]), match[3], before=False)
    return Place(None, -1, name, before=any(part in name for part in _BEFORE))


def along(place: Place, layers: int) -> float:
    """Return how far down the layers a tensor is, in [0, 1].

    Tensors of no layer, before and after all, take the beginning of a gradient, as they do in mergekit.
    """
    if place.stack is None:
        return 0.0
    return place.layer / (layers - 1) if layers > 1 else 1.0
