"""A run of the repository, in the words in which sources bring runs: what is written elsewhere can come back the same way."""

from pathlib import Path
from typing import cast

import numpy as np

from ridgeline.blobs.store import BlobStore
from ridgeline.index.base import MetricKey, ObjectEntry
from ridgeline.log.events import SeriesKind
from ridgeline.log.run_state import Artifact
from ridgeline.query.repo import Repo
from ridgeline.query.run_view import RunView
from ridgeline.sync.source import (
    SourceArtifact,
    SourceLine,
    SourceObject,
    SourceRun,
    SourceSeries,
    SourceStatus,
)
from ridgeline.sync.take_over import SEEN_KEY

_STATUS: dict[str, SourceStatus] = {"running": "running", "finished": "finished", "stopped": "stopped"}


def held_run(repo: Repo, view: RunView) -> SourceRun:
    """Return all of a run. A lost run counts as failed: other trackers have no word for it.

    Raises:
        StorageError: Its log cannot be read.
    """
    blobs = BlobStore(repo.layout.blobs)
    state = view.state
    keys = repo.index.metrics(view.rid)
    numeric = [key for key in keys if key.numeric]
    others = {key.mid: key for key in keys if not key.numeric}
    entries = repo.index.objects(sorted(others), np.array([view.rid]))
    updated = view.updated
    ended = view.ended or (None if view.status == "running" else updated)
    users = [session.user for session in state.sessions if session.user]
    return SourceRun(
        id=view.id,
        source=f"ridgeline {repo.root}",
        name=view.name,
        experiment=view.experiment,
        created=view.created.timestamp() if view.created else 0.0,
        ended=ended.timestamp() if ended else None,
        status=_STATUS.get(view.status, "failed"),
        user=users[0] if users else "",
        note=view.note,
        archived=view.archived,
        error=view.error,
        tags=view.tags,
        params=view.params,
        env={key: value for key, value in view.env.items() if key != SEEN_KEY},
        artifacts=tuple(_artifact(one, blobs) for one in state.artifacts.values()),
        series=tuple(_series(repo, view.rid, key) for key in numeric),
        objects=tuple(_object(repo, blobs, others[entry.mid], entry) for entry in entries),
        console=tuple(SourceLine(line.time, line.stream, line.text) for line in repo.index.console(view.rid)),
    )


def _series(repo: Repo, rid: int, key: MetricKey) -> SourceSeries:
    points = repo.index.points(key.mid, np.array([rid]))
    return SourceSeries(key.name, key.context, points.step, points.time, points.value, points.epoch)


def _object(repo: Repo, blobs: BlobStore, key: MetricKey, entry: ObjectEntry) -> SourceObject:
    data: bytes | Path = blobs.path(entry.blob) if entry.blob else repo.index.object_bytes(entry)
    return SourceObject(
        key.name,
        key.context,
        cast("SeriesKind", key.kind),
        entry.step,
        entry.time,
        entry.mime,
        data,
        entry.meta,
        entry.epoch,
    )


def _artifact(one: Artifact, blobs: BlobStore) -> SourceArtifact:
    uri = blobs.path(one.blob).absolute().as_uri() if one.blob else one.uri or ""
    return SourceArtifact(one.name, uri, one.size_bytes, one.mime)
