"""What a value of `track` is that is not a number. The kinds stand in objects/, loaded when the program uses one."""

from copy import copy
from typing import ClassVar, Literal, NamedTuple, Self, TypeAlias

from ridgeline.core.values import Json

ObjectKind: TypeAlias = Literal["text", "image", "audio", "figure", "distribution", "table", "predictions"]


class Encoded(NamedTuple):
    """An object as the log holds it."""

    mime: str
    data: bytes
    meta: dict[str, Json]


class TrackedObject:
    """Holds a copy of what it was made from, so the program may change that at once.

    Attributes:
        kind: what it is.
        index: which of several of one step it is; None for one alone.
    """

    kind: ClassVar[ObjectKind]
    index: int | None = None

    @property
    def size_bytes(self) -> int:
        """About what it takes in memory."""
        raise NotImplementedError

    def encode(self) -> Encoded:
        """Return its bytes and what describes them. Runs on the writer thread."""
        raise NotImplementedError

    def listed(self, index: int) -> Self:
        """Return the same object as one of several of a step."""
        item = copy(self)
        item.index = index
        return item
