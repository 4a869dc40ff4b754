"""The table `run`: one row a run, and the columns that readers keep in memory."""

import json
import math
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final

import numpy as np

from ridgeline.core.values import encodable
from ridgeline.index.base import Ints, Objects, RunColumns
from ridgeline.log.run_state import RunState
from ridgeline.log.status import run_ended, run_status

_PAIR: Final = np.dtype("<u4")


def pack(pairs: dict[int, int]) -> bytes:
    """Return numbers by number as bytes."""
    return np.array(list(pairs.items()), _PAIR).tobytes()


def unpack(data: bytes) -> dict[int, int]:
    """Return what pack() wrote."""
    return {key: value for key, value in np.frombuffer(data, _PAIR).reshape(-1, 2).tolist()}  # noqa: C416 - dict() of lists is not typed


@dataclass(frozen=True, slots=True)
class RunRow:
    """What the writer needs of a run."""

    rid: int
    n_points: int
    updated: float
    params: dict[int, int]  # kid → kind
    series: dict[int, int]  # mid → kind


def find(connection: sqlite3.Connection, run_id: str) -> RunRow | None:
    """Return a run, or None."""
    row = connection.execute(
        "select rid, n_points, coalesce(updated, -9e999), params, series from run where id = ?", (run_id,)
    ).fetchone()
    if row is None:
        return None
    rid, n_points, updated, held, declared = row
    return RunRow(rid, n_points, updated, unpack(held), unpack(declared))


def insert(connection: sqlite3.Connection, run_id: str, folder: str) -> RunRow:
    """Add a run of which nothing is known yet."""
    cursor = connection.execute(
        "insert into run(id, folder, written, n_points, params, series) values (?, ?, 0, 0, x'', x'')",
        (run_id, folder),
    )
    assert cursor.lastrowid is not None
    return RunRow(cursor.lastrowid, 0, -math.inf, {}, {})


def write_state(connection: sqlite3.Connection, rid: int, state: RunState) -> None:
    """Write what the events of a run come to."""
    connection.execute(
        "update run set name = ?, experiment = ?, note = ?, rest = ?, created = ?, ended = ?, archived = ?, deleted = ?,"
        " tags = ? where rid = ?",
        (
            encodable(state.name),
            encodable(state.experiment),
            encodable(state.note),
            run_status(state.sessions, ()),
            state.created,
            run_ended(state.sessions),
            state.archived,
            state.deleted,
            json.dumps(sorted(state.tags)),
            rid,
        ),
    )


def write_growth(connection: sqlite3.Connection, row: RunRow, written: int) -> None:
    """Write what grows with a run besides its state."""
    connection.execute(
        "update run set n_points = ?, updated = ?, params = ?, series = ?, written = ? where rid = ?",
        (
            row.n_points,
            row.updated if math.isfinite(row.updated) else None,
            pack(row.params),
            pack(row.series),
            written,
            row.rid,
        ),
    )


_SELECT: Final = "select rid, id, name, experiment, rest, note, created, ended, updated, archived, deleted, tags, n_points from run"


class RunTable:
    """All runs as columns, in memory; reads only the rows that were written since the last look."""

    def __init__(self) -> None:
        self._written = -1
        self._forgets = -1
        self._all = _columns([])
        self._row: dict[str, int] = {}

    def load(self, connection: sqlite3.Connection, written: int, forgets: int) -> None:
        """Bring the columns up to the table; the two numbers are those of meta."""
        if forgets != self._forgets:
            self._written, self._all = -1, _columns([])
        if written != self._written:
            found = connection.execute(
                f"{_SELECT} where written > ? order by rid", (self._written,)
            ).fetchall()
            if found:
                self._all = _patched(self._all, _columns(found))
                self._row = {run_id: row for row, run_id in enumerate(self._all.id.tolist())}
        self._written, self._forgets = written, forgets

    def columns(self, running: frozenset[str], *, include_deleted: bool) -> RunColumns:
        """Return the runs as of now, given the ids of those that are running."""
        runs = self._all
        rows = np.array([self._row[run_id] for run_id in running if run_id in self._row], np.int64)
        status, ended = runs.status.copy(), runs.ended.copy()
        status[rows], ended[rows] = "running", np.nan
        runs = replace(runs, status=status, ended=ended)
        if include_deleted or not runs.deleted.any():
            return runs
        return take(runs, np.flatnonzero(~runs.deleted))

    def deleted(self) -> list[int]:
        """Return the rids of the runs that are marked deleted."""
        rids: list[int] = self._all.rid[self._all.deleted].tolist()
        return rids


def _columns(rows: Sequence[tuple[Any, ...]]) -> RunColumns:
    columns: list[tuple[Any, ...]] = list(zip(*rows, strict=True)) if rows else [()] * 13
    rid, run_id, name, experiment, rest, note, created, ended, updated, archived, deleted, tags, n_points = (
        columns
    )
    return RunColumns(
        rid=np.array(rid, np.int64),
        id=_objects(run_id),
        name=_objects(name),
        experiment=_objects(experiment),
        status=_objects(rest),
        note=_objects(note),
        created=np.array(created, np.float64),  # None becomes NaN
        ended=np.array(ended, np.float64),
        updated=np.array(updated, np.float64),
        archived=np.array(archived, np.bool_),
        deleted=np.array(deleted, np.bool_),
        tags=_objects([() if text == "[]" else tuple(json.loads(text)) for text in tags]),
        n_points=np.array(n_points, np.int64),
    )


def _objects(values: Sequence[object]) -> Objects:
    column = np.empty(len(values), np.object_)
    column[:] = values  # np.array() would make tuples a second axis
    return column


def _patched(runs: RunColumns, changed: RunColumns) -> RunColumns:
    """Return the runs with rows replaced and added, sorted by rid."""
    kept = np.flatnonzero(~np.isin(runs.rid, changed.rid))
    order = np.argsort(np.concatenate((runs.rid[kept], changed.rid)), kind="stable")
    return RunColumns(
        *(
            np.concatenate((getattr(runs, field.name)[kept], getattr(changed, field.name)))[order]
            for field in fields(RunColumns)
        )
    )


def take(runs: RunColumns, rows: Ints) -> RunColumns:
    """Return some of the runs."""
    return RunColumns(*(getattr(runs, field.name)[rows] for field in fields(RunColumns)))
