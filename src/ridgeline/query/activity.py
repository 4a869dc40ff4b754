"""When runs were started, by the calendar of who asks."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from ridgeline.core.errors import InputError
from ridgeline.query.expression import parse_filter
from ridgeline.query.run_set import runs_matching
from ridgeline.query.snapshot import Snapshot

_HOUR_SECS = 3600
_DAY_SECS = 86_400


@dataclass(frozen=True, slots=True)
class Day:
    """A day on which runs were started."""

    day: date
    runs: int


def activity(snapshot: Snapshot, zone: str, query: str = "") -> list[Day]:
    """Return the days on which the runs that match were started, earliest first, each with how many.

    A run whose log has lost its head does not say when it was started, and is on no day.

    Args:
        snapshot: The runs.
        zone: The time zone that cuts time into days, such as `Europe/Berlin`.
        query: Which runs, as an expression; without one all but archived ones.

    Raises:
        QueryError: The expression is wrong.
        InputError: There is no such zone.
    """
    created = snapshot.runs.created[runs_matching(snapshot, parse_filter(query)).rows]
    created = created[~np.isnan(created)]
    hours, at = np.unique(created // _HOUR_SECS, return_inverse=True)
    local = created + _offsets(hours, _zone(zone))[at]
    days, counts = np.unique((local // _DAY_SECS).astype(np.int64), return_counts=True)
    return [
        Day(date(1970, 1, 1) + timedelta(days=int(day)), int(count))
        for day, count in zip(days, counts, strict=True)
    ]


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        message = f"{name!r} is no time zone that this machine knows. Give one as Europe/Berlin or UTC."
        raise InputError(message, "bad-zone") from error


def _offsets(hours: np.ndarray, zone: ZoneInfo) -> np.ndarray:
    """Seconds by which the clocks of a zone are ahead in each hour since 1970; they change at most once in one."""
    times = (datetime.fromtimestamp(hour * _HOUR_SECS, UTC).astimezone(zone) for hour in hours.tolist())
    return np.array([(time.utcoffset() or timedelta()).total_seconds() for time in times])
