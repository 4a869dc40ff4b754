"""All that the records of a run come to."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from ridgeline.core.values import Json, flatten, set_path
from ridgeline.sync.columns import SeriesColumns
from ridgeline.sync.context_patterns import ContextPatterns
from ridgeline.sync.naming import plain_values
from ridgeline.sync.printed import Lines
from ridgeline.sync.source import SourceObject
from ridgeline.sync.wandb.media import MediaReader, Place
from ridgeline.sync.wandb.records import (
    Changes,
    Environment,
    Exit,
    HistoryRow,
    Printed,
    Record,
    RunHead,
    SystemStats,
    git_values,
)

# Keys of history that say where a row stands, not what was measured.
_OWN = frozenset({"_step", "_timestamp", "_runtime", "_wandb"})
_EPOCHS = ("epoch", "train/epoch", "trainer/epoch")
_DEVICE = re.compile(r"(gpu|tpu|trn|cpu|disk)\.(?:process\.)?([^.]+)\.(.+)")


@dataclass(slots=True)
class RunFold:
    """Takes in records one by one, of all files of a run, in the order in which they were written."""

    patterns: ContextPatterns
    head: RunHead = field(default_factory=RunHead)
    config: dict[str, Json] = field(default_factory=dict)
    summary: dict[str, Json] = field(default_factory=dict)
    env: dict[str, Json] = field(default_factory=dict)
    columns: SeriesColumns = field(default_factory=SeriesColumns)
    objects: list[SourceObject] = field(default_factory=list)
    printed: Lines = field(default_factory=Lines)
    exit: Exit | None = None
    updated: float = 0.0
    missing: dict[str, str] = field(default_factory=dict)
    _n_stats: int = 0
    _step: int = -1

    def add(self, records: Iterable[Record], files: Path) -> None:
        """Take in records; `files` is the folder in which their media lie."""
        media = MediaReader(files, self.missing)
        for record in records:
            if isinstance(record, HistoryRow):
                self._history(record, media)
            elif isinstance(record, Changes):
                self._change(record)
            elif isinstance(record, SystemStats):
                self._stats(record)
            elif isinstance(record, Printed):
                self.printed.add(record.time, record.stream, record.text)
                self.updated = max(self.updated, record.time)
            elif isinstance(record, RunHead):
                self._begin(record)
            elif isinstance(record, Exit):
                self.exit = record
            else:
                self._environment(record)

    def _begin(self, head: RunHead) -> None:
        """Take what a head says; what it does not say stays. The first start is that of the run."""
        said = {name: getattr(head, name) for name in RunHead.__slots__ if getattr(head, name)}
        if self.head.started is not None:
            said.pop("started", None)
        self.head = replace(self.head, **said)
        self.exit = None  # it goes on
        _set_all(self.config, head.config)
        git = git_values(*head.git)
        if git:
            self.env["git"] = git

    def _change(self, changes: Changes) -> None:
        tree = self.config if changes.of == "config" else self.summary
        _set_all(tree, changes.update)
        for path in changes.remove:
            node: Json = tree
            for key in path[:-1]:
                node = node.get(key, {}) if isinstance(node, dict) else {}
            if isinstance(node, dict) and path:
                node.pop(path[-1], None)

    def _environment(self, record: Environment) -> None:
        for key, value in record.values.items():
            held = self.env.get(key)
            self.env[key] = {**held, **value} if isinstance(held, dict) and isinstance(value, dict) else value

    def _history(self, row: HistoryRow, media: MediaReader) -> None:
        tree: dict[str, Json] = {}
        _set_all(tree, row.items)
        step = row.step if row.step is not None else _number(tree.get("_step"))
        self._step = int(step) if step is not None else self._step + 1
        time = _number(tree.get("_timestamp"))
        if time is None:
            time = (self.head.started or 0.0) + (_number(tree.get("_runtime")) or 0.0)
        self.updated = max(self.updated, time)
        epoch = next((found for key in _EPOCHS if (found := _number(tree.get(key))) is not None), None)
        for key, value in tree.items():
            if key not in _OWN:
                self._value(value, Place(key, self._step, time, epoch), media)

    def _value(self, value: Json, place: Place, media: MediaReader) -> None:
        number = _number(value)
        if number is not None:
            name, context = self.patterns.split(place.name)
            self.columns.add(name, context, place.step, place.time, number, place.epoch)
        elif isinstance(value, dict) and "_type" in value:
            self.objects += media.objects(value, place)
        elif isinstance(value, dict):
            for key, inner in value.items():
                self._value(inner, replace(place, name=f"{place.name}.{key}"), media)
        elif (
            isinstance(value, list)
            and value
            and all(isinstance(one, dict) and "_type" in one for one in value)
        ):
            for one in value:
                self._value(one, place, media)
        elif value is not None:
            words = value if isinstance(value, str) else str(plain_values(value))
            self.objects.append(
                SourceObject(
                    place.name, {}, "text", place.step, place.time, "text/plain; charset=utf-8",
                    words.encode(errors="replace"), {}, place.epoch,
                )
            )  # fmt: skip

    def _stats(self, stats: SystemStats) -> None:
        """Take what the machine did: `gpu.0.temp` is `system.gpu.temp` with the context {"gpu": "0"}."""
        for path, value in stats.items:
            number, key = _number(value), ".".join(path)
            if number is None or key.startswith("_"):
                continue
            context: dict[str, Json] = {}
            if device := _DEVICE.fullmatch(key):
                context = {device[1]: int(device[2]) if device[2].isdigit() else device[2]}
                key = f"{device[1]}.{device[3]}"
            self.columns.add(f"system.{key}", context, self._n_stats, stats.time, number)
        self._n_stats += 1
        self.updated = max(self.updated, stats.time)

    def summary_beyond_history(self) -> dict[str, Json]:
        """Return what the summary says that is not the newest value of a series: what the script itself put there."""
        own: dict[str, Json] = {}
        for key, value in self.summary.items():
            if key in _OWN or (isinstance(value, dict) and "_type" in value):
                continue
            if isinstance(value, dict):
                left: Json = self._unheld(value, key)
                if left:
                    own[key] = left
            elif not self._is_held(key, value):
                own[key] = value
        return own

    def _unheld(self, tree: dict[str, Json], prefix: str) -> dict[str, Json]:
        return {
            path: value
            for path, value in flatten(tree).items()
            if not self._is_held(f"{prefix}.{path}", value)
        }

    def _is_held(self, key: str, value: Json) -> bool:
        if isinstance(value, str | list) and any(one.name == key for one in self.objects):
            return True
        name, context = self.patterns.split(key)
        number = _number(value)
        last = self.columns.last(name, context)
        return (
            number is not None
            and last is not None
            and (number == last or (math.isnan(number) and math.isnan(last)))
        )


def _set_all(tree: dict[str, Json], items: Iterable[tuple[tuple[str, ...], Json]]) -> None:
    for path, value in items:
        if path:
            set_path(tree, path, value)


def _number(value: Json) -> float | None:
    return float(value) if isinstance(value, bool | int | float) else None
