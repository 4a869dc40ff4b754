"""Charts that another library made."""

from typing import Any, ClassVar, Literal

from ridgeline.core.errors import InputError
from ridgeline.record.objects.image import draw_figure
from ridgeline.record.tracked import Encoded, ObjectKind, TrackedObject

_MIMES = {"png": "image/png", "svg": "image/svg+xml"}


class Figure(TrackedObject):
    """A chart to track.

    Args:
        figure: a plotly figure, kept as its JSON so that it stays interactive, or a matplotlib figure, drawn now.
        caption: words to show with it.
        file_format: what a matplotlib figure is drawn as: `png`, or `svg` for lines that stay sharp.
    """

    kind: ClassVar[ObjectKind] = "figure"

    def __init__(self, figure: Any, caption: str = "", file_format: Literal["png", "svg"] = "png") -> None:
        if file_format not in _MIMES:
            raise InputError(f"A Figure is drawn as png or svg, not {file_format!r}.", "figure-format")
        if hasattr(figure, "to_plotly_json"):
            mime, data = "application/vnd.plotly.v1+json", str(figure.to_json()).encode()
        elif hasattr(figure, "savefig"):
            mime, data = _MIMES[file_format], draw_figure(figure, file_format)
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
