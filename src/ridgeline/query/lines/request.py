"""What lines are asked for."""

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Literal, TypeAlias

from ridgeline.core.errors import InputError, QueryError, did_you_mean
from ridgeline.query.lines.curves import Curves
from ridgeline.query.lines.key import parse_key
from ridgeline.query.lines.smooth import centred_mean, ema
from ridgeline.query.lines.statistics import BANDS, LINES, Band, Line
from ridgeline.query.selectors import parse_selector

XKind: TypeAlias = Literal["step", "epoch", "relative", "absolute", "metric"]
X_LABELS: dict[XKind, str] = {
    "step": "step",
    "epoch": "epoch",
    "relative": "time since start",
    "absolute": "time",
    "metric": "",
}
MAX_POINTS = 100_000
_WIDEST_WINDOW = 10_001
_CHANNELS: tuple[Literal["color", "stroke", "chart"], ...] = ("color", "stroke", "chart")


@dataclass(frozen=True, slots=True)
class LinesRequest:
    """Which series to draw, along which x, grouped, folded, smoothed and thinned how.

    Keys to group by are those of `parse_key`. What another channel names, `*` does not take again.

    Raises:
        QueryError: One expression is wrong.
        InputError: Some of it can not be; the message names all that is wrong.
    """

    query: str = ""
    metrics: tuple[str, ...] = ()  # selectors: a name, glob or `re:` pattern, with keys of the context or not
    x: str = "step"  # step, epoch, relative, absolute, or metric:<selector>
    color: tuple[str, ...] = ()
    stroke: tuple[str, ...] = ()
    chart: tuple[str, ...] = ()
    fold: bool = False  # one line with a band for each group
    traces: bool = False  # the single series as well
    line: Line = "median"
    band: Band = "minmax"
    smooth: str = "none"  # none, ema:<weight>, mean:<points>
    raw: bool = False  # beside the smoothed values of traces those that were tracked
    points: int = 1000  # the most that a line has; 0: all
    xmin: float | None = None
    xmax: float | None = None

    def __post_init__(self) -> None:
        mistakes = list(_mistakes(self))
        if len(mistakes) == 1:
            raise mistakes[0]
        if mistakes:
            listed = "".join(f"\n- {_one_line(mistake)}" for mistake in mistakes)
            raise InputError(f"{len(mistakes)} things are wrong:{listed}", "bad-lines-request")

    @property
    def window(self) -> tuple[float, float]:
        """Return the range of x that is asked for."""
        low = -math.inf if self.xmin is None else self.xmin
        return low, math.inf if self.xmax is None else self.xmax

    @property
    def x_kind(self) -> XKind:
        return "metric" if self.x.startswith("metric:") else self.x  # type: ignore[return-value]  # checked before

    @property
    def x_metric(self) -> str:
        """Return the selector of the metric to align by; empty for any other x."""
        return self.x.removeprefix("metric:") if self.x_kind == "metric" else ""

    @property
    def smoother(self) -> Callable[[Curves], Curves]:
        """Return what smooths series."""
        kind, _, amount = self.smooth.partition(":")
        if kind == "ema":
            return lambda series: ema(series, float(amount))
        if kind == "mean":
            return lambda series: centred_mean(series, int(amount))
        return lambda series: series


def _mistakes(request: LinesRequest) -> Iterator[InputError]:
    yield from _one_of("line", request.line, LINES)
    yield from _one_of("band", request.band, BANDS)
    yield from _mistakes_of_x(request)
    yield from _mistakes_of_smooth(request.smooth)
    if not 0 <= request.points <= MAX_POINTS:
        yield _mistake(f"points is {request.points}; it goes from 0 (all) to {MAX_POINTS:,}.")
    for selector in request.metrics:
        yield from _from_error("m", partial(parse_selector, selector))
    for channel in _CHANNELS:
        for key in getattr(request, channel):
            yield from _from_error(channel, partial(parse_key, key))


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> Iterator[InputError]:
    if value not in allowed:
        yield _mistake(
            f"{name} is {value!r}; it is one of {', '.join(allowed)}.{did_you_mean(value, allowed)}"
        )


def _mistakes_of_x(request: LinesRequest) -> Iterator[InputError]:
    kinds = [kind for kind in X_LABELS if kind != "metric"]
    if request.x.startswith("metric:"):
        if not request.x_metric.strip():
            yield _mistake("x is 'metric:'; name the metric after the colon: metric:samples.")
        yield from _from_error("x", lambda: parse_selector(request.x_metric))
    elif request.x not in kinds:
        hint = did_you_mean(request.x, kinds)
        yield _mistake(f"x is {request.x!r}; it is one of {', '.join(kinds)}, or metric:<name>.{hint}")
    low, high = request.window
    if math.isnan(low) or math.isnan(high) or low == math.inf or high == -math.inf:
        yield _mistake("xmin and xmax are numbers.")
    elif low > high:
        yield _mistake(f"xmin ({low:g}) is above xmax ({high:g}).")


def _mistakes_of_smooth(smooth: str) -> Iterator[InputError]:
    kind, _, amount = smooth.partition(":")
    if kind == "ema":
        if not re.fullmatch(r"0?\.[0-9]{1,17}|0", amount):
            yield _mistake(f"smooth is {smooth!r}; ema takes a weight from 0 to below 1: ema:0.6.")
    elif kind == "mean":
        points = int(amount) if re.fullmatch(r"[0-9]{1,9}", amount) else 0
        if points % 2 == 0 or points > _WIDEST_WINDOW:
            yield _mistake(
                f"smooth is {smooth!r}; mean takes an odd number of points up to {_WIDEST_WINDOW:,}: mean:9."
            )
    elif smooth != "none":
        yield _mistake(f"smooth is {smooth!r}; it is none, ema:<weight> or mean:<points>.")


def _mistake(message: str) -> InputError:
    return InputError(message, "bad-lines-request")


def _from_error(name: str, parse: Callable[[], object]) -> Iterator[InputError]:
    try:
        parse()
    except QueryError as error:
        yield QueryError(f"{name}: {error.reason}", error.slug, error.source, (error.start, error.end))
    except InputError as error:
        yield InputError(f"{name}: {error.message}", error.slug)


def _one_line(mistake: InputError) -> str:
    if isinstance(mistake, QueryError):
        return f"{mistake.reason} It says {mistake.source!r}."
    return mistake.message
