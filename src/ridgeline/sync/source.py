"""A run of another tracker, in the words that all sources share."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ridgeline.blobs.store import BlobStore
from ridgeline.core.errors import StorageError
from ridgeline.core.values import Json, encode_floats
from ridgeline.log.console import Stream
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
    epoch: NDArray[np.float64] | None = None  # NaN where a point has none
    timed: bool = True  # False: the source has no times, and those given are made up


@dataclass(frozen=True, slots=True)
class SourceObject:
    """One image, text, distribution … of a series, as the log holds it: `data` is of the type that `mime` says.

    A Path stands for the bytes of a file, which are read when they are written.
    """

    name: str
    context: dict[str, Json]
    kind: SeriesKind
    step: int
    time: float  # seconds since 1970
    mime: str
    data: bytes | Path
    meta: dict[str, Json] = field(default_factory=dict)
    epoch: float | None = None

    @property
    def size_bytes(self) -> int:
        """Return the size of the data.

        Raises:
            StorageError: Its file is not there.
        """
        try:
            return self.data.stat().st_size if isinstance(self.data, Path) else len(self.data)
        except OSError as error:
            raise _gone(str(self.data), error) from error

    def read(self) -> bytes:
        """Return the data.

        Raises:
            StorageError: Its file cannot be read.
        """
        try:
            return self.data.read_bytes() if isinstance(self.data, Path) else self.data
        except OSError as error:
            raise _gone(str(self.data), error) from error


def _gone(path: str, error: OSError) -> StorageError:
    message = f"The file {path!r} of a tracked object cannot be read ({error.strerror or error}). What is left comes over next time."
    return StorageError(message, "source-file-gone")


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line that the run printed, without its line end."""

    time: float  # seconds since 1970
    stream: Stream
    text: str


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
    archived: bool = False
    error: str | None = None  # of a run that failed: its traceback
    tags: tuple[str, ...] = ()
    params: dict[str, Json] = field(default_factory=dict)
    env: dict[str, Json] = field(default_factory=dict)
    artifacts: tuple[SourceArtifact, ...] = ()
    series: tuple[SourceSeries, ...] = ()
    objects: tuple[SourceObject, ...] = ()
    mark: str | None = (
        None  # of a run that is over: kept with it, and as long as its source says the same it is not read again
    )
    console: tuple[SourceLine, ...] = ()  # in the order in which they were printed; all of them


def context_key(context: dict[str, Json]) -> str:
    """Return the same text for equal contexts, in whatever order their keys stand."""
    return json.dumps(encode_floats(context), sort_keys=True)
