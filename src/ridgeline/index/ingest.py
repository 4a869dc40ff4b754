"""Take in what the logs have grown by: one run at a time, inside the caller's transaction."""

import sqlite3
from dataclasses import dataclass, field, replace

from ridgeline.core.clock import Clock
from ridgeline.index import metrics, params, runs, segment_log, tails
from ridgeline.index.block import Block, concat
from ridgeline.index.chunks import ChunkWriter
from ridgeline.index.keys import key_of
from ridgeline.index.live import Live
from ridgeline.index.metrics import KIND_NUMBERS, Declared
from ridgeline.index.parse import Growth, Series
from ridgeline.index.runs import RunRow
from ridgeline.index.segments import Change, segment_sizes
from ridgeline.index.tails import segment_ranks
from ridgeline.index.tally import Tally
from ridgeline.log.events import Event, SeriesEvent
from ridgeline.log.layout import SUFFIX, Layout
from ridgeline.log.run_state import RunState, SegmentPosition, fold


@dataclass(slots=True)
class Taken:
    """What was done, for those who compare the numbers in `meta`."""

    answers: bool = False  # something changed that an answer shows
    params: bool = False  # or may have
    chunks: bool = False
    forgot: bool = False  # rows are gone
    unfinished: bool = False  # the same run is to be taken again
    joined: bool = False  # segments that were two attempts are one now

    def also(self, other: "Taken") -> None:
        self.answers |= other.answers
        self.params |= other.params
        self.chunks |= other.chunks
        self.forgot |= other.forgot


@dataclass(slots=True)
class _Harvest:
    """What the segments of a run have grown by."""

    declared: Declared
    seen: float
    is_new: bool  # nothing of the run was taken in before
    settled: bool = True  # all segments that were looked at
    segnos: list[int] = field(default_factory=list)  # of these, by id
    blocks: list[Block] = field(default_factory=list)
    events: list[tuple[SegmentPosition, Event]] = field(default_factory=list)

    def add(self, seg: str, growth: Growth) -> None:
        self.seen = max(self.seen, growth.seen)
        self.blocks += growth.blocks
        # Counted over all segments: it rises within each, which is all that matters.
        self.events += [
            (SegmentPosition(seg, i), event) for i, event in enumerate(growth.events, len(self.events))
        ]


class Intake:
    """Writes growth into the tables. Made anew after a transaction fails: it remembers numbers that were given out."""

    def __init__(self, connection: sqlite3.Connection, layout: Layout, clock: Clock) -> None:
        self._connection = connection
        self._layout = layout
        self._clock = clock
        self._mids: metrics.Known = {}
        self._kids: dict[str, int] = {}
        self._declared, self._held = Tally(), Tally()

    def take(self, run_id: str, change: Change, live: Live, written: int) -> Taken:
        """Take in a run that has changed. `written` marks its row for those who keep it in memory."""
        taken = Taken()
        row = runs.find(self._connection, run_id)
        # Sizes found before the lock was held may be behind what another process has read since.
        folder = f"{self._layout.runs}/{change.folder}/{run_id}"
        sizes = segment_sizes(folder)
        if row is not None and self._is_rewritten(row, sizes):
            self._forget(row)
            taken = Taken(answers=True, params=True, chunks=True, forgot=True)
            row, change = None, replace(change, complete=True)
        if row is None or change.complete:
            change = replace(change, sizes=sizes)
        if row is None and not change.sizes:
            return taken
        is_new = row is None
        if row is None:
            row = runs.insert(self._connection, run_id, change.folder)
        harvest = _Harvest(dict(row.series), row.updated, is_new)
        for seg in sorted(change.sizes):
            self._take_segment(row.rid, run_id, seg, change, live, harvest, taken)
        if harvest.is_new or harvest.events:
            held = row.params
            row = self._write_state(row, run_id, None if not is_new else harvest.events)
            self._held.move(held, row.params)
            taken.params = True
        elif taken.joined:
            runs.write_state(self._connection, row.rid, self._fold(row, run_id, None))
        if harvest.declared != row.series:
            self._declared.move(row.series, harvest.declared)
        n_new = sum(len(block) for block in harvest.blocks)
        row = replace(row, n_points=row.n_points + n_new, updated=harvest.seen, series=harvest.declared)
        runs.write_growth(self._connection, row, written)
        taken.chunks |= self._place(row, harvest)
        return taken

    def write_counts(self) -> None:
        """Write what a batch has changed of how many runs have what, before it is committed."""
        metrics.write_counts(self._connection, self._declared)
        params.write_counts(self._connection, self._held)

    def fold_tail(self, rid: int) -> None:
        """Put the tail of a run into chunks."""
        (declared,) = self._connection.execute("select series from run where rid = ?", (rid,)).fetchone()
        self._write_chunks(rid, [], list(runs.unpack(declared)))

    def _take_segment(
        self,
        rid: int,
        run_id: str,
        seg: str,
        change: Change,
        live: Live,
        harvest: _Harvest,
        taken: Taken,
    ) -> None:
        """Read a segment on."""
        row = segment_log.find(self._connection, rid, seg, is_new=harvest.is_new)

        def define(event: SeriesEvent) -> Series:
            mid = metrics.number_of(self._connection, self._mids, event)
            harvest.declared[mid] = max(KIND_NUMBERS[event.kind], harvest.declared.get(mid, 0))
            return Series(mid, event.kind)

        path = f"{self._layout.runs}/{change.folder}/{run_id}/{seg}{SUFFIX}"
        is_live, now = (run_id, seg) in live.segments, self._clock.time()
        try:
            step = segment_log.take(self._connection, row, path, define, is_live=is_live, now=now)
        except OSError:
            # Gone since it was found, which the next look finds, or not ours to read, which `segments()` shows.
            return
        if step.growth is not None:
            harvest.add(seg, step.growth)
        harvest.settled &= step.row.settled
        harvest.segnos.append(step.row.segno)
        taken.unfinished |= step.unfinished
        if harvest.is_new:
            taken.answers = True
        else:
            taken.answers |= replace(step.row, settled=row.settled) != row
            taken.joined |= segment_log.joins_attempts(self._connection, row, step.row)

    def _write_state(
        self, row: RunRow, run_id: str, events: list[tuple[SegmentPosition, Event]] | None
    ) -> RunRow:
        """Fold the events of a run into its row and params."""
        state = self._fold(row, run_id, events)
        runs.write_state(self._connection, row.rid, state)
        return replace(
            row, params=params.write(self._connection, self._kids, row.rid, row.params, state.params)
        )

    def _fold(self, row: RunRow, run_id: str, events: list[tuple[SegmentPosition, Event]] | None) -> RunState:
        """Fold the events of a run, all that are stored unless given."""
        every = segment_log.events_of(self._connection, row.rid) if events is None else events
        return fold(every, segment_log.signs_of(self._connection, row.rid), run_id=run_id)

    def _place(self, row: RunRow, harvest: _Harvest) -> bool:
        """Put points where they belong, the tail or chunks; tell whether chunks were written."""
        blocks = harvest.blocks
        if harvest.is_new and harvest.settled:
            if blocks:
                ranks = {segno: rank for rank, segno in enumerate(harvest.segnos)}
                ChunkWriter(self._connection, row.rid, ranks, list(row.series), is_new=True).add(
                    concat(blocks)
                )
            return bool(blocks)
        waiting = tails.size_of(self._connection, row.rid)
        if not blocks and waiting is None:
            return False
        n = sum(map(len, blocks)) + (waiting.n if waiting else 0)
        unsettled = self._connection.execute(
            "select 1 from segment where rid = ? and settled = 0", (row.rid,)
        ).fetchone()
        if unsettled is not None and not tails.is_full(n, len(row.series), row.rid):
            if blocks:
                tails.add(self._connection, row.rid, concat(blocks), self._clock.time())
            return False
        self._write_chunks(row.rid, blocks, list(row.series))
        return True

    def _write_chunks(self, rid: int, blocks: list[Block], mids: list[int]) -> None:
        every = [*tails.take(self._connection, rid), *blocks]
        if every:
            ranks = segment_ranks(self._connection, rid)
            ChunkWriter(self._connection, rid, ranks, mids).add(concat(every))

    def _is_rewritten(self, row: RunRow, sizes: dict[str, int]) -> bool:
        """Tell whether a segment is gone, or shorter than what was read of it: logs only ever grow."""
        known = self._connection.execute("select id, read_bytes from segment where rid = ?", (row.rid,))
        return any(sizes.get(seg, -1) < read_bytes for seg, read_bytes in known)

    def _forget(self, row: RunRow) -> None:
        """Remove all of a run."""
        execute = self._connection.execute
        params.forget(self._connection, row.rid, row.params)
        self._held.move(row.params, {})
        self._declared.move(row.series, {})
        for mid in row.series:
            keys = key_of(mid, row.rid), key_of(mid, row.rid + 1)
            execute("delete from chunk where id >= ? and id < ?", keys)
            execute("delete from axis where id >= ? and id < ?", keys)
            execute("delete from series where mid = ? and rid = ?", (mid, row.rid))
        for table in ("tail", "event", "object", "console", "segment", "run"):
            execute(f"delete from {table} where rid = ?", (row.rid,))  # noqa: S608 - names from the line above
