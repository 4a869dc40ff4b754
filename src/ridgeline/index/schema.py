"""The tables of the SQLite index, and how its file is opened.

The file is a cache. A change here raises VERSION; an index of another version is rebuilt, never migrated.

    1   first
    2   segment.began and .seen: which sessions of a run overlap
    3   chunks in parts, values as float32 where they are, times in 1024ths of a second, events deflated with a dictionary
"""

import sqlite3
from pathlib import Path
from typing import Final, NamedTuple

VERSION: Final = 3
# 16 KiB: eleven parts of chunks a page. At 4 KiB the index takes 13 % more.
_PAGE_BYTES: Final = 16384
_CACHE_KIB: Final = 64 << 10
_WAL_BYTES: Final = 64 << 20  # kept after a checkpoint
_BUSY_MS: Final = 10_000

_TABLES: Final = """
create table meta(            -- when something changed last: written counts commits, the others are its value then
    key text primary key,     -- written; answers: anything an answer shows; params, chunks: these tables; forgot: rows of
    value int not null        --   runs went away
) without rowid;
insert into meta values ('written', 0), ('answers', 0), ('params', 0), ('chunks', 0), ('forgot', 0);

create table folder(          -- the 256 folders in runs/
    name text primary key,
    mtime_ns int not null     -- as of the last look, when that was long enough after it to trust it
) without rowid;

create table run(
    rid integer primary key autoincrement,
    id text not null unique,
    folder text not null,     -- its folder in runs/
    written int not null,     -- meta.written at the last change of this row
    name text, experiment text, note text,
    rest text,                -- the status when no writer is alive
    created real, ended real, updated real,
    archived int, deleted int,
    tags text,                -- JSON list
    n_points int not null,    -- in chunks
    params blob not null,     -- (kid u4, kind u4) of each row in param
    series blob not null      -- (mid u4, kind u4) of each declared series
);
create index run_folder on run(folder);
create index run_written on run(written);

create table segment(
    segno integer primary key autoincrement,
    rid int not null,
    id text not null,
    size_bytes int not null,  -- of the file at the last look
    read_bytes int not null,  -- taken in up to here
    frame_no int not null,    -- the next one
    n_gaps int not null,
    began real,               -- its head; null for an edit
    seen real,                -- its last sign of life: the newest time of anything in it
    settled int not null,     -- 1: nothing more is expected; looked at again only when its folder changes
    series blob not null,     -- (sid u4, mid u4) of each definition; mid 0 stands for none
    unique(rid, id)
);
create index segment_unsettled on segment(rid) where settled = 0;

create table event(           -- EVENTS frames without their series lines, for folding the run anew
    rid int, segno int, offset int,
    lines blob not null,      -- event_text.deflate
    primary key(rid, segno, offset)
) without rowid;

create table metric(
    mid integer primary key autoincrement,
    name text not null,
    context text not null,    -- JSON, keys sorted
    family text not null,     -- number, or the kind of object
    unique(name, context, family)
);
create table metric_count(    -- how many runs declare a metric as a kind
    mid int, kind int, n int not null,
    primary key(mid, kind)
) without rowid;

create table series(          -- of points in chunks
    mid int, rid int,
    stats blob not null,      -- summaries.STATS
    primary key(mid, rid)
) without rowid;

create table chunk(
    id integer primary key,   -- mid << 43 | rid << 18 | seq << 3 | part: one metric of all runs is one stretch of the file
    n int,                    -- CHUNK_POINTS but in the last chunk of a series; this and the next three are null in all parts
    codec int,                --   but the first
    axis int,                 -- mid of the axis, of the same rid and seq, that begins with these points
    step0 int,                -- the first step
    vals blob not null        -- float64; goes on in the next part
);
create table axis(            -- what metrics that are tracked together have in common
    id integer primary key,   -- as that of the first part of a chunk
    n int not null,
    codec int not null,
    segno int,                -- null when points are of several segments:
    segnos blob,              --   then as int64
    step0 int not null,
    dstep int,                -- null when steps are no arithmetic sequence:
    steps blob,               --   then as int64
    epoch0 real,              -- of all points; null when there is none or they differ:
    epochs blob,              --   then as float64
    time_unit int not null,   -- codec.SECONDS (float64), WRITER_TICKS, MICROSECONDS, CLOCK_TICKS (int64)
    times blob not null
);

create table tail(            -- points of live runs that wait to be put into chunks
    id integer primary key autoincrement,
    rid int not null,
    added real not null,
    n int not null,
    rows blob not null        -- block.TAIL_ROW, in the order of arrival
);
create index tail_rid on tail(rid, added, n); -- answers what waits without reading the rows

create table object(          -- frames in the log
    rid int, mid int, segno int, offset int,
    step int, time real, epoch real,
    mime text, meta text, blob text, size_bytes int,
    primary key(rid, mid, segno, offset)
) without rowid;
create table console(         -- frames in the log
    rid int, segno int, offset int,
    time real, n_lines int,
    primary key(rid, segno, offset)
) without rowid;

create table key(
    kid integer primary key,
    path text not null unique
);
create table key_count(       -- how many runs have a param as a kind
    kid int, kind int, n int not null,
    primary key(kid, kind)
) without rowid;
create table param(           -- clustered by path: one column of all runs is one stretch of the file
    kid int, rid int,
    kind int not null,        -- place in base.PARAM_KINDS
    value,                    -- int, real, text; null for None and NaN; JSON for lists and ints beyond 64 bits
    primary key(kid, rid)
) without rowid;
"""


def connect(path: Path) -> sqlite3.Connection:
    """Open an index file, a new or an existing one; threads share the connection under the caller's lock.

    Raises:
        sqlite3.DatabaseError: The file is no SQLite database, or damaged.
    """
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=256)
    try:
        connection.execute(f"pragma busy_timeout={_BUSY_MS}")
        connection.execute(f"pragma page_size={_PAGE_BYTES}")
        connection.execute("pragma journal_mode=wal")
        connection.execute("pragma synchronous=normal")
        connection.execute(f"pragma cache_size=-{_CACHE_KIB}")
        connection.execute(f"pragma journal_size_limit={_WAL_BYTES}")
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def version(connection: sqlite3.Connection) -> int:
    """Return the schema version of an open index; 0 for a new file."""
    return int(connection.execute("pragma user_version").fetchone()[0])


def is_empty(connection: sqlite3.Connection) -> bool:
    """Tell whether an open file has no table yet."""
    return connection.execute("select 1 from sqlite_schema").fetchone() is None


def create_tables(connection: sqlite3.Connection) -> None:
    """Lay out a new index file."""
    connection.executescript(f"begin; {_TABLES} pragma user_version={VERSION}; commit;")


class Meta(NamedTuple):
    """The table `meta`."""

    answers: int
    chunks: int
    forgot: int
    params: int
    written: int


def read_meta(connection: sqlite3.Connection) -> Meta:
    """Return when something changed last."""
    return Meta(*(value for (value,) in connection.execute("select value from meta order by key")))
