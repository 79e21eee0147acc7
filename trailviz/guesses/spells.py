"""How long somebody is at a place at a stretch, how often they come back, and whether they come by the clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trailviz.days import DAY_US, DAYS_A_WEEK, EPOCH_WEEKDAY, HOUR_US, WORKING_DAYS, hours, weekdays
from trailviz.guesses.sightings import A_NIGHT_H, NIGHT_DWELL, NOON_US, REACHED

if TYPE_CHECKING:
    from trailviz.guesses.sightings import Sightings

PAUSE_US = HOUR_US
"""Whoever is back within the hour was at the place all along: a recorder breaks a shift into pieces."""
SHIFT_NIGHTS, SHIFT_H, SPREAD_H = 8, (6.0, 14.0), 2.0
"""A shift: so many nights, so long each, and half of them begin, and last, within so many hours of each other. Of eight invented
nurses' nights half began within a quarter of an hour. Of 14 labelled people with nights slept off elsewhere, six of them at a second
home, one keeps such hours under any way of logging, at a place named as work (2026-11-26): too few to call it measured."""


@dataclass(frozen=True)
class Shift:
    """Nights by the clock: how many, and when they begin and end (minutes after midnight, the middle ones)."""

    nights: int
    begins: float
    ends: float


def spells(seen: Sightings, place: int) -> tuple[np.ndarray, np.ndarray]:
    """Answer when the person came to a place and when they left, `[begin, until)` in local microseconds; a pause is no leaving."""
    here = seen.stay_place == place
    # Two recorders tell of one stay twice: in order, and with the latest end so far, stretches that overlap run into one.
    order = np.argsort(seen.stay_from[here], kind="stable")
    begin, until = seen.stay_from[here][order], np.maximum.accumulate(seen.stay_until[here][order])
    starts = np.concatenate(([True], begin[1:] - until[:-1] > PAUSE_US))[: len(begin)]
    return begin[starts], until[np.concatenate((starts[1:], [True]))[: len(begin)]]


def working_days_h(seen: Sightings, place: int) -> np.ndarray:
    """Measure how long the person is known to be at a place on each working day with a known stay, in hours."""
    begin, until = spells(seen, place)
    days, day = np.unique(begin // DAY_US, return_inverse=True)
    lasted = np.bincount(day, (until - begin) / HOUR_US, minlength=len(days))
    return lasted[weekdays(days) < WORKING_DAYS]


def times(nights: np.ndarray) -> int:
    """Count how often somebody came to stay: nights in a row (local days, in order) are one time."""
    return int((np.diff(nights) > 1).sum()) + 1 if len(nights) else 0


def nights_spent(seen: Sightings, place: int) -> int:
    """Count the nights at a place: two hours of them at least, or a ride to it late; of a stay of weeks, every night of it."""
    begin, until = spells(seen, place)
    long = until - begin >= A_NIGHT_H * HOUR_US
    # A night is from 22 to 6: two hours of it are there for who came by 4 and left no sooner than at midnight.
    latest = int((NIGHT_DWELL[1] - A_NIGHT_H) * HOUR_US)
    first, end = -((latest - begin[long]) // DAY_US), until[long] // DAY_US
    came = seen.at[(seen.place == place) & seen.late & (seen.what == REACHED)]
    came = (came - NOON_US) // DAY_US
    first, end = union(np.concatenate((first, came)), np.concatenate((end, came + 1)))
    return int((end - first).sum())


def union(first: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Join ranges of whole numbers `[first, end)` that overlap or touch; empty ones are left out."""
    order = np.argsort(first, kind="stable")
    order = order[end[order] > first[order]]
    first, end = first[order], np.maximum.accumulate(end[order])
    starts = np.concatenate(([True], first[1:] > end[:-1]))[: len(first)]
    return first[starts], end[np.concatenate((starts[1:], [True]))[: len(first)]]


def days_seen(seen: Sightings, *, working: bool) -> int:
    """Count the local days, or the working days, on which the person is seen anywhere; to stay all day is to be seen."""
    day = np.unique(seen.day)
    first, end = -(-seen.stay_from // DAY_US), seen.stay_until // DAY_US
    whole = end > first
    first, end = union(np.concatenate((day, first[whole])), np.concatenate((day + 1, end[whole])))
    return int((_working_days(end) - _working_days(first)).sum() if working else (end - first).sum())


def _working_days(day: np.ndarray) -> np.ndarray:
    """Count the days from Monday to Friday before each day, from one Monday on."""
    since = day + EPOCH_WEEKDAY
    counted: np.ndarray = since // DAYS_A_WEEK * WORKING_DAYS + np.minimum(since % DAYS_A_WEEK, WORKING_DAYS)
    return counted


def shift_of(seen: Sightings, place: int) -> Shift | None:
    """Answer the shift that nights at a place are, where they begin and last by the clock; None where they do not."""
    begin, until = spells(seen, place)
    night = hours(begin, until, NIGHT_DWELL, DAYS_A_WEEK) >= A_NIGHT_H
    # Counted from noon, that no night crosses the end of its day.
    came, lasted = (begin[night] / HOUR_US - 12) % 24, (until - begin)[night] / HOUR_US
    if len(came) < SHIFT_NIGHTS:
        return None
    least, most = SHIFT_H
    if not least <= np.median(lasted) <= most or max(_spread(came), _spread(lasted)) > SPREAD_H:
        return None
    begins = float(np.median(came) + 12) % 24
    return Shift(len(came), begins * 60, (begins + float(np.median(lasted))) % 24 * 60)


def _spread(of: np.ndarray) -> float:
    low, high = np.quantile(of, (0.25, 0.75))
    return float(high - low)
