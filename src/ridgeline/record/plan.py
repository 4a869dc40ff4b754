"""How a dict of floats becomes rows in one go."""

from collections.abc import Callable, Iterable, Mapping
from struct import Struct
from typing import Any, Final

from ridgeline.log.points import ROW
from ridgeline.record.series import Series

NEWEST: Final = None  # among plans by dict_key, the one used last


def dict_key(names: Iterable[object], context: Mapping[str, object] | None) -> tuple[object, ...]:
    """Return what tells dicts of the same names in the same context from others."""
    return (*names,) if context is None else (*names, None, *context, *context.values())


class Plan:
    """The arguments of one pack call for all rows, with the series ids filled in; `given` is the newest step given."""

    __slots__ = ("arguments", "context", "given", "n_rows", "names", "pack", "series")

    def __init__(
        self, series: list[Series], names: list[object], context: Mapping[str, object] | None
    ) -> None:
        self.series = series
        self.names = names
        self.context = None if context is None else dict(context)
        self.n_rows = len(series)
        self.given: int | None = None
        for one in series:
            one.plans.append(self)
        self.pack: Callable[..., bytes] = Struct("<" + ROW.format.lstrip("<") * len(series)).pack
        self.arguments: list[Any] = [part for one in series for part in (one.sid, 0, 0.0, 0.0)]

    def retire(self) -> None:
        """Leave the newest step with the series, when this plan is not used any more. Again does nothing."""
        self.names = []  # a thread that has just found it the newest finds that no more
        series, self.series = self.series, []
        for one in series:
            if self.given is not None and (one.given is None or self.given > one.given):
                one.given = self.given
            one.plans.remove(self)
