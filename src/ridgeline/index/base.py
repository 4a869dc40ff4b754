"""What every index answers: the Protocol `Index` and the values it returns.

An index is a rebuildable view of the logs: an answer depends on what stands in the logs (and, for the status alone,
on the clock), never on when or by whom it was taken in. Large answers are columns: NumPy arrays of equal length.

`rid` numbers a run and `mid` a metric (a name with a context). Both keep their meaning as long as the index file lives and
are never used again; neither says anything beyond the index that gave them. A read sees at least what the last `refresh()`
took in, and may see more: whoever joins two answers drops the rows that have no partner.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.values import Json
from ridgeline.log.run_state import RunState

Bools: TypeAlias = NDArray[np.bool_]
Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]
Objects: TypeAlias = NDArray[np.object_]

ParamKind: TypeAlias = Literal["null", "bool", "int", "float", "str", "list", "dict"]
PARAM_KINDS: tuple[ParamKind, ...] = ("null", "bool", "int", "float", "str", "list", "dict")


@dataclass(frozen=True, slots=True)
class RunColumns:
    """Runs, one a row, sorted by `rid`. Times are seconds since the epoch, NaN where there is none."""

    rid: Ints
    id: Objects  # str
    name: Objects  # str
    experiment: Objects  # str
    status: Objects  # str: running, finished, failed, stopped, lost
    note: Objects  # str
    created: Floats
    ended: Floats  # NaN for a run that goes on or was lost
    updated: Floats  # the last sign of life in the log: an event or a point
    archived: Bools
    deleted: Bools
    tags: Objects  # tuple[str, ...], sorted
    n_points: Ints

    def __len__(self) -> int:
        return len(self.rid)


@dataclass(frozen=True, slots=True)
class ParamPath:
    """An address such as `hparams.optim.lr`, the kinds its values have, and how many runs have it."""

    path: str
    kinds: tuple[ParamKind, ...]  # in the order of PARAM_KINDS
    n_runs: int  # without deleted runs


@dataclass(frozen=True, slots=True)
class ParamColumn:
    """The values at one address, dictionary-encoded: run `rid[i]` has `distinct[codes[i]]`.

    Values keep their type, so that 1, 1.0 and True are three distinct values. NaN is one value.
    """

    rid: Ints  # sorted; every run that has the param, deleted ones too
    codes: NDArray[np.int32]
    distinct: Objects  # None, bool, int, float, str, list or {}

    @property
    def values(self) -> Objects:
        """Return the value of each run in `rid`."""
        return self.distinct[self.codes]

    def __len__(self) -> int:
        return len(self.rid)


@dataclass(frozen=True, slots=True)
class MetricKey:
    """A name with a context. Numbers of one name and context are one metric; each kind of object is a metric of its own."""

    mid: int
    name: str
    context: dict[str, Json]
    kind: str  # bool, int or float: the widest that a run declares; or text, image, …, predictions
    n_runs: int  # runs that declare it, without deleted ones

    @property
    def numeric(self) -> bool:
        """Tell whether the metric has points; the others have objects."""
        return self.kind in NUMERIC_KINDS


NUMERIC_KINDS = ("bool", "int", "float")  # from narrow to wide


@dataclass(frozen=True, slots=True)
class SummaryColumns:
    """One row a series that has points, sorted by (mid, rid).

    First and last are by the order of points: (step, time, segment, position). Min, max and sum ignore NaN; min and max are
    NaN when nothing else is there. The sum leaves ±Inf out as well, and is exact to within rounding. Ties of min and max
    take the lowest step.
    """

    mid: Ints
    rid: Ints
    n: Ints
    n_nan: Ints
    n_inf: Ints
    first: Floats
    last: Floats
    min: Floats
    max: Floats
    sum: Floats
    step_first: Ints
    step_last: Ints
    step_min: Ints  # of the first point when every value is NaN, as step_max
    step_max: Ints
    epoch_last: Floats  # NaN when the last point has no epoch
    time_first: Floats
    time_last: Floats

    def __len__(self) -> int:
        return len(self.mid)


class Points(Protocol):
    """The points of one metric: those of run `rids[i]` stand at `offsets[i]:offsets[i + 1]` of each column.

    Runs are sorted by rid; points by (step, time, segment, position). Everything that was tracked is there. All columns are of
    the moment when the points were asked for, though each may be decoded when it is first looked at. A column raises
    StorageError when its bytes turn out to be damaged; the index is then built anew and can be asked again.
    """

    @property
    def rids(self) -> Ints:
        """Return the runs that have points."""

    @property
    def offsets(self) -> Ints:
        """Return where the points of each run begin, and their number: len(rids) + 1."""

    @property
    def step(self) -> Ints: ...

    @property
    def time(self) -> Floats: ...

    @property
    def value(self) -> Floats: ...

    @property
    def epoch(self) -> Floats | None:
        """Return NaN where a point has none; None when no point has one."""

    def __len__(self) -> int: ...


@dataclass(frozen=True, slots=True)
class ObjectEntry:
    """An object (text, image, …) that a run tracked; `Index.object_bytes` reads its content from the log or the blobs."""

    rid: int
    mid: int
    step: int
    epoch: float | None
    time: float
    mime: str
    meta: dict[str, Json]
    blob: str | None  # sha256 of a blob; None: the content stands in the log frame
    size_bytes: int
    segment: str  # segment id
    offset: int  # of the frame in the segment


@dataclass(frozen=True, slots=True)
class ObjectCounts:
    """One row a series that has objects, sorted by (mid, rid)."""

    mid: Ints
    rid: Ints
    n: Ints
    step_first: Ints
    step_last: Ints


@dataclass(frozen=True, slots=True)
class ConsoleLine:
    """A line of console output without its line end. `n` counts from 0 over the run, in the order of time."""

    n: int
    time: float
    stream: Literal["stdout", "stderr"]
    text: str


@dataclass(frozen=True, slots=True)
class SegmentInfo:
    """A segment of a run's log as taken in so far."""

    id: str
    size_bytes: int
    read_bytes: int  # less than size_bytes: the tail is torn or in flight
    n_gaps: int  # corrupt stretches that were skipped
    live: bool


class Index(Protocol):
    """A queryable view of one repo. Safe to use from several threads and processes at once."""

    def refresh(self, *, limit_secs: float = math.inf) -> int:
        """Take in what the logs have grown by, or a part of it that takes about this long; `behind` tells.

        Returns:
            A generation. It changes when any answer may have changed, and only then; it says nothing across processes.
        """

    @property
    def generation(self) -> int:
        """Return what the last refresh() returned."""

    @property
    def behind(self) -> bool:
        """Tell whether the last refresh() left something to be taken in."""

    def n_runs(self) -> int:
        """Return how many runs were taken in, deleted ones too."""

    def close(self) -> None:
        """Release files and memory. The index can not be used afterwards."""

    def runs(self, *, include_deleted: bool = False) -> RunColumns:
        """Return all runs, archived ones too."""

    def state(self, rid: int) -> RunState:
        """Return all about a run that its events say: params, env, artifacts, warnings, sessions.

        Raises:
            NotFoundError: No run has this rid.
        """

    def segments(self, rid: int) -> list[SegmentInfo]:
        """Return the segments of a run, sorted by id."""

    def param_paths(self) -> list[ParamPath]:
        """Return every address that holds a value in some run, sorted by path; deleted runs do not count."""

    def param(self, path: str) -> ParamColumn:
        """Return the values at an address; no rows when no run has it."""

    def metrics(self, rid: int | None = None) -> list[MetricKey]:
        """Return every metric that some run (or the given one) declares, sorted by (name, context, kind)."""

    def summaries(self, mids: Sequence[int], rids: Ints | None = None) -> SummaryColumns:
        """Return the summaries of all series of these metrics, of all runs or of those given; deleted ones too."""

    def points(self, mid: int, rids: Ints | None = None) -> Points:
        """Return the points of a metric, of all runs or of those given; deleted ones too."""

    def objects(self, mids: Sequence[int], rids: Ints) -> list[ObjectEntry]:
        """Return the objects of these metrics of these runs, by (mid, rid, step, time, segment, position)."""

    def object_counts(self, mids: Sequence[int]) -> ObjectCounts:
        """Return how many objects each series of these metrics has; deleted runs' too."""

    def object_at(self, rid: int, segment: str, offset: int) -> ObjectEntry | None:
        """Return the object that stands at a place of a run's log; None when there is none."""

    def object_bytes(self, entry: ObjectEntry) -> bytes:
        """Return an object's content.

        Raises:
            StorageError: The log or the blob is not there any more.
        """

    def console(self, rid: int, *, after: int = 0, limit: int | None = None) -> list[ConsoleLine]:
        """Return at most `limit` lines of console output from line number `after` on."""
