"""The objects of all runs: chosen, grouped, sorted, one page of them."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ridgeline.core.errors import NotFoundError, StorageError
from ridgeline.core.values import Json
from ridgeline.index.base import MetricKey, ObjectEntry
from ridgeline.query.expression import parse_filter
from ridgeline.query.language.axis import Ints
from ridgeline.query.language.scope import Notice
from ridgeline.query.lines.group import Group
from ridgeline.query.lines.keys import SeriesKeys
from ridgeline.query.object_choice import Entries, as_entries, chosen
from ridgeline.query.object_keys import ObjectKeys, series_column
from ridgeline.query.object_request import ROOTS, ObjectsRequest
from ridgeline.query.run_set import runs_matching
from ridgeline.query.series_set import Occasion, SeriesSet, select_series
from ridgeline.query.snapshot import Snapshot

# A slider has no more places than pixels.
_MAX_STEPS = 2000


@dataclass(frozen=True, slots=True)
class ListedSeries:
    """The objects of one name and context of one run; `fields` are the values of the keys asked for."""

    row: int  # of its run in the snapshot
    metric: MetricKey
    n: int
    step_first: int
    step_last: int
    fields: tuple[Json, ...]


@dataclass(frozen=True, slots=True)
class ListedObject:
    """An object, the series it is of, and the groups that it falls into; numbers count in the listing's lists."""

    entry: ObjectEntry
    series: int
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class ObjectListing:
    """One page of objects; `n_matched` counts all pages, `n_total` the steps that are not shown, too."""

    objects: tuple[ListedObject, ...]
    series: tuple[ListedSeries, ...]
    rows: tuple[Group, ...]
    columns: tuple[Group, ...]
    steps: tuple[int, ...]  # of all series, thinned out to what a slider can show
    last_index: int
    n_total: int
    n_matched: int
    warnings: tuple[Notice, ...]
    ms: float


def list_objects(
    snapshot: Snapshot, request: ObjectsRequest, occasion: Occasion | None = None
) -> ObjectListing:
    """Return the objects that a request asks for.

    Raises:
        QueryError: An expression or key is wrong.
        InputError: A selector is wrong.
    """
    began = time.perf_counter()
    occasion = occasion or Occasion()
    found = _series(snapshot, request, occasion)
    every = as_entries(_entries(snapshot, found))
    mids, rids = _pairs(every)
    rows, _ = snapshot.rows_of(rids)
    keys = SeriesKeys(snapshot, mids, rows, occasion)
    shown = every.taken(chosen(every, request))
    if request.find:
        shown = shown.taken(_having(snapshot, shown, request.find))
    objects = ObjectKeys(shown, keys)
    by_row, by_column = objects.grouping(request.rows), objects.grouping(request.columns)
    tail = _tail(snapshot, shown, mids, rows)
    order = objects.order((by_row, by_column), request.sort, tail)
    page = order[request.offset : request.offset + request.limit]
    listed = tuple(
        ListedObject(entry, int(series), int(by_row.codes[at]), int(by_column.codes[at]))
        for at, entry, series in zip(
            page.tolist(), shown.taken(page).entries, shown.series[page].tolist(), strict=True
        )
    )
    steps = np.unique(every.step)
    return ObjectListing(
        objects=listed,
        series=_listed_series(snapshot, every, keys, request.fields),
        rows=by_row.groups if len(shown) else (),
        columns=by_column.groups if len(shown) else (),
        steps=tuple(steps[np.linspace(0, len(steps) - 1, min(len(steps), _MAX_STEPS)).astype(int)].tolist()),
        last_index=int(every.index.max(initial=0)),
        n_total=len(every),
        n_matched=len(shown),
        warnings=(*found.warnings, *keys.warnings),
        ms=(time.perf_counter() - began) * 1e3,
    )


def _series(snapshot: Snapshot, request: ObjectsRequest, occasion: Occasion) -> SeriesSet:
    """Return the series asked for; an expression about another sequence says which runs, as `metric` does."""
    expression, root = parse_filter(request.query), ROOTS[request.kind]
    selectors = request.selectors or None
    if expression is None or expression.checked.root in (None, root):
        return select_series(snapshot, expression, root, selectors, occasion)
    runs = runs_matching(snapshot, expression, occasion)
    # Which runs count is settled, archived ones too.
    everything = select_series(
        snapshot, parse_filter("run.archived or not run.archived"), root, selectors, occasion
    )
    of_runs = np.isin(everything.rid, snapshot.runs.rid[runs.rows])
    return replace(everything.taken(np.flatnonzero(of_runs)), warnings=(*runs.warnings, *everything.warnings))


def _entries(snapshot: Snapshot, found: SeriesSet) -> list[ObjectEntry]:
    """Return the objects of the series; not every metric of theirs with every run of theirs is one."""
    wanted = set(zip(found.mid.tolist(), found.rid.tolist(), strict=True))
    entries = snapshot.index.objects(np.unique(found.mid).tolist(), np.unique(found.rid))
    return [entry for entry in entries if (entry.mid, entry.rid) in wanted]


def _pairs(entries: Entries) -> tuple[Ints, Ints]:
    """Return metric and run of each series by its number."""
    firsts = np.unique(entries.series, return_index=True)[1].tolist()
    pairs = [(entries.entries[at].mid, entries.entries[at].rid) for at in firsts]
    mids, rids = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return mids, rids


def _having(snapshot: Snapshot, entries: Entries, find: str) -> Ints:
    """Return the rows of objects that have the text, in any case of letters."""
    wanted = find.casefold()
    return np.array(
        [row for row, entry in enumerate(entries.entries) if wanted in _words(snapshot, entry).casefold()],
        dtype=np.int64,
    )


def _words(snapshot: Snapshot, entry: ObjectEntry) -> str:
    caption = entry.meta.get("caption")
    words = caption if isinstance(caption, str) else ""
    if not entry.mime.startswith("text/"):
        return words
    try:
        return words + "\n" + snapshot.index.object_bytes(entry).decode("utf-8", "replace")
    except (NotFoundError, StorageError):  # its page says what is missing
        return words


def _tail(snapshot: Snapshot, entries: Entries, mids: Ints, rows: Ints) -> Sequence[Ints]:
    """Return what objects sort by at last: creation of the run, name and context, step, index."""
    place = np.empty(snapshot.axis.size, dtype=np.int64)
    place[snapshot.base_order] = np.arange(snapshot.axis.size)
    by_name = {key.mid: nth for nth, key in enumerate(snapshot.metrics)}
    nth = np.array([by_name[mid] for mid in mids.tolist()], dtype=np.int64)
    return (place[rows][entries.series], nth[entries.series], entries.step, entries.index)


def _listed_series(
    snapshot: Snapshot, entries: Entries, keys: SeriesKeys, fields: Sequence[str]
) -> tuple[ListedSeries, ...]:
    columns = [series_column(keys, field) for field in fields]
    n = np.bincount(entries.series, minlength=len(keys.mids))
    ends = np.cumsum(n)
    return tuple(
        ListedSeries(
            row=int(keys.rows[i]),
            metric=snapshot.metric_by_id[mid],
            n=int(n[i]),
            step_first=int(entries.step[ends[i] - n[i]]),
            step_last=int(entries.step[ends[i] - 1]),
            fields=tuple(column.values[column.codes[i]] for column in columns),
        )
        for i, mid in enumerate(keys.mids.tolist())
    )
