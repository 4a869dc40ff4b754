"""The hparams plugin: params of a session, and how it ended.

https://github.com/tensorflow/tensorboard/blob/master/tensorboard/plugins/hparams/plugin_data.proto
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ridgeline.core.values import Json
from ridgeline.sync.protobuf import FieldValue, double, fields, message, signed, text
from ridgeline.sync.source import SourceStatus

PLUGIN = "hparams"
_STATUS: Mapping[int, SourceStatus] = {1: "finished", 2: "failed", 3: "running"}


@dataclass(slots=True)
class Session:
    """What the plugin knows of a run; times in seconds since 1970."""

    params: dict[str, Json] = field(default_factory=dict)
    group: str = ""
    started: float | None = None
    ended: float | None = None
    status: SourceStatus | None = None

    def read(self, content: bytes) -> None:
        """Take in an HParamsPluginData.

        Raises:
            WireError: It is none.
        """
        for number, value in fields(content):
            if number == 3:
                self._start(value)
            elif number == 4:
                self._end(value)

    def _start(self, data: FieldValue) -> None:
        for number, value in message(data):
            if number == 1:
                entry = dict(message(value))
                self.params[text(entry.get(1, b""))] = _value(entry.get(2, b""))
            elif number == 4:
                self.group = text(value)
            elif number == 5:
                self.started = double(value)

    def _end(self, data: FieldValue) -> None:
        for number, value in message(data):
            if number == 1:
                self.status = _STATUS.get(signed(value), self.status)
            elif number == 2:
                self.ended = double(value)


def _value(data: FieldValue) -> Json:
    """Return a google.protobuf.Value: a number that is whole becomes one, as floats are all that it has."""
    for number, value in message(data):
        if number == 2:
            found = double(value)
            return int(found) if found.is_integer() and abs(found) < 1 << 53 else found
        if number == 3:
            return text(value)
        if number == 4:
            return bool(signed(value))
        if number == 6:
            return [_value(one) for key, one in message(value) if key == 1]
    return None
