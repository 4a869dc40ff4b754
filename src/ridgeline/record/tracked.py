"""What a value of `track` is that is not a number. The kinds stand in objects/, loaded when the program uses one."""

from typing import ClassVar, Literal, NamedTuple, TypeAlias

from ridgeline.core.values import Json

ObjectKind: TypeAlias = Literal["text", "image", "audio", "figure", "distribution"]


class Encoded(NamedTuple):
    """An object as the log holds it."""

    mime: str
    data: bytes
    meta: dict[str, Json]


class TrackedObject:
    """Holds a copy of what it was made from, so the program may change that at once."""

    kind: ClassVar[ObjectKind]

    @property
    def size_bytes(self) -> int:
        """About what it takes in memory."""
        raise NotImplementedError

    def encode(self) -> Encoded:
        """Return its bytes and what describes them. Runs on the writer thread."""
        raise NotImplementedError
