"""Metrics: their numbers, and how many runs declare them."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable
from typing import Final

from ridgeline.core.values import Json, decode_floats, encodable, encode_floats
from ridgeline.index.base import NUMERIC_KINDS, MetricKey
from ridgeline.index.tally import Tally
from ridgeline.log.events import SeriesEvent

KINDS: Final = (*NUMERIC_KINDS, "text", "image", "audio", "figure", "distribution", "table", "predictions")
KIND_NUMBERS: Final = {kind: number for number, kind in enumerate(KINDS)}
_NUMBER: Final = "number"

# What a run declares: mid → number of the widest kind.
Declared = dict[int, int]


def context_text(context: dict[str, Json]) -> str:
    """Return a context as the one text that stands for it."""
    return json.dumps(encode_floats(context), sort_keys=True, separators=(",", ":"))


def _context(text: str) -> dict[str, Json]:
    context = decode_floats(json.loads(text))
    assert isinstance(context, dict)
    return context


# Numbers of definitions as they were written: to look one up takes a tenth of the time of making the JSON of its context.
Known = dict[tuple[str, ...], int]


def number_of(connection: sqlite3.Connection, known: Known, event: SeriesEvent) -> int:
    """Return the mid of a definition, a new one if need be. `known` remembers those seen."""
    # As they are printed: 1, 1.0 and True are one key of a dict, and three contexts.
    key = (event.name, event.kind, *event.context, *map(repr, event.context.values()))
    mid = known.get(key)
    if mid is None:
        mid = known[key] = _number_of(connection, event)
    return mid


def _number_of(connection: sqlite3.Connection, event: SeriesEvent) -> int:
    family = _NUMBER if event.kind in NUMERIC_KINDS else event.kind
    row = encodable(event.name), context_text(event.context), family
    connection.execute("insert or ignore into metric(name, context, family) values (?, ?, ?)", row)
    sql = "select mid from metric where name = ? and context = ? and family = ?"
    return int(connection.execute(sql, row).fetchone()[0])


def write_counts(connection: sqlite3.Connection, change: Tally) -> None:
    """Add a change to how many runs declare what."""
    connection.executemany(
        "insert into metric_count values (?, ?, ?) on conflict do update set n = n + excluded.n",
        change.rows(),
    )


def listed(connection: sqlite3.Connection, deleted: Iterable[Declared]) -> list[MetricKey]:
    """Return the metrics that some run declares which is not deleted, sorted by (name, context, kind)."""
    counts = Counter(
        {(mid, kind): n for mid, kind, n in connection.execute("select mid, kind, n from metric_count")}
    )
    for declared in deleted:
        counts.subtract(declared.items())
    widest: dict[int, int] = {}
    n_runs: Counter[int] = Counter()
    for (mid, kind), n in counts.items():
        if n > 0:
            widest[mid] = max(kind, widest.get(mid, 0))
            n_runs[mid] += n
    return _keys(connection, widest, n_runs)


def declared_by(connection: sqlite3.Connection, declared: Declared) -> list[MetricKey]:
    """Return the metrics of one run."""
    return _keys(connection, declared, Counter(dict.fromkeys(declared, 1)))


def _keys(connection: sqlite3.Connection, kinds: dict[int, int], n_runs: "Counter[int]") -> list[MetricKey]:
    rows = connection.execute("select mid, name, context from metric order by name, context, family")
    return [
        MetricKey(mid, name, _context(context), KINDS[kinds[mid]], n_runs[mid])
        for mid, name, context in rows
        if mid in kinds
    ]
