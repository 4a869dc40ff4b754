"""A run of another tracker, in the words that all sources share."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ridgeline.blobs.store import BlobStore
from ridgeline.core.values import Json
from ridgeline.log.events import SeriesKind

SourceStatus: TypeAlias = Literal["running", "finished", "failed", "stopped"]


@dataclass(frozen=True, slots=True)
class SourceSeries:
    """The whole history of one metric; all columns have the same length, in any order."""

    name: str
    context: dict[str, Json]
    step: NDArray[np.int64]
    time: NDArray[np.float64]  # seconds since 1970
    value: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SourceObject:
    """One image, text, distribution … of a series, as the log holds it: `data` is of the type that `mime` says."""

    name: str
    context: dict[str, Json]
    kind: SeriesKind
    step: int
    time: float  # seconds since 1970
    mime: str
    data: bytes
    meta: dict[str, Json] = field(default_factory=dict)
    epoch: float | None = None


@dataclass(frozen=True, slots=True)
class SourceArtifact:
    """A file that the run logged, where it lies. With `copy`, it is put into the blobs: `copy` does so and returns its SHA-256."""

    name: str
    uri: str
    size_bytes: int | None
    mime: str | None
    copy: Callable[[BlobStore], str] | None = None


@dataclass(frozen=True, slots=True)
class SourceRun:
    """A run as its source shows it now. `id` is its id here, the same on every pass."""

    id: str
    source: str  # where it comes from, such as "mlflow sqlite:///mlflow.db"
    name: str
    experiment: str
    created: float
    ended: float | None
    status: SourceStatus
    user: str
    note: str = ""
    deleted: bool = False
    tags: tuple[str, ...] = ()
    params: dict[str, Json] = field(default_factory=dict)
    env: dict[str, Json] = field(default_factory=dict)
    artifacts: tuple[SourceArtifact, ...] = ()
    series: tuple[SourceSeries, ...] = ()
    objects: tuple[SourceObject, ...] = ()
