"""Words: a sample, a translation, a log line."""

from typing import ClassVar

from ridgeline.core.errors import InputError
from ridgeline.core.values import Json
from ridgeline.record.tracked import Encoded, ObjectKind, TrackedObject


class Text(TrackedObject):
    """A text to track.

    Args:
        text: any length; above 64 KiB it is stored as a file of its own.
        caption: words to show with it.
    """

    kind: ClassVar[ObjectKind] = "text"

    def __init__(self, text: str, caption: str = "") -> None:
        if not isinstance(text, str):
            raise InputError(
                f"Text takes a str, not a {type(text).__name__}; give str() of it.", "object-type"
            )
        self.text = str(text)
        self._meta: dict[str, Json] = {"caption": caption} if caption else {}

    @property
    def size_bytes(self) -> int:
        return len(self.text)

    def encode(self) -> Encoded:
        """Return the text as UTF-8."""
        return Encoded("text/plain; charset=utf-8", self.text.encode(errors="replace"), self._meta)
