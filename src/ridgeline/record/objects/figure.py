"""Charts that another library made."""

from typing import Any, ClassVar

from ridgeline.core.errors import InputError
from ridgeline.record.objects.image import draw_figure
from ridgeline.record.tracked import Encoded, ObjectKind, TrackedObject


class Figure(TrackedObject):
    """A plotly figure, kept as its JSON so that it stays interactive, or a matplotlib figure, drawn now as a PNG."""

    kind: ClassVar[ObjectKind] = "figure"

    def __init__(self, figure: Any, caption: str = "") -> None:
        if hasattr(figure, "to_plotly_json"):
            mime, data = "application/vnd.plotly.v1+json", str(figure.to_json()).encode()
        elif hasattr(figure, "savefig"):
            mime, data = "image/png", draw_figure(figure)
        else:
            raise InputError(
                "Figure takes a plotly or matplotlib figure, not a"
                f" {type(figure).__module__}.{type(figure).__qualname__}.",
                "object-type",
            )
        self._encoded = Encoded(mime, data, {"caption": caption} if caption else {})

    @property
    def size_bytes(self) -> int:
        return len(self._encoded.data)

    def encode(self) -> Encoded:
        """Return what was taken when the figure was given."""
        return self._encoded
