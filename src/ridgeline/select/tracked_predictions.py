"""What candidates have said of the examples of one context, their examples in line."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import InputError, StorageError
from ridgeline.core.values import Json
from ridgeline.index.base import Index, ObjectEntry
from ridgeline.query.predictions import Predictions, decode_predictions
from ridgeline.query.snapshot import Snapshot

NAME = "predictions"


class _Kept:
    """What was read lately: the source's predictions are asked for with each target's, and each pivot's in a rehearsal.

    Keys are frames of the log, which never change. Safe to use from several threads.
    """

    MOST_BYTES = 64 << 20

    def __init__(self) -> None:
        self._found: OrderedDict[tuple[str, int], tuple[Predictions, int]] = OrderedDict()
        self._size_bytes = 0
        self._lock = Lock()

    def get(self, key: tuple[str, int]) -> Predictions | None:
        with self._lock:
            return self._found[key][0] if key in self._found else None

    def put(self, key: tuple[str, int], found: Predictions, size_bytes: int) -> None:
        with self._lock:
            if key in self._found or size_bytes > self.MOST_BYTES // 16:
                return
            self._found[key] = found, size_bytes
            self._size_bytes += size_bytes
            while self._size_bytes > self.MOST_BYTES:
                self._size_bytes -= self._found.popitem(last=False)[1][1]


_kept = _Kept()


@dataclass(frozen=True, slots=True)
class RecordedSet:
    """Predictions of some candidates in one context, still where they were recorded.

    Attributes:
        context: of the predictions.
        entries: one a candidate; None: it has none.
        index: to read them by.
    """

    context: Mapping[str, Json]
    entries: tuple[ObjectEntry | None, ...]
    index: Index

    @property
    def size_bytes(self) -> int:
        """How much there is to read."""
        return sum(entry.size_bytes for entry in self.entries if entry)

    @property
    def key(self) -> tuple[tuple[str, int] | None, ...]:
        """What tells these from all others of the repository: a frame never changes."""
        return tuple((entry.segment, entry.offset) if entry else None for entry in self.entries)

    def holds(self, candidate: int) -> frozenset[str]:
        """Return the names of the arrays that were recorded of a candidate."""
        entry = self.entries[candidate]
        named = entry.meta.get("holds") if entry else None
        return frozenset(map(str, named)) if isinstance(named, list) else frozenset()

    def read(self, candidate: int) -> Predictions:
        """Return what was recorded of a candidate, its examples in the order in which they were given.

        Raises:
            StorageError: it is not there any more, or damaged.
        """
        entry = self.entries[candidate]
        if entry is None:
            raise StorageError(f"Candidate {candidate} has no predictions.", "predictions-not-found")
        key = entry.segment, entry.offset
        known = _kept.get(key)
        if known is None:
            known = decode_predictions(self.index.object_bytes(entry))
            _kept.put(key, known, entry.size_bytes)
        return known


@dataclass(frozen=True, slots=True)
class Line:
    """How the examples of some candidates are put in line.

    Attributes:
        recorded: where they are.
        rows: the candidates whose examples can be put in line, [rows].
        places: by candidate, where the common examples stand among its own; None: they all stand alike.
        note: what was left out; "" if nothing.
    """

    recorded: RecordedSet
    rows: NDArray[np.int64]
    places: Mapping[int, NDArray[np.int64]] | None
    note: str

    def read(self, candidate: int) -> Predictions:
        """Return what was recorded of a candidate: the common examples, in the common order."""
        found = self.recorded.read(candidate)
        if self.places is None:
            return found
        return found.taken(self.places[candidate])


def find_predictions(
    snapshot: Snapshot,
    context: Mapping[str, Json],
    rids: NDArray[np.int64],
    steps: NDArray[np.int64] | None,
) -> RecordedSet:
    """Find the predictions of candidates in exactly this context: the newest of a run, or those of a checkpoint's step."""
    mids = [
        key.mid
        for key in snapshot.metrics
        if key.kind == "predictions" and key.name == NAME and key.context == context
    ]
    found = snapshot.index.objects(mids, np.unique(rids)) if mids else []
    # They come by step, then time, so the newest of a key stays.
    if steps is None:
        newest = {entry.rid: entry for entry in found}
        return RecordedSet(context, tuple(map(newest.get, rids.tolist())), snapshot.index)
    at_step = {(entry.rid, entry.step): entry for entry in found}
    pairs = zip(rids.tolist(), steps.tolist(), strict=True)
    return RecordedSet(context, tuple(map(at_step.get, pairs)), snapshot.index)


def line_up(recorded: RecordedSet, rows: Sequence[int]) -> Line:
    """Put the examples of candidates in line: by their ids where they have some, else as they stand.

    Raises:
        InputError: without ids some have more examples than others, with ids no example is common to all, or the
            candidates differ in their classes.
    """
    _same_classes(recorded, rows)
    with_ids = [row for row in rows if recorded.holds(row) & {"ids", "ids_json"}]
    note = ""
    if not with_ids:
        _same_size(recorded, rows)
        return Line(recorded, np.array(rows, np.int64), None, note)
    if len(with_ids) < len(rows):
        note = f"{len(rows) - len(with_ids)} of {len(rows)} candidates have predictions without ids and are left out."
    ids = {row: _ids(recorded, row) for row in with_ids}
    first = ids[with_ids[0]]
    if all(np.array_equal(first, other) for other in ids.values()):
        return Line(recorded, np.array(with_ids, np.int64), None, note)
    common = reduce(np.intersect1d, ids.values())
    sizes = [len(one) for one in ids.values()]
    where = _where(recorded)
    if not len(common):
        raise InputError(
            f"No example {where} has predictions of all {len(with_ids)} candidates: their ids have none in common. Choose"
            " among runs that were judged on the same examples.",
            "no-common-examples",
        )
    if len(common) < max(sizes):
        spread = str(max(sizes)) if min(sizes) == max(sizes) else f"{min(sizes)} to {max(sizes)}"
        note = f"{note} The candidates have {len(common)} examples {where} in common, of {spread}.".strip()
    return Line(
        recorded, np.array(with_ids, np.int64), {row: _place(ids[row], common) for row in with_ids}, note
    )


def _ids(recorded: RecordedSet, row: int) -> NDArray[Any]:
    ids = recorded.read(row).ids
    assert ids is not None  # its meta says so
    return ids


def _place(ids: NDArray[Any], common: NDArray[Any]) -> NDArray[np.int64]:
    order = np.argsort(ids)
    return order[np.searchsorted(ids, common, sorter=order)]


def _same_classes(recorded: RecordedSet, rows: Sequence[int]) -> None:
    _one_of(recorded, rows, "n_classes", "classes", "Choose among runs of one task.", "class-count")


def _same_size(recorded: RecordedSet, rows: Sequence[int]) -> None:
    how = "Record ids with them: run.log_predictions(…, ids=…) puts the common ones in line."
    _one_of(recorded, rows, "n_examples", "examples", how, "example-count")


def _one_of(recorded: RecordedSet, rows: Sequence[int], key: str, what: str, how: str, slug: str) -> None:
    found = {
        size for row in rows if (entry := recorded.entries[row]) and (size := entry.meta.get(key)) is not None
    }
    if len(found) > 1:
        listed = ", ".join(map(str, sorted(found, key=str)))
        raise InputError(
            f"The predictions {_where(recorded)} are of {listed} {what}, so candidates do not compare. {how}",
            slug,
        )


def _where(recorded: RecordedSet) -> str:
    return (
        "with " + ", ".join(f"{key}={value}" for key, value in recorded.context.items())
        if recorded.context
        else "without context"
    )
