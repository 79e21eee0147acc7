"""Local days: where they begin and end, in zones that jump.

A day is `[start, end)` in UTC and lasts 23, 24 or 25 hours (or less regular spans where a country moved its clocks).
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

OFFSET = re.compile(r"^([+-])(\d\d):?(\d\d)$")


class UnknownZoneError(ValueError):
    """No time zone has this name: expected an IANA name such as Asia/Shanghai, or an offset such as +08:00."""


def zone_of(name: str) -> tzinfo:
    """Answer the zone of an IANA name or an offset like +08:00.

    Raises:
        UnknownZoneError: If there is none.
    """
    if found := OFFSET.match(name):
        shift = timedelta(hours=int(found[2]), minutes=int(found[3]))
        return timezone(shift if found[1] == "+" else -shift)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UnknownZoneError(name) from None


def midnight(day: date, zone: tzinfo) -> datetime:
    """Answer the first instant of a local day, in UTC; where midnight is jumped over, the first instant that exists."""
    wall = datetime(day.year, day.month, day.day, tzinfo=zone)
    instant = wall.astimezone(UTC)
    if instant.astimezone(zone).date() >= day and instant.astimezone(zone).replace(tzinfo=None) == wall.replace(
        tzinfo=None
    ):
        return instant
    before, after = instant - timedelta(hours=26), instant + timedelta(hours=26)
    while after - before > timedelta(microseconds=1):
        middle = before + (after - before) / 2
        before, after = (before, middle) if middle.astimezone(zone).date() >= day else (middle, after)
    return after.replace(microsecond=0) if after.microsecond == 0 else _whole_second(after)


def day_bounds(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """Answer `[start, end)` of a local day, in UTC."""
    return midnight(day, zone), midnight(day + timedelta(days=1), zone)


def local_days(instants: np.ndarray, zone: tzinfo) -> np.ndarray:
    """Answer the local day (`datetime64[D]`) of each UTC instant (`datetime64[us]`); NaT stays NaT.

    Midnights are computed once a day of the span, so a million instants cost one search.
    """
    answer = np.full(len(instants), np.datetime64("NaT", "D"))
    real = ~np.isnat(instants)
    if not real.any():
        return answer
    first = instants[real].min().astype("datetime64[D]") - np.timedelta64(1, "D")
    last = instants[real].max().astype("datetime64[D]") + np.timedelta64(2, "D")
    days = np.arange(first, last)
    starts = np.array([midnight(day, zone).replace(tzinfo=None) for day in days.tolist()], "datetime64[us]")
    answer[real] = days[np.searchsorted(starts, instants[real], side="right") - 1]
    return answer


def days_each(instants: np.ndarray, codes: np.ndarray, zones: list[str]) -> np.ndarray:
    """Answer the local day of each instant, each in its own zone: `codes` into `zones`, -1 (no zone named) is UTC."""
    days = np.full(len(instants), np.datetime64("NaT", "D"))
    for code in np.unique(codes):
        here = codes == code
        days[here] = local_days(instants[here], zone_of(zones[code] if code >= 0 else "UTC"))
    return days


def _whole_second(instant: datetime) -> datetime:
    return (instant + timedelta(milliseconds=500)).replace(microsecond=0)
