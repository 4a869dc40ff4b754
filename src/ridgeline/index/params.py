"""Params: one row a run and address, clustered by address."""

import json
import math
import sqlite3
from collections import Counter
from collections.abc import Iterable
from typing import Final, TypeAlias

import numpy as np

from ridgeline.core.values import Json, decode_floats, encodable, encode_floats, flatten
from ridgeline.index.base import PARAM_KINDS, ParamColumn, ParamPath
from ridgeline.index.tally import Tally

_NUMBERS: Final[dict[str, int]] = {kind: number for number, kind in enumerate(PARAM_KINDS)}
_INT64: Final = range(-(1 << 63), 1 << 63)
Cell: TypeAlias = "int | float | str | None"

# What a run has: kid → number of the kind of its value.
Held = dict[int, int]


def _encode(value: Json) -> tuple[int, Cell]:
    """Return the number of the kind of a leaf, and the cell that holds it."""
    if value is None:
        return _NUMBERS["null"], None
    if isinstance(value, bool):
        return _NUMBERS["bool"], int(value)
    if isinstance(value, int):
        return _NUMBERS["int"], value if value in _INT64 else str(value)
    if isinstance(value, float):
        return _NUMBERS["float"], value  # SQLite keeps NaN as null
    if isinstance(value, str):
        return _NUMBERS["str"], encodable(value)
    kind = "list" if isinstance(value, list) else "dict"
    return _NUMBERS[kind], json.dumps(encode_floats(value), separators=(",", ":"))


def _decode(number: int, cell: Cell) -> Json:
    kind = PARAM_KINDS[number]
    if kind == "float":
        return math.nan if cell is None else cell
    if kind == "bool":
        return bool(cell)
    if kind == "int":
        return int(cell or 0)
    if kind in {"list", "dict"}:
        return decode_floats(json.loads(str(cell)))
    return cell


def write(
    connection: sqlite3.Connection, known: dict[str, int], rid: int, before: Held, params: dict[str, Json]
) -> Held:
    """Replace the params of a run by `params`, nested, and return what it holds then, which the caller counts.

    `known` remembers kids by path.
    """
    after: Held = {}
    rows: list[tuple[int, int, int, Cell]] = []
    for path, value in flatten(params).items():
        kid = _kid(connection, known, encodable(path))
        kind, cell = _encode(value)
        after[kid] = kind
        rows.append((kid, rid, kind, cell))
    gone = {kid: kind for kid, kind in before.items() if kid not in after}
    forget(connection, rid, gone)
    connection.executemany("insert or replace into param values (?, ?, ?, ?)", rows)
    return after


def forget(connection: sqlite3.Connection, rid: int, held: Held) -> None:
    """Remove params of a run, which the caller counts."""
    if held:
        connection.executemany("delete from param where kid = ? and rid = ?", [(kid, rid) for kid in held])


def write_counts(connection: sqlite3.Connection, change: Tally) -> None:
    """Add a change to how many runs hold what."""
    connection.executemany(
        "insert into key_count values (?, ?, ?) on conflict do update set n = n + excluded.n", change.rows()
    )


def _kid(connection: sqlite3.Connection, known: dict[str, int], path: str) -> int:
    kid = known.get(path)
    if kid is None:
        connection.execute("insert or ignore into key(path) values (?)", (path,))
        kid = int(connection.execute("select kid from key where path = ?", (path,)).fetchone()[0])
        known[path] = kid
    return kid


def paths(connection: sqlite3.Connection, deleted: Iterable[Held]) -> list[ParamPath]:
    """Return the addresses that some run holds which is not deleted, sorted."""
    counts = Counter(
        {(kid, kind): n for kid, kind, n in connection.execute("select kid, kind, n from key_count")}
    )
    for held in deleted:
        counts.subtract(held.items())
    kinds: dict[int, list[int]] = {}
    n_runs: Counter[int] = Counter()
    for (kid, kind), n in counts.items():
        if n > 0:
            kinds.setdefault(kid, []).append(kind)
            n_runs[kid] += n
    return sorted(
        (
            ParamPath(path, tuple(PARAM_KINDS[kind] for kind in sorted(kinds[kid])), n_runs[kid])
            for kid, path in connection.execute("select kid, path from key")
            if kid in kinds
        ),
        key=lambda found: found.path,
    )


def column(connection: sqlite3.Connection, path: str) -> ParamColumn:
    """Return the values at an address."""
    row = connection.execute("select kid from key where path = ?", (encodable(path),)).fetchone()
    cells = (
        []
        if row is None
        else connection.execute(
            "select rid, kind, value from param where kid = ? order by rid", row
        ).fetchall()
    )
    numbers: dict[tuple[int, Cell], int] = {}
    codes = [numbers.setdefault((kind, cell), len(numbers)) for _, kind, cell in cells]
    distinct = np.empty(len(numbers), np.object_)
    for (kind, cell), number in numbers.items():
        distinct[number] = _decode(kind, cell)
    rid = np.fromiter((cell[0] for cell in cells), np.int64, len(cells))
    return ParamColumn(rid, np.array(codes, np.int32), distinct)
