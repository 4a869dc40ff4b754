"""A run of another tracker, in the words that all sources share."""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.values import Json

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
class SourceArtifact:
    """A file that the run logged, where it lies."""

    name: str
    uri: str
    size_bytes: int | None
    mime: str | None


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
