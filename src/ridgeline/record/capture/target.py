"""Where captures go."""

from typing import Protocol

from ridgeline.core.values import Json
from ridgeline.log.console import ConsoleText
from ridgeline.record.boundary import Boundary


class Target(Protocol):
    """What a capture needs of a recording."""

    @property
    def boundary(self) -> Boundary: ...
    def add_environment(self, key: str, value: Json) -> None: ...
    def add_measurement(self, name: str, value: float, context: dict[str, Json]) -> None: ...
    def add_console(self, printed: ConsoleText) -> None: ...
    def put_blob(self, data: bytes) -> str: ...
