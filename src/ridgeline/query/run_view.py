"""One run, read from the index when asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Literal

import numpy as np

from ridgeline.core.errors import InputError, NotFoundError, did_you_mean
from ridgeline.core.goal import lower_is_better
from ridgeline.core.run_card import RunCard
from ridgeline.core.values import Json, flatten, split_path
from ridgeline.index.base import ConsoleLine, MetricKey, ObjectEntry, SegmentInfo
from ridgeline.log.run_state import Artifact, RunState, RunWarning
from ridgeline.log.status import newest_attempt
from ridgeline.query.language.axis import Ints
from ridgeline.query.order_series import sort_series
from ridgeline.query.point_table import PointTable
from ridgeline.query.predictions import Predictions, decode_predictions
from ridgeline.query.series_set import Occasion, SeriesSet
from ridgeline.query.snapshot import Snapshot, context_has, freeze
from ridgeline.query.source import number_of
from ridgeline.query.typed import moment


@dataclass(frozen=True, slots=True)
class MetricSummary:
    """A metric of a run in numbers. min, max, mean and best are NaN when every value is."""

    name: str
    context: dict[str, Json]
    kind: str
    n: int
    n_nan: int
    n_inf: int
    first: float
    last: float
    min: float
    max: float
    mean: float
    goal: Literal["min", "max"]
    best: float
    step_first: int
    step_last: int
    step_min: int
    step_max: int
    step_best: int
    epoch_last: float
    time_first: float
    time_last: float


@dataclass(frozen=True, slots=True)
class TrackedObject:
    """A text, image, audio, figure, distribution, table or predictions (its `kind`): where it stands; `read` gives its bytes."""

    entry: ObjectEntry
    name: str
    context: dict[str, Json]
    kind: str
    snapshot: Snapshot

    def read(self) -> bytes:
        """Return the content.

        Raises:
            StorageError: The log or the blob is not there any more.
        """
        return self.snapshot.index.object_bytes(self.entry)


class RunView:
    """A run as it was recorded so far. `view["hparams.lr"]` is a param; reading never changes the run."""

    def __init__(self, snapshot: Snapshot, row: int) -> None:
        """Look at a row of a snapshot."""
        self._snapshot = snapshot
        self._row = row
        runs = snapshot.runs
        self.rid = int(runs.rid[row])
        self.id = str(runs.id[row])
        self.name = str(runs.name[row])
        self.experiment = str(runs.experiment[row])
        self.status = str(runs.status[row])
        self.note = str(runs.note[row])
        self.tags: tuple[str, ...] = runs.tags[row]
        self.archived = bool(runs.archived[row])
        self.n_points = int(runs.n_points[row])

    @property
    def created(self) -> datetime | None:
        """Return when it began; None when that is lost."""
        return moment(float(self._snapshot.runs.created[self._row]))

    @property
    def ended(self) -> datetime | None:
        """Return when it ended; None while it runs, and for a lost one."""
        return moment(float(self._snapshot.runs.ended[self._row]))

    @property
    def updated(self) -> datetime | None:
        """Return when it last gave a sign of life."""
        return moment(float(self._snapshot.runs.updated[self._row]))

    @property
    def duration(self) -> float | None:
        """Return the seconds to its end; to now while it runs, to its last sign of life when it is lost."""
        running = self.status == "running"
        end = self.ended or (datetime.now(UTC) if running else self.updated)
        return None if self.created is None or end is None else max((end - self.created).total_seconds(), 0.0)

    @cached_property
    def state(self) -> RunState:
        """Return all that its events say."""
        return self._snapshot.index.state(self.rid)

    @property
    def params(self) -> dict[str, Json]:
        """Return the params, nested."""
        return self.state.params

    @property
    def env(self) -> dict[str, Json]:
        """Return the captured surroundings: command, git, packages, host and more."""
        return self.state.env

    @property
    def recording_warnings(self) -> dict[str, RunWarning]:
        """Return what went wrong while recording."""
        return self.state.warnings

    @property
    def artifacts(self) -> dict[str, Artifact]:
        """Return the logged files by name."""
        return self.state.artifacts

    @property
    def error(self) -> str | None:
        """Return the traceback of what failed: the run, or one of its ranks or workers; of a resumed run, only since then."""
        errors = [session.error for session in newest_attempt(self.state.sessions) if session.error]
        return errors[-1] if errors else None

    @property
    def segments(self) -> list[SegmentInfo]:
        """Return the pieces of its log."""
        return self._snapshot.index.segments(self.rid)

    def __getitem__(self, address: str) -> Json:
        """Return a param, or a dict of all below.

        Raises:
            NotFoundError: The run has none there.
        """
        node: Json = self.params
        for key in split_path(address):
            if not isinstance(node, dict) or key not in node:
                known = flatten(self.params)
                message = f"The run {self.name!r} has no param {address!r}.{did_you_mean(address, known)}"
                raise NotFoundError(message, "param-not-found")
            node = node[key]
        return node

    @cached_property
    def metrics(self) -> list[MetricSummary]:
        """Return its metrics, sorted by name and context."""
        keys = {key.mid: key for key in self._snapshot.index.metrics(self.rid) if key.numeric}
        rids: Ints = np.array([self.rid], dtype=np.int64)
        summaries = self._snapshot.index.summaries(sorted(keys), rids)
        lower = np.array([lower_is_better(keys[mid].name) for mid in summaries.mid.tolist()], dtype=np.bool_)
        numbers = {name: number_of(summaries, name, lower)[0] for name in ("mean", "best", "argbest")}
        empty = np.isnan(summaries.min)
        found = []
        for i, mid in enumerate(summaries.mid.tolist()):
            key = keys[mid]
            found.append(
                MetricSummary(
                    key.name,
                    key.context,
                    key.kind,
                    int(summaries.n[i]),
                    int(summaries.n_nan[i]),
                    int(summaries.n_inf[i]),
                    float(summaries.first[i]),
                    float(summaries.last[i]),
                    float(summaries.min[i]),
                    float(summaries.max[i]),
                    float("nan") if empty[i] else float(numbers["mean"][i]),
                    "min" if lower[i] else "max",
                    float(numbers["best"][i]),
                    int(summaries.step_first[i]),
                    int(summaries.step_last[i]),
                    int(summaries.step_min[i]),
                    int(summaries.step_max[i]),
                    int(numbers["argbest"][i]),
                    float(summaries.epoch_last[i]),
                    float(summaries.time_first[i]),
                    float(summaries.time_last[i]),
                )
            )
        return sorted(found, key=lambda metric: (metric.name, repr(sorted(metric.context.items()))))

    def points(self, name: str, context: Mapping[str, Json] | None = None) -> PointTable:
        """Return the points of a metric, in all contexts that have the given keys.

        Raises:
            NotFoundError: The run has no such metric.
        """
        mids = [key.mid for key in self._keys(name, context) if key.numeric]
        summaries = self._snapshot.index.summaries(mids, np.array([self.rid], dtype=np.int64))
        series = SeriesSet(summaries.mid, summaries.rid, summaries)
        return PointTable(self._snapshot, sort_series(self._snapshot, series, (), Occasion()))

    def objects(
        self, name: str | None = None, context: Mapping[str, Json] | None = None
    ) -> list[TrackedObject]:
        """Return the texts, images, … of a name (None: all), in contexts that have the given keys, by step.

        Raises:
            NotFoundError: The run has nothing of that name.
        """
        keys = [key for key in self._keys(name, context) if not key.numeric]
        entries = self._snapshot.index.objects(
            [key.mid for key in keys], np.array([self.rid], dtype=np.int64)
        )
        by_metric = {key.mid: [entry for entry in entries if entry.mid == key.mid] for key in keys}
        return [
            TrackedObject(entry, key.name, key.context, key.kind, self._snapshot)
            for key in keys
            for entry in by_metric[key.mid]
        ]

    def predictions(
        self, context: Mapping[str, Json] | None = None, *, step: int | None = None
    ) -> Predictions:
        """Return what `log_predictions` recorded in the one context that has the given keys.

        Args:
            context: keys that tell it from others.
            step: of which step; None: of the newest.

        Raises:
            NotFoundError: the run has no predictions there, or none at the step.
            InputError: several contexts have these keys.
            StorageError: the log or the blob is not there any more, or no predictions.
        """
        found = [item for item in self.objects("predictions", context) if item.kind == "predictions"]
        contexts = {repr(item.context): item for item in found}
        if len(contexts) > 1:
            raise InputError(
                f"The run {self.name!r} has predictions in {len(contexts)} contexts with {dict(context or {})}:"
                f" {', '.join(contexts)}. Name one.",
                "predictions-contexts",
            )
        at = [item for item in found if step in (None, item.entry.step)]
        if not at:
            steps = ", ".join(str(item.entry.step) for item in found) or "none"
            raise NotFoundError(
                f"The run {self.name!r} has no predictions at step {step}; it has them at {steps}.",
                "predictions-not-found",
            )
        return decode_predictions(at[-1].read())

    def console(self, *, after: int = 0, limit: int | None = None) -> list[ConsoleLine]:
        """Return at most `limit` lines of console output, from line number `after` on."""
        return self._snapshot.index.console(self.rid, after=after, limit=limit)

    def _keys(self, name: str | None, context: Mapping[str, Json] | None) -> list[MetricKey]:
        keys = self._snapshot.index.metrics(self.rid)
        wanted = {key: freeze(value) for key, value in (context or {}).items()}
        found = [key for key in keys if name in (None, key.name) and context_has(key.context, wanted)]
        if not found and name is not None:
            hint = did_you_mean(name, {key.name for key in keys})
            where = f" in a context with {dict(context)}" if context else ""
            raise NotFoundError(
                f"The run {self.name!r} has nothing tracked as {name!r}{where}.{hint}", "metric-not-found"
            )
        return found

    def _repr_html_(self) -> str:
        figures = tuple(
            (_title(metric), f"{metric.best:.4g}") for metric in self.metrics if _is_figure(metric)
        )
        params = tuple((path, str(value)) for path, value in flatten(self.params).items())
        return RunCard(self.id, self.name, self.experiment, self.status, self.tags, figures, params).html()

    def __repr__(self) -> str:
        return f"RunView({self.name!r}, id={self.id!r}, experiment={self.experiment!r}, {self.status})"


def _is_figure(metric: MetricSummary) -> bool:
    return not metric.name.startswith("system.") and not np.isnan(metric.best)


def _title(metric: MetricSummary) -> str:
    where = " ".join(str(value) for _, value in sorted(metric.context.items()))
    return f"best {metric.name} {where}".rstrip()
