"""Messages of TensorBoard's event files: tensorflow/core/util/event.proto and core/framework/{summary,tensor}.proto."""

import json
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.values import Json
from ridgeline.sync.protobuf import put_bytes, put_double, put_float, put_integer, put_text

_FLOAT, _DOUBLE, _STRING = 1, 2, 7
_TENSOR_CLASS, _BLOB_CLASS = 2, 3
_WAV = 11
_SUCCESS, _FAILURE, _RUNNING = 1, 2, 3
SESSION_STATUS = {"finished": _SUCCESS, "failed": _FAILURE, "stopped": _FAILURE, "running": _RUNNING}


def file_version(time: float) -> bytes:
    """Return the event with which every file begins."""
    return put_double(1, time) + put_text(3, "brain.Event:2")


def event(time: float, step: int, value: bytes) -> bytes:
    """Return an event with one value of a summary."""
    return put_double(1, time) + put_integer(2, step) + put_bytes(5, put_bytes(1, value))


def scalar_events(
    tag: str, step: NDArray[np.int64], time: NDArray[np.float64], value: NDArray[np.float64]
) -> list[NDArray[np.uint8]]:
    """Return the events of a scalar as arrays of n × size bytes, one for each size that its steps have as varints.

    Values are floats of 32 bits: TensorBoard's server shows no others.
    """
    # The four bytes of the value stand at the very end.
    summary = put_bytes(5, put_bytes(1, put_text(1, tag) + put_float(2, 0.0)))
    found = []
    widths = np.array([len(put_integer(2, one)) for one in step.tolist()])
    for width in np.unique(widths).tolist():
        of = np.flatnonzero(widths == width)
        rows = np.empty((len(of), 9 + width + len(summary)), np.uint8)
        rows[:, 0] = 0x09
        rows[:, 1:9] = time[of].astype("<f8").view(np.uint8).reshape(-1, 8)
        steps = b"".join(put_integer(2, one) for one in step[of].tolist())
        rows[:, 9 : 9 + width] = np.frombuffer(steps, np.uint8).reshape(-1, width)
        rows[:, 9 + width :] = np.frombuffer(summary, np.uint8)
        with np.errstate(over="ignore"):  # what is beyond a float is ±∞
            rows[:, -4:] = value[of].astype("<f4").view(np.uint8).reshape(-1, 4)
        found.append(rows)
    return found


def text_value(tag: str, words: str) -> bytes:
    """Return Markdown."""
    return (
        put_text(1, tag)
        + _metadata("text", data_class=_TENSOR_CLASS)
        + _strings([words.encode(errors="replace")], [])
    )


def image_value(tag: str, width: int, height: int, images: Sequence[bytes]) -> bytes:
    """Return pictures of one size, each a PNG, JPEG or GIF."""
    parts = [str(width).encode(), str(height).encode(), *images]
    return put_text(1, tag) + _metadata("images", data_class=_BLOB_CLASS) + _strings(parts, [len(parts)])


def audio_value(tag: str, wav: bytes, label: str) -> bytes:
    """Return a WAV file with words to it."""
    metadata = _metadata("audio", put_integer(2, _WAV), _BLOB_CLASS)
    return put_text(1, tag) + metadata + _strings([wav, label.encode(errors="replace")], [1, 2])


def histogram_value(tag: str, counts: Sequence[float], edges: Sequence[float]) -> bytes:
    """Return counts with one edge more, as rows of left edge, right edge and count."""
    rows = np.column_stack([edges[:-1], edges[1:], counts]).astype("<f8")
    tensor = put_integer(1, _DOUBLE) + _shape(rows.shape) + put_bytes(4, rows.tobytes())
    return put_text(1, tag) + _metadata("histograms", data_class=_TENSOR_CLASS) + put_bytes(8, tensor)


def session_start(hparams: Mapping[str, Json], started: float) -> bytes:
    """Return the params of a run, for the HParams tab: numbers, bools and texts; what else there is, as JSON."""
    entries = b"".join(
        put_bytes(1, put_text(1, key) + put_bytes(2, _hparam(value))) for key, value in hparams.items()
    )
    info = entries + put_double(5, started)
    return _hparams_value("_hparams_/session_start_info", put_bytes(3, info))


def session_end(status: int, ended: float) -> bytes:
    """Return how a run ended, for the HParams tab."""
    info = put_integer(1, status) + put_double(2, ended)
    return _hparams_value("_hparams_/session_end_info", put_bytes(4, info))


def _hparams_value(tag: str, content: bytes) -> bytes:
    empty = put_integer(1, _FLOAT) + _shape([0])
    return put_text(1, tag) + _metadata("hparams", content) + put_bytes(8, empty)


def _hparam(value: Json) -> bytes:
    """Return a google.protobuf.Value."""
    if value is None:
        return put_integer(1, 0)
    if isinstance(value, bool):
        return put_integer(4, int(value))
    if isinstance(value, int | float):
        return put_double(2, float(value))
    return put_text(3, value if isinstance(value, str) else json.dumps(value))


def _metadata(plugin: str, content: bytes = b"", data_class: int = 0) -> bytes:
    plugin_data = put_text(1, plugin) + (put_bytes(2, content) if content else b"")
    shown = put_integer(4, data_class) if data_class else b""
    return put_bytes(9, put_bytes(1, plugin_data) + shown)


def _strings(parts: Sequence[bytes], shape: Sequence[int]) -> bytes:
    tensor = put_integer(1, _STRING) + _shape(shape) + b"".join(put_bytes(8, part) for part in parts)
    return put_bytes(8, tensor)


def _shape(shape: Sequence[int]) -> bytes:
    return put_bytes(2, b"".join(put_bytes(2, put_integer(1, size)) for size in shape))
