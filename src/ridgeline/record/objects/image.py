"""Pictures."""

import io
import os
from typing import Any, ClassVar, NamedTuple

from ridgeline.core.errors import InputError
from ridgeline.core.values import Json
from ridgeline.record.objects.files import read_media_file
from ridgeline.record.objects.image_size import image_size
from ridgeline.record.objects.png import encode_png
from ridgeline.record.tracked import Encoded, ObjectKind, TrackedObject

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
)
# What PIL writes as PNG; CMYK, YCbCr and the like become RGB.
_PNG_MODES = frozenset({"1", "I;16", "L", "LA", "P", "RGB", "RGBA"})


class _Pixels(NamedTuple):
    data: bytes
    width: int
    height: int
    channels: int


class Image(TrackedObject):
    """A picture to track.

    Args:
        image: a path; the bytes of a PNG, JPEG, GIF, WebP, BMP or SVG file; a PIL image; a matplotlib figure; or an array
            of shape height × width, or height × width × 1, 3 or 4: uint8 in 0–255, bool, or floats in 0–1 (outside of
            which they are clipped, and NaN is black).
        caption: words to show with it.

    The picture is copied now and turned into a PNG later, on the writer thread. A figure is drawn now.
    """

    kind: ClassVar[ObjectKind] = "image"

    def __init__(self, image: Any, caption: str = "") -> None:
        self._meta: dict[str, Json] = {"caption": caption} if caption else {}
        self._file: bytes | None = None
        self._pixels: _Pixels | None = None
        self._pil: Any = None
        if isinstance(image, bytes | bytearray):
            self._file = bytes(image)
        elif isinstance(image, str | os.PathLike):
            self._file = read_media_file(image, "image")
        elif hasattr(image, "savefig"):
            self._file = draw_figure(image)
        elif hasattr(image, "getbands") and hasattr(image, "save"):
            self._pil = image.copy()
        elif hasattr(image, "dtype") and hasattr(image, "astype"):
            self._pixels = _pixels_of(image)
        else:
            raise InputError(
                f"Image takes a path, the bytes of a file, a PIL image, a matplotlib figure or an array, not a"
                f" {type(image).__module__}.{type(image).__qualname__}. For a torch tensor of shape C × H × W give"
                " tensor.permute(1, 2, 0).cpu().numpy().",
                "object-type",
            )
        if self._file is not None:
            self._mime = _mime_of(self._file)

    @property
    def size_bytes(self) -> int:
        if self._file is not None:
            return len(self._file)
        return len(self._pixels.data) if self._pixels else 4 * self._pil.width * self._pil.height

    def encode(self) -> Encoded:
        """Return the file as it was given, or a PNG; where they are known, `width` and `height` are in its meta."""
        if self._file is not None:
            size = image_size(self._file, self._mime)
            known: dict[str, Json] = {"width": size[0], "height": size[1]} if size else {}
            return Encoded(self._mime, self._file, {**self._meta, **known})
        if self._pixels is not None:
            data, width, height, channels = self._pixels
            png = encode_png(data, width, height, channels)
        else:
            out = io.BytesIO()
            drawn = self._pil if self._pil.mode in _PNG_MODES else self._pil.convert("RGB")
            drawn.save(out, format="PNG")
            png, width, height = out.getvalue(), self._pil.width, self._pil.height
        return Encoded("image/png", png, {**self._meta, "width": width, "height": height})


def draw_figure(figure: Any, file_format: str = "png") -> bytes:
    """Return a matplotlib figure as PNG, or as SVG.

    It is drawn at once: figures are changed and reused, and drawing one on another thread is not safe.
    """
    out = io.BytesIO()
    figure.savefig(out, format=file_format, bbox_inches="tight")
    return out.getvalue()


def _mime_of(data: bytes) -> str:
    for signature, mime in _SIGNATURES:
        if data.startswith(signature):
            return mime
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    head = data[:512].lstrip()
    if head.startswith((b"<svg", b"<?xml")) and b"<svg" in data[:4096]:
        return "image/svg+xml"
    raise InputError(
        f"These {len(data)} bytes, which begin with {data[:8]!r}, are no PNG, JPEG, GIF, WebP, BMP or SVG file.",
        "image-format",
    )


def _pixels_of(array: Any) -> _Pixels:
    shape = tuple(array.shape)
    if len(shape) == 2:
        shape = (*shape, 1)
    if len(shape) != 3 or shape[2] not in {1, 3, 4} or 0 in shape:
        hint = (
            " It looks like channels first; give array.transpose(1, 2, 0)."
            if len(shape) == 3 and shape[0] in {1, 3, 4}
            else ""
        )
        raise InputError(
            f"An image of shape {tuple(array.shape)} cannot be shown: give height × width, or height × width × 1, 3 or"
            f" 4.{hint}",
            "image-shape",
        )
    height, width, channels = shape
    return _Pixels(_to_bytes(array).tobytes(), width, height, channels)


def _to_bytes(array: Any) -> Any:
    """Return the array as uint8."""
    kind = array.dtype.kind
    if kind == "b":
        return array.astype("uint8") * 255
    if kind == "f":
        known = array.copy()
        known[known != known] = 0  # noqa: PLR0124 - NaN, without importing numpy
        return (known.clip(0, 1) * 255 + 0.5).astype("uint8")
    if kind in "ui":
        low, high = array.min(), array.max()
        if low >= 0 and high <= 255:
            return array.astype("uint8")
        raise InputError(
            f"An image of whole numbers takes 0–255; this one goes from {low} to {high}.", "image-range"
        )
    raise InputError(
        f"An image cannot be made of {array.dtype} values; give uint8, bool or floats in 0–1.", "image-type"
    )
