"""What Aim keeps of its runs in SQLite: names, experiments, tags, notes, times."""

import sqlite3
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ridgeline.core.errors import StorageError

_RUNS = """
SELECT run.id, run.hash, run.name, run.description, run.is_archived, run.created_at, run.finalized_at, experiment.name
FROM run LEFT JOIN experiment ON experiment.id = run.experiment_id
"""
_TAGS = "SELECT run_tag.run_id, tag.name FROM run_tag JOIN tag ON tag.id = run_tag.tag_id ORDER BY tag.name"
_NOTES = "SELECT run_id, content FROM note WHERE run_id IS NOT NULL ORDER BY id"


@dataclass(frozen=True, slots=True)
class Properties:
    """A run but for its params and sequences; times are seconds since 1970."""

    name: str
    note: str
    archived: bool
    created: float
    finalized: float | None
    experiment: str
    tags: tuple[str, ...]


def read_properties(path: Path) -> dict[str, Properties]:
    """Return the runs of `run_metadata.sqlite` by their hashes.

    Raises:
        StorageError: It is not there, or of another version of Aim.
    """
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)) as database:
            tags, notes = _lists(database, _TAGS), _lists(database, _NOTES)
            rows = database.execute(_RUNS).fetchall()
    except sqlite3.Error as error:
        message = f"{str(path)!r} cannot be read ({error}). Is it of Aim 3.12 or later? `aim upgrade` brings older ones up to date."
        raise StorageError(message, "aim-unreadable") from error
    return {
        run_hash: Properties(
            name="" if name == f"Run: {run_hash}" else name or "",
            note="\n\n".join(text for text in (description, *notes[number]) if text),
            archived=bool(archived),
            created=_seconds(created) or 0.0,
            finalized=_seconds(finalized),
            experiment=experiment or "default",
            tags=tuple(tags[number]),
        )
        for number, run_hash, name, description, archived, created, finalized, experiment in rows
    }


def _lists(database: sqlite3.Connection, query: str) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for number, text in database.execute(query):
        found[number].append(text)
    return found


def _seconds(text: str | None) -> float | None:
    """Return a time that SQLite keeps as text, in UTC."""
    return None if text is None else datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()
