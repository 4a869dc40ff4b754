"""Sound."""

import io
import os
from typing import Any, ClassVar

from ridgeline.core.errors import InputError
from ridgeline.core.values import Json
from ridgeline.record.objects.files import read_media_file
from ridgeline.record.tracked import Encoded, ObjectKind, TrackedObject

_FULL_SCALE = 32767


class Audio(TrackedObject):
    """A sound to track.

    Args:
        audio: a path; the bytes of a WAV, MP3, FLAC or OGG file; or an array of samples of shape n or n × channels: int16,
            or floats in -1–1 (outside of which they are clipped).
        rate: samples a second; needed with samples, and only with them.
        caption: words to show with it.
    """

    kind: ClassVar[ObjectKind] = "audio"

    def __init__(self, audio: Any, rate: int | None = None, caption: str = "") -> None:
        self._meta: dict[str, Json] = {"caption": caption} if caption else {}
        self._rate = 0
        self._channels = 0
        if isinstance(audio, bytes | bytearray):
            self._data = bytes(audio)
        elif isinstance(audio, str | os.PathLike):
            self._data = read_media_file(audio, "audio")
        elif hasattr(audio, "dtype") and hasattr(audio, "astype"):
            if not isinstance(rate, int) or rate <= 0:
                raise InputError(
                    f"Audio of samples needs the samples a second, such as rate=16000, not {rate!r}.",
                    "audio-rate",
                )
            self._rate = rate
            self._data, self._channels = _to_samples(audio)
        else:
            raise InputError(
                "Audio takes a path, the bytes of a file or an array of samples, not a"
                f" {type(audio).__module__}.{type(audio).__qualname__}.",
                "object-type",
            )
        self._mime = "audio/wav" if self._rate else _mime_of(self._data)

    @property
    def size_bytes(self) -> int:
        return len(self._data)

    def encode(self) -> Encoded:
        """Return the file as it was given, or a 16-bit WAV."""
        if not self._rate:
            return Encoded(self._mime, self._data, self._meta)
        import wave

        out = io.BytesIO()
        with wave.open(out, "wb") as file:
            file.setnchannels(self._channels)
            file.setsampwidth(2)
            file.setframerate(self._rate)
            file.writeframes(self._data)
        return Encoded(
            self._mime, out.getvalue(), {**self._meta, "rate": self._rate, "channels": self._channels}
        )


def _to_samples(array: Any) -> tuple[bytes, int]:
    """Return little-endian 16-bit samples, channels innermost, and the number of channels."""
    shape = tuple(array.shape)
    channels = 1 if len(shape) == 1 else shape[-1]
    if len(shape) not in {1, 2} or not 0 < channels <= 16:
        raise InputError(f"Audio takes samples of shape n or n × channels, not {shape}.", "audio-shape")
    if array.dtype.kind == "f":
        known = array.copy()
        known[known != known] = 0  # noqa: PLR0124 - NaN, without importing numpy
        array = (known.clip(-1, 1) * _FULL_SCALE).round()
    elif str(array.dtype) != "int16":
        raise InputError(f"Audio takes int16 samples or floats in -1–1, not {array.dtype}.", "audio-type")
    return array.astype("<i2").tobytes(), channels


def _mime_of(data: bytes) -> str:
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return "audio/wav"
    if data[:4] == b"fLaC":
        return "audio/flac"
    if data[:4] == b"OggS":
        return "audio/ogg"
    if data[:3] == b"ID3" or (data[:1] == b"\xff" and data[1:2] and data[1] & 0xE0 == 0xE0):
        return "audio/mpeg"
    raise InputError(
        f"These {len(data)} bytes, which begin with {data[:8]!r}, are no WAV, MP3, FLAC or OGG file. Samples are given as"
        " an array with rate=.",
        "audio-format",
    )
