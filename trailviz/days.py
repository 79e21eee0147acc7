"""Local days: where they begin and end, in zones that jump.

A day is `[start, end)` in UTC and lasts 23, 24 or 25 hours (or less regular spans where a country moved its clocks).
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

MINUTE_US, HOUR_US, DAY_US = 60_000_000, 3_600_000_000, 86_400_000_000
DAY_S = 86_400
ONE_DAY = timedelta(days=1)
EPOCH = date(1970, 1, 1)
EPOCH_WEEKDAY = 3
"""1970-01-01 was a Thursday, and 0 is Monday."""
DAYS_A_WEEK, WORKING_DAYS = 7, 5
"""Monday to Friday are the first five."""
# NumPy's NaT, as the number it is kept as.
NOT_A_TIME = -(1 << 63)
NOBODYS = frozenset({"UTC", "+00:00", "Z", "Etc/UTC"})
"""Zones that no clock on a wall shows: a file that counts seconds since 1970 says one of them."""
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
    # The name of a folder of zones ("America") is an OSError, and one that leaves it ("../x") a ValueError.
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UnknownZoneError(name) from None


def date_of(day: int) -> date:
    """Answer a local day since 1970 as a date."""
    return EPOCH + timedelta(days=int(day))


def weekdays(days: np.ndarray) -> np.ndarray:
    """Answer the weekday of local days since 1970; 0 is Monday."""
    return (days + EPOCH_WEEKDAY) % DAYS_A_WEEK


def midnight(day: date, zone: tzinfo) -> datetime:
    """Answer the first instant of a local day, in UTC; where midnight is jumped over, the first instant that exists."""
    wall = datetime(day.year, day.month, day.day, tzinfo=zone)
    instant = wall.astimezone(UTC)
    # Where clocks go forward at midnight there is no 00:00, and the standard library makes one up.
    if instant.astimezone(zone).date() >= day and instant.astimezone(zone).replace(tzinfo=None) == wall.replace(
        tzinfo=None
    ):
        return instant
    before, after = instant - timedelta(hours=26), instant + timedelta(hours=26)
    while after - before > timedelta(microseconds=1):
        middle = before + (after - before) / 2
        before, after = (before, middle) if middle.astimezone(zone).date() >= day else (middle, after)
    # The halving ends within a microsecond of the jump, and clocks jump at whole seconds.
    return after.replace(microsecond=0) if after.microsecond == 0 else _whole_second(after)


def day_bounds(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """Answer `[start, end)` of a local day, in UTC."""
    return midnight(day, zone), midnight(day + timedelta(days=1), zone)


def midnights(first: date, days: int, zone: tzinfo) -> np.ndarray:
    """Answer the bounds of some local days in a row: `days + 1` first instants, in microseconds since 1970 UTC (int64).

    Most days have 24 hours, so the last midnight and a day is looked at first.
    """
    at = midnight(first, zone)
    found = [at]
    for number in range(1, days + 1):
        at += ONE_DAY
        day = first + timedelta(days=number)
        if at.astimezone(zone).replace(tzinfo=None) != datetime.combine(day, time.min):
            at = midnight(day, zone)
        found.append(at)
    return np.array([one.replace(tzinfo=None) for one in found], "datetime64[us]").view(np.int64)


def local_days(instants: np.ndarray, zone: tzinfo) -> np.ndarray:
    """Answer the local day (`datetime64[D]`) of each UTC instant (`datetime64[us]`); NaT stays NaT.

    Midnights are computed once a day of the span, so a million instants cost one search.
    """
    micros = instants.astype("datetime64[us]").view(np.int64)
    real = micros[micros != NOT_A_TIME]
    if not len(real):
        return np.full(len(instants), np.datetime64("NaT", "D"))
    first, last = int(real.min()) // DAY_US - 1, int(real.max()) // DAY_US + 2
    starts = midnights(EPOCH + timedelta(days=first), last - first, zone)
    # no zone is a whole day off: the day of the instant in UTC is right, or one too early, or one too late
    guess = np.maximum(micros // DAY_US - first, 0)
    guess += micros >= starts.take(guess + 1)
    guess -= micros < starts.take(guess)
    answer = (guess + first).astype("datetime64[D]")
    answer[micros == NOT_A_TIME] = np.datetime64("NaT", "D")
    return answer


def days_each(instants: np.ndarray, codes: np.ndarray, zones: list[str]) -> np.ndarray:
    """Answer the local day of each instant, each in its own zone: `codes` into `zones`, -1 (no zone named) is UTC."""
    days = np.full(len(instants), np.datetime64("NaT", "D"))
    present = np.flatnonzero(np.bincount(codes + 1)) - 1
    for code in present:
        # Nearly every trail has one zone: a mask of a million rows would select all of them.
        here = codes == code if len(present) > 1 else slice(None)
        days[here] = local_days(instants[here], zone_of(zones[code] if code >= 0 else "UTC"))
    return days


def walls(instants: np.ndarray, zone: tzinfo) -> np.ndarray:
    """Answer UTC instants (int64 microseconds) as the clock on the wall shows them; `NOT_A_TIME` stays what it is.

    Source: the zone's own rules, asked once a local day; on the few days on which clocks jump, once an instant.
    """
    real = instants != NOT_A_TIME
    if not real.any():
        return instants.copy()
    # Only days that something happened on: one wrong date would ask for those of seven thousand years.
    days, which = np.unique(instants[real] // DAY_US, return_inverse=True)
    # Of midnights in UTC: a day between two with one offset has that offset all along.
    begin, end = (
        np.array([_shift(day * DAY_US, zone) for day in some.tolist()], np.int64) for some in (days, days + 1)
    )
    answer = instants.copy()
    answer[real] += begin[which]
    jumping = np.flatnonzero(real)[(begin != end)[which]]
    answer[jumping] = [one + _shift(one, zone) for one in instants[jumping].tolist()]
    return answer


def _shift(instant_us: int, zone: tzinfo) -> int:
    """Answer how far ahead of UTC a zone's clocks are at an instant, in microseconds."""
    ahead = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=instant_us)).astimezone(zone).utcoffset()
    return 0 if ahead is None else ahead // timedelta(microseconds=1)


def _whole_second(instant: datetime) -> datetime:
    return (instant + timedelta(milliseconds=500)).replace(microsecond=0)


def hours(begin: np.ndarray, until: np.ndarray, between: tuple[int, int], days: int) -> np.ndarray:
    """Measure the hours of stretches that fall between two hours of the first `days` days of the week."""
    from_hour, to_hour = between

    def passed(at: np.ndarray) -> np.ndarray:
        # From a Monday at from_hour on: whole days that count, and the part of the day. The hours of a stretch are the
        # difference of two such sums, so that no stretch is cut into its days.
        since = at + (EPOCH_WEEKDAY * DAY_US - from_hour * HOUR_US)
        day = since // DAY_US
        part = np.minimum((since - day * DAY_US) / HOUR_US, to_hour - from_hour)
        if days == DAYS_A_WEEK:
            return day * (to_hour - from_hour) + part
        week = day // DAYS_A_WEEK
        weekday = day - week * DAYS_A_WEEK
        counted = week * days + np.minimum(weekday, days)
        return counted * (to_hour - from_hour) + np.where(weekday < days, part, 0.0)

    return np.maximum(passed(until) - passed(begin), 0.0)
