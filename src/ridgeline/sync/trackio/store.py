"""A folder of Trackio: a SQLite file for each project, which is only read."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from ridgeline.core.errors import InputError, StorageError
from ridgeline.core.values import Json
from ridgeline.sync.columns import SeriesColumns
from ridgeline.sync.context_patterns import ContextPatterns
from ridgeline.sync.naming import nest, stable_id
from ridgeline.sync.passes import mark_of
from ridgeline.sync.source import SourceObject, SourceRun
from ridgeline.sync.trackio.media import read_media

_NON_FINITE = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}
_EPOCHS = ("epoch", "train/epoch")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a run stands. Before its version 0.15 Trackio told runs apart by their names."""

    path: Path
    key: str  # the value of run_id, or of run_name
    name: str


@dataclass(slots=True)
class _Rows:
    """What the rows of a run come to."""

    columns: SeriesColumns = field(default_factory=SeriesColumns)
    objects: list[SourceObject] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)


class TrackioFolder:
    """All runs of all projects of a folder, or of one file of it."""

    def __init__(self, path: Path, patterns: ContextPatterns) -> None:
        """Look at a folder or file.

        Raises:
            InputError: There is none.
        """
        self._files = [path] if path.is_file() else sorted(path.glob("*.db"))
        self._folder = path.parent if path.is_file() else path
        if not self._files:
            message = f"There is no project of Trackio at {str(path)!r}: no file *.db. Trackio keeps its own in ~/.cache/huggingface/trackio, or $TRACKIO_DIR."
            raise InputError(message, "trackio-not-found")
        self._patterns = patterns
        self._places: dict[str, _Place] = {}
        self._marks: dict[str, str] = {}
        self._wrong: dict[str, StorageError] = {}

    def listed(self) -> dict[str, str]:
        """Return the runs with marks of how much was logged of each. A file that cannot be read is one run that fails."""
        self._places, self._marks, self._wrong = {}, {}, {}
        for path in self._files:
            try:
                with _opened(path) as database:
                    self._list(path, database)
            except StorageError as error:
                self._wrong[path.name] = error
                self._marks[path.name] = ""
        return self._marks

    def read(self, run_id: str) -> Iterator[SourceRun]:
        """Return a run, then say what of it is missing.

        Raises:
            StorageError: It cannot be read, or not all of it.
        """
        if run_id in self._wrong:
            raise self._wrong[run_id]
        place = self._places[run_id]
        with _opened(place.path) as database:
            rows = self._rows(database, place)
            config = self._config(database, place)
        yield self._describe(run_id, place, rows, config)
        if rows.problems:
            more = f" (and {len(rows.problems) - 1} more)" if len(rows.problems) > 1 else ""
            raise StorageError(
                f"{rows.problems[0]}{more}. All else of the run is there.", "trackio-incomplete"
            )

    def taken(self, run_id: str) -> None:
        """Nothing has to be remembered."""

    def close(self) -> None:
        """Nothing is held open."""

    def _list(self, path: Path, database: sqlite3.Connection) -> None:
        key = _key(database)
        query = f"SELECT {key}, MAX(run_name), COUNT(*), MAX(id) FROM metrics GROUP BY {key}"  # noqa: S608 - one of two names of ours
        system = _counts(database, "system_metrics", key)
        for found, name, *counted in database.execute(query):
            run_id = stable_id(str(found), path.stem if key == "run_name" else "")
            self._places[run_id] = _Place(path, str(found), str(name))
            self._marks[run_id] = mark_of(self._patterns.patterns, name, counted, system.get(found))

    def _rows(self, database: sqlite3.Connection, place: _Place) -> _Rows:
        rows = _Rows()
        key = _key(database)
        query = f"SELECT timestamp, step, metrics FROM metrics WHERE {key} = ? ORDER BY id"  # noqa: S608 - one of two names of ours
        for written, step, text in database.execute(query, (place.key,)):
            self._row(rows, _seconds(written), int(step), _tree(text))
        if "system_metrics" in _tables(database):
            query = f"SELECT timestamp, metrics FROM system_metrics WHERE {key} = ? ORDER BY id"  # noqa: S608 - one of two names of ours
            for step, (written, text) in enumerate(database.execute(query, (place.key,))):
                for name, value in _tree(text).items():
                    number = _number(value)
                    if number is not None:
                        rows.columns.add(f"system.{name}", {}, step, _seconds(written), number)
        return rows

    def _row(self, rows: _Rows, time: float, step: int, tree: dict[str, Json]) -> None:
        rows.times.append(time)
        epoch = next((found for key in _EPOCHS if (found := _number(tree.get(key))) is not None), None)
        for key, value in tree.items():
            number = _number(value)
            if number is not None:
                name, context = self._patterns.split(key)
                rows.columns.add(name, context, step, time, number, epoch)
            elif isinstance(value, dict) and "_type" in value:
                try:
                    rows.objects.append(read_media(value, self._folder / "media", key, step, time))
                except (InputError, ValueError) as error:
                    said = error.message if isinstance(error, InputError) else str(error)
                    rows.problems.append(f"{key!r} at step {step}: {said}")
            elif isinstance(value, dict):
                self._row(rows, time, step, {f"{key}.{inner}": one for inner, one in value.items()})
            elif value is not None:
                words = value if isinstance(value, str) else json.dumps(value)
                data = words.encode(errors="replace")
                rows.objects.append(
                    SourceObject(key, {}, "text", step, time, "text/plain; charset=utf-8", data)
                )

    def _config(self, database: sqlite3.Connection, place: _Place) -> dict[str, Json]:
        query = f"SELECT config FROM configs WHERE {_key(database)} = ?"  # noqa: S608 - one of two names of ours
        row = database.execute(query, (place.key,)).fetchone() if "configs" in _tables(database) else None
        return _tree(row[0]) if row else {}

    def _describe(self, run_id: str, place: _Place, rows: _Rows, config: dict[str, Json]) -> SourceRun:
        """Return a run. Trackio does not say how a run ended, nor whether it did: each has ended with its last row."""
        created = config.get("_Created")
        began = _seconds(created) if isinstance(created, str) else min(rows.times)
        params = nest((key, value) for key, value in config.items() if not key.startswith("_"))
        if config.get("_Group"):
            params.setdefault("trackio", {"group": config["_Group"]})
        return SourceRun(
            id=run_id,
            source=f"trackio {place.path}",
            name=place.name,
            experiment=place.path.stem,
            created=min(began, *rows.times),
            ended=max(rows.times),
            status="finished",
            user=str(config.get("_Username") or ""),
            params=params,
            series=rows.columns.series(),
            objects=tuple(rows.objects),
            mark=None if rows.problems else self._marks[run_id],
        )


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a file for reading only.

    Raises:
        StorageError: It is none of Trackio's, or of a version that is not known.
    """
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)) as database:
            if "metrics" not in _tables(database):
                raise sqlite3.DatabaseError("there is no table metrics")
            yield database
    except sqlite3.Error as error:
        message = f"{str(path)!r} cannot be read as a project of Trackio ({error})."
        raise StorageError(message, "trackio-unreadable") from error


def _tables(database: sqlite3.Connection) -> set[str]:
    return {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def _key(database: sqlite3.Connection) -> str:
    columns = {row[1] for row in database.execute("PRAGMA table_info(metrics)")}
    return "run_id" if "run_id" in columns else "run_name"


def _counts(database: sqlite3.Connection, table: str, key: str) -> dict[str, int]:
    if table not in _tables(database):
        return {}
    return dict(database.execute(f"SELECT {key}, COUNT(*) FROM {table} GROUP BY {key}"))  # noqa: S608 - names of ours


def _tree(text: str) -> dict[str, Json]:
    tree = json.loads(text)
    return tree if isinstance(tree, dict) else {}


def _number(value: Json) -> float | None:
    """Return a number; NaN and ±∞ stand as texts."""
    if isinstance(value, str):
        return _NON_FINITE.get(value)
    return float(value) if isinstance(value, bool | int | float) else None


def _seconds(text: str) -> float:
    found = datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
