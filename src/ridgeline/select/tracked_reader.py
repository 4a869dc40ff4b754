"""Blocks of `Outputs` from what runs have recorded, so that memory stays bounded."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import InputError
from ridgeline.query.predictions import Predictions
from ridgeline.select.scorers.outputs import Outputs
from ridgeline.select.tracked_predictions import Line

BLOCK_BYTES = 16 << 20
"""Of predictions as they were recorded; as many blocks as there are cores are in memory at once."""
_ARRAYS = ("probabilities", "predictions", "features")


@dataclass(frozen=True, slots=True)
class Hint:
    """Labels of the target that may be seen: how many, and the seed of the draw."""

    labelled: int = 0
    seed: int = 0


def fields_of(target: frozenset[str], source: frozenset[str], hint: Hint) -> frozenset[str]:
    """Return which fields of `Outputs` follow from the arrays that were recorded of a candidate."""
    found = set()
    for side, arrays in (("target", target), ("source", source)):
        found |= {f"{side}_{name}" for name in _ARRAYS if name in arrays}
        if "probabilities" in arrays:
            found.add(f"{side}_predictions")
    if "labels" in source:
        found.add("source_labels")
    if hint.labelled and "labels" in target:
        found |= {"labelled_rows", "labels"}
    return frozenset(found)


def read_blocks(
    target: Line, source: Line | None, rows: NDArray[np.int64], needs: frozenset[str], hint: Hint
) -> Iterator[Outputs]:
    """Yield what scorers need of candidates, a block of them at a time.

    Args:
        target: the target's examples, in line.
        source: the source's.
        rows: the candidates, [rows]; all that is needed was recorded of each.
        needs: fields of `Outputs`.
        hint: which labels of the target may be seen.

    Raises:
        InputError: candidates differ in the labels of an example, or more labelled examples are asked for than there are.
        StorageError: something recorded is not there any more, or damaged.
    """
    sides = {"target": (target, Labels()), "source": (source, Labels())}
    block = _block(target, source, rows)
    for start in range(0, len(rows), block):
        fields: dict[str, Any] = {}
        for side, (line, labels) in sides.items():
            wanted = {need.removeprefix(f"{side}_") for need in needs if need.startswith(side)}
            hinted = side == "target" and "labels" in needs
            if line is None or not (wanted or hinted):
                continue
            found = [line.read(row) for row in rows[start : start + block].tolist()]
            if "labels" in wanted or hinted:
                true = labels.agreed(found)
                fields |= _hinted(true, hint) if hinted else {"source_labels": true}
            fields |= {f"{side}_{name}": stacked for name, stacked in _stacks(found, wanted)}
        yield Outputs(**fields)


class Labels:
    """The labels of examples in line: candidates whose labels differ have their examples in another order."""

    def __init__(self) -> None:
        """Know none yet."""
        self._first: NDArray[np.integer] | None = None

    def agreed(self, found: Sequence[Predictions]) -> NDArray[np.integer]:
        """Return the labels of some candidates' examples, which are those of all before them.

        Raises:
            InputError: they are others.
        """
        labels = [one.labels for one in found if one.labels is not None]
        self._first = labels[0] if self._first is None else self._first
        if not all(np.array_equal(self._first, other) for other in labels):
            raise InputError(
                "Candidates have other labels for the same examples, so these stand in another order or are others. Record"
                " ids with them: run.log_predictions(…, ids=…).",
                "labels-differ",
            )
        return self._first


def _block(target: Line, source: Line | None, rows: NDArray[np.int64]) -> int:
    entries = [line.recorded.entries[row] for line in (target, source) if line for row in rows.tolist()]
    largest = max((entry.size_bytes for entry in entries if entry), default=1)
    return max(1, BLOCK_BYTES // (2 * largest))


def _stacks(found: list[Predictions], wanted: set[str]) -> Iterator[tuple[str, NDArray[Any]]]:
    """Yield arrays with the candidates first; classes only where they were recorded or no probabilities tell them."""
    for name in _ARRAYS:
        if name not in wanted:
            continue
        arrays: list[Any] = [one.classes() if name == "predictions" else getattr(one, name) for one in found]
        wide = np.float64 if any(array.dtype == np.float64 for array in arrays) else np.float32
        yield name, np.stack(arrays, dtype=np.int64 if name == "predictions" else wide)


def _hinted(labels: NDArray[np.integer], hint: Hint) -> dict[str, NDArray[Any]]:
    if hint.labelled > len(labels):
        raise InputError(
            f"{hint.labelled} labelled examples of the target are asked for, and it has {len(labels)}.",
            "too-few",
        )
    rows = np.sort(np.random.default_rng(hint.seed).permutation(len(labels))[: hint.labelled])
    return {"labelled_rows": rows, "labels": labels[rows]}
