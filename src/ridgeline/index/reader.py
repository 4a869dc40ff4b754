"""Answer questions from an open index; what is asked again and again is kept in memory until it changes."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal, NamedTuple

import numpy as np

from ridgeline.core.errors import NotFoundError
from ridgeline.core.values import decode_floats
from ridgeline.index import metrics, params, segment_log
from ridgeline.index.base import (
    Ints,
    MetricKey,
    ObjectCounts,
    ObjectEntry,
    ParamColumn,
    ParamPath,
    RunColumns,
    SegmentInfo,
    SummaryColumns,
)
from ridgeline.index.points import StoredPoints, read_points
from ridgeline.index.runs import RunTable, unpack
from ridgeline.index.schema import Meta, read_meta
from ridgeline.index.series import SeriesTable
from ridgeline.index.tails import Tails
from ridgeline.log.run_state import RunState, fold


class ConsoleFrame(NamedTuple):
    """Where a piece of console output stands."""

    seg: str
    offset: int
    n_lines: int


class Reader:
    """Reads one index file. One thread at a time uses it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._seen = Meta(-1, -1, -1, -1, -1)
        self._runs = RunTable()
        self._tails = Tails()
        self._series = SeriesTable()
        self._params: dict[str, ParamColumn] = {}

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """Hold one state of the index, with what is kept in memory brought up to it."""
        self._connection.execute("begin")
        try:
            meta = read_meta(self._connection)
            if meta.written != self._seen.written:
                self._load(meta)
            yield self._connection
        finally:
            self._connection.execute("rollback")

    def _load(self, meta: Meta) -> None:
        if meta.params != self._seen.params:
            self._params.clear()
        self._runs.load(self._connection, meta.written, meta.forgot)
        chunks = meta.chunks != self._seen.chunks
        if self._tails.load(self._connection) or chunks:
            self._series.forget(chunks=chunks)
        self._seen = meta

    def answers(self) -> int:
        """Return a number that changes when an answer does."""
        return read_meta(self._connection).answers

    def close(self) -> None:
        self._connection.close()

    def runs(self, running: frozenset[str], *, include_deleted: bool) -> RunColumns:
        with self.snapshot():
            return self._runs.columns(running, include_deleted=include_deleted)

    def n_runs(self) -> int:
        with self.snapshot() as connection:
            return int(connection.execute("select count(*) from run").fetchone()[0])

    def run_id(self, rid: int) -> str:
        with self.snapshot() as connection:
            return str(_one(connection, "select id from run where rid = ?", rid)[0])

    def state(self, rid: int) -> RunState:
        with self.snapshot() as connection:
            (run_id,) = _one(connection, "select id from run where rid = ?", rid)
            signs = segment_log.signs_of(connection, rid)
            return fold(segment_log.events_of(connection, rid), signs, run_id=run_id)

    def param_paths(self) -> list[ParamPath]:
        with self.snapshot() as connection:
            return params.paths(connection, self._of_deleted("params"))

    def param(self, path: str) -> ParamColumn:
        with self.snapshot() as connection:
            found = self._params.get(path)
            if found is None:
                found = self._params[path] = params.column(connection, path)
            return found

    def metrics(self, rid: int | None) -> list[MetricKey]:
        with self.snapshot() as connection:
            if rid is None:
                return metrics.listed(connection, self._of_deleted("series"))
            (declared,) = _one(connection, "select series from run where rid = ?", rid)
            return metrics.declared_by(connection, unpack(declared))

    def summaries(self, mids: Sequence[int], rids: Ints | None) -> SummaryColumns:
        with self.snapshot() as connection:
            return self._series.summaries(connection, self._tails, mids, rids)

    def points(self, mid: int, rids: Ints | None) -> StoredPoints:
        with self.snapshot() as connection:
            return read_points(connection, self._tails, mid, rids)

    def segments(self, rid: int, live: frozenset[tuple[str, str]]) -> list[SegmentInfo]:
        with self.snapshot() as connection:
            (run_id,) = _one(connection, "select id from run where rid = ?", rid)
            rows = connection.execute(
                "select id, size_bytes, read_bytes, n_gaps from segment where rid = ? order by id", (rid,)
            )
            return [
                SegmentInfo(seg, size_bytes, read_bytes, n_gaps, (run_id, seg) in live)
                for seg, size_bytes, read_bytes, n_gaps in rows
            ]

    def objects(self, mids: Sequence[int], rids: Ints) -> list[ObjectEntry]:
        with self.snapshot() as connection:
            rows = connection.execute(
                "select object.rid, mid, step, epoch, time, mime, meta, blob, object.size_bytes, segment.id, offset"
                " from json_each(?) as run cross join object on object.rid = run.value"
                " join segment using (segno) where mid in (select value from json_each(?))"
                " order by mid, object.rid, step, time, segment.id, offset",
                (json.dumps(rids.tolist()), json.dumps(list(mids))),
            ).fetchall()
        return [_object_entry(row) for row in rows]

    def object_counts(self, mids: Sequence[int]) -> ObjectCounts:
        with self.snapshot() as connection:
            rows = connection.execute(
                "select mid, rid, count(*), min(step), max(step) from object"
                " where mid in (select value from json_each(?)) group by rid, mid order by mid, rid",
                (json.dumps(list(mids)),),
            ).fetchall()
        return ObjectCounts(*np.array(rows, dtype=np.int64).reshape(-1, 5).T)

    def object_at(self, rid: int, segment: str, offset: int) -> ObjectEntry | None:
        with self.snapshot() as connection:
            row = connection.execute(
                "select object.rid, mid, step, epoch, time, mime, meta, blob, object.size_bytes, segment.id, offset"
                " from segment cross join object using (segno)"
                " where segment.rid = ? and segment.id = ? and object.rid = segment.rid and offset = ?",
                (rid, segment, offset),
            ).fetchone()
        return _object_entry(row) if row else None

    def console(self, rid: int) -> tuple[str, list[ConsoleFrame]]:
        """Return the id of a run and its pieces of console output, in the order of time."""
        with self.snapshot() as connection:
            (run_id,) = _one(connection, "select id from run where rid = ?", rid)
            rows = connection.execute(
                "select segment.id, offset, n_lines from console join segment using (segno) where console.rid = ?"
                " order by time, segment.id, offset",
                (rid,),
            )
            return str(run_id), [ConsoleFrame(*row) for row in rows]

    def _of_deleted(self, column: Literal["params", "series"]) -> Iterator[dict[int, int]]:
        for rid in self._runs.deleted():
            held, declared = _one(self._connection, "select params, series from run where rid = ?", rid)
            yield unpack(held if column == "params" else declared)


def _object_entry(row: tuple[Any, ...]) -> ObjectEntry:
    rid, mid, step, epoch, time, mime, meta_text, blob, size_bytes, seg, offset = row
    meta = json.loads(meta_text)
    if (
        '"$' in meta_text
    ):  # hardly any has a float that JSON lacks, and looking for one takes as long as reading the row
        meta = decode_floats(meta)
    assert isinstance(meta, dict)
    time = float("nan") if time is None else time
    return ObjectEntry(rid, mid, step, epoch, time, mime, meta, blob, size_bytes, seg, offset)


def _one(connection: sqlite3.Connection, sql: str, rid: int) -> tuple[Any, ...]:
    row: tuple[Any, ...] | None = connection.execute(sql, (rid,)).fetchone()
    if row is None:
        raise NotFoundError(f"There is no run with rid {rid}. Ask runs() which there are.", "run-not-found")
    return row
