"""One value of a summary: a number, or objects.

https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/framework/summary.proto
"""

import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from ridgeline.core.errors import InputError
from ridgeline.core.values import Json
from ridgeline.log.events import SeriesKind
from ridgeline.record.objects import Audio, Image, Table, Text
from ridgeline.record.tracked import Encoded, TrackedObject
from ridgeline.sync.protobuf import FieldValue, WireError, fields, message, text
from ridgeline.sync.tensorboard import histograms
from ridgeline.sync.tensorboard.tensors import Tensor, read_tensor

# Kinds of values in the order of their fields in Summary.Value.
_SIMPLE, _IMAGE, _HISTOGRAM, _AUDIO, _TENSOR = 2, 4, 5, 6, 8
_VALUE_FIELDS = frozenset({_SIMPLE, _IMAGE, _HISTOGRAM, _AUDIO, _TENSOR})
_MOST_CELLS = 100_000


class Metadata(NamedTuple):
    """What a summary says of its tag, often only with its first value."""

    plugin: str = ""
    content: bytes = b""


@dataclass(frozen=True, slots=True)
class Value:
    """A value as it stands in a summary; `kind` is the number of its field."""

    tag: str
    kind: int
    raw: FieldValue
    metadata: Metadata | None


class Found(NamedTuple):
    """An object of a value."""

    kind: SeriesKind
    encoded: Encoded


Number: TypeAlias = float


def read_value(data: FieldValue) -> Value:
    """Read a Summary.Value.

    Raises:
        WireError: It is none.
    """
    tag, kind, metadata = "", 0, None
    raw: FieldValue = 0
    for number, value in message(data):
        if number == 1:
            tag = text(value)
        elif number == 9:
            metadata = _metadata(value)
        elif number in _VALUE_FIELDS:
            kind, raw = number, value
    return Value(tag, kind, raw, metadata)


def _metadata(data: FieldValue) -> Metadata:
    name, content = "", b""
    for number, value in message(data):
        if number == 1:
            for key, part in message(value):
                if key == 1:
                    name = text(part)
                elif key == 2 and isinstance(part, bytes):
                    content = part
    return Metadata(name, content)


def interpret(value: Value, plugin: str) -> Number | list[Found]:
    """Return the number or the objects that a value is; no object where it is of a kind that is not taken over.

    Raises:
        WireError: It is not what its kind says.
    """
    raw = value.raw
    if value.kind == _SIMPLE:
        return _float(raw)
    if not isinstance(raw, bytes):
        return []
    if value.kind == _IMAGE:
        return _encoded_field(raw, 4, "image", Image)
    if value.kind == _AUDIO:
        return _encoded_field(raw, 4, "audio", Audio)
    if value.kind == _HISTOGRAM:
        return [Found("distribution", histograms.of_proto(raw))]
    if value.kind == _TENSOR:
        return _of_tensor(read_tensor(raw), plugin)
    return []


def _float(raw: FieldValue) -> float:
    if not isinstance(raw, bytes) or len(raw) != 4:
        raise WireError("a number of another size")
    return float(struct.unpack("<f", raw)[0])


def _of_tensor(tensor: Tensor, plugin: str) -> Number | list[Found]:
    read = _READERS.get(plugin)
    if read is not None:
        return read(tensor)
    if tensor.numbers is None:
        return _texts(tensor) if not plugin else []
    array = tensor.array
    if array.size == 1:
        return float(array.reshape(-1)[0])
    if plugin or array.ndim > 2 or not 0 < array.size <= _MOST_CELLS:
        return []  # curves, meshes and the like, of which only their plugin knows what they say
    rows = array.reshape(-1, array.shape[-1] if array.ndim == 2 else 1).tolist()
    return [Found("table", Table(rows, columns=[str(i) for i in range(len(rows[0]))]).encode())]


def _scalar(tensor: Tensor) -> Number | list[Found]:
    array = tensor.array
    if array.size != 1:
        raise WireError(f"a scalar of shape {array.shape}")
    return float(array.reshape(-1)[0])


def _texts(tensor: Tensor) -> list[Found]:
    objects = [Text(one.decode(errors="replace")) for one in tensor.texts]
    return _listed("text", objects)


def _images(tensor: Tensor) -> list[Found]:
    """Return pictures: after the width and the height, which stand in each of them, too."""
    return _listed("image", [_made(Image, one) for one in tensor.texts[2:]])


def _audio(tensor: Tensor) -> list[Found]:
    """Return sounds; of a tensor of shape [k, 2] the second of each row is a label."""
    a_row = tensor.shape[1] if len(tensor.shape) == 2 else 1
    return _listed("audio", [_made(Audio, one) for one in tensor.texts[::a_row]])


_READERS: Mapping[str, Callable[[Tensor], Number | list[Found]]] = {
    "scalars": _scalar,
    "text": _texts,
    "images": _images,
    "audio": _audio,
    "histograms": lambda tensor: [Found("distribution", histograms.of_tensor(tensor))],
}


def _encoded_field(raw: bytes, number: int, kind: SeriesKind, make: type[TrackedObject]) -> list[Found]:
    """Return the file in a message."""
    files = [value for key, value in fields(raw) if key == number and isinstance(value, bytes)]
    return _listed(kind, [_made(make, one) for one in files])


def _made(make: Callable[[bytes], TrackedObject], data: bytes) -> TrackedObject:
    try:
        return make(data)
    except InputError as error:
        raise WireError(error.message) from error


def _listed(kind: SeriesKind, objects: Sequence[TrackedObject]) -> list[Found]:
    """Return objects, each with its place where there are several."""
    found = []
    for index, one in enumerate(objects):
        mime, data, meta = one.encode()
        place: dict[str, Json] = {"index": index} if len(objects) > 1 else {}
        found.append(Found(kind, Encoded(mime, data, {**meta, **place})))
    return found
