"""Trips away: days whose records lie far from where most days lie, or are paid in another currency.

Source: what is away from the "usual environment" is left to each country by the International Recommendations for Tourism
Statistics 2008 (United Nations and UNWTO); the 100 km are this project's. There may be two usual areas: a student's town
and the parents'.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from trailviz.acts import NO_TIME
from trailviz.days import EPOCH
from trailviz.geo import distance_m
from trailviz.guesses import Abstained, Guess, Length, Point
from trailviz.guesses.held import wall_days

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from trailviz.guesses.held import Held

FAR_M, AREA_M = 100_000.0, 50_000.0
VAGUE_M = 30_000.0
USUAL_SHARE = 0.2
FEWEST_DAYS = 10
LONGEST_PAUSE = 3
"""So many days without a record may lie within one trip."""
CELL_DEG = 0.1
PAID = ("payment", "hold")


class Days(NamedTuple):
    """The local days with a place: `day` (since 1970, sorted), and the median of its points."""

    day: np.ndarray
    lat: np.ndarray
    lon: np.ndarray


def guess(held: Held) -> Iterator[Guess | Abstained]:
    """Find the trips, in order of time."""
    days, rows = _days(held)
    if len(days.day) < FEWEST_DAYS:
        yield Abstained("too_few", {"have": len(days.day), "need": FEWEST_DAYS})
    else:
        yield from _away(days, rows)
    yield from _abroad(held)


def _away(days: Days, rows: tuple[np.ndarray, np.ndarray]) -> Iterator[Guess | Abstained]:
    areas = _usual(days)
    if not len(areas):
        yield Abstained("no_area")
        return
    apart = distance_m(days.lat[:, None], days.lon[:, None], areas[None, :, 0], areas[None, :, 1]).min(axis=1)
    away = np.flatnonzero(apart > FAR_M)
    if not len(away):
        yield Abstained("none", {"days": len(days.day)})
        return
    # A day at home between two trips parts them, and so does a long silence; the way from Rome to Oslo does not.
    parted = (np.diff(away) > 1) | (np.diff(days.day[away]) > LONGEST_PAUSE + 1)
    position, day = rows
    for here in np.split(away, np.flatnonzero(parted) + 1):
        first, last = int(days.day[here[0]]), int(days.day[here[-1]])
        lat, lon = float(np.median(days.lat[here])), float(np.median(days.lon[here]))
        spread = distance_m(days.lat[here], days.lon[here], np.full(len(here), lat), np.full(len(here), lon))
        point = Point(lat, lon, float(np.median(spread)), float(max(np.quantile(spread, 0.9), AREA_M / 10)))
        yield Guess(
            "trip" if last > first else "day_trip",
            {
                "from": _date(first),
                "until": _date(last),
                "where": point,
                "far": Length(float(apart[here].max())),
                "days": len(here),
            },
            np.unique(position[(day >= first) & (day <= last)]),
            key=str(first),
            point=point,
        )


def _abroad(held: Held) -> Iterator[Guess]:
    """Name the other currencies paid in person, with their days: a place no row need state."""
    paid = (
        held.kind.among(PAID) & held.presence.among(["in_person"]) & (held.wall != NO_TIME) & (held.currency.codes >= 0)
    )
    codes = held.currency.codes[paid]
    if not len(codes):
        return
    counts = np.bincount(codes, minlength=len(held.currency.words))
    day = wall_days(held.wall[paid]).astype(np.int64)
    for code in np.flatnonzero(counts > 0).tolist():
        if code == counts.argmax():
            continue
        here = day[codes == code]
        yield Guess(
            "currency",
            {
                "currency": held.currency.words[code],
                "n": int(counts[code]),
                "from": _date(int(here.min())),
                "until": _date(int(here.max())),
            },
            held.position[paid][codes == code],
            key=held.currency.words[code],
        )


def _days(held: Held) -> tuple[Days, tuple[np.ndarray, np.ndarray]]:
    """Gather the located starts and ends by local day; also answer the position and the day of each."""
    parts = []
    for lat, lon, r90, wall in (
        (held.lat, held.lon, held.r90_m, held.wall),
        (held.end_lat, held.end_lon, held.end_r90_m, held.wall_end),
    ):
        here = ~np.isnan(lat) & (wall != NO_TIME) & ~(r90 > VAGUE_M)
        day = wall_days(wall[here]).astype(np.int64)
        parts.append(pd.DataFrame({"day": day, "lat": lat[here], "lon": lon[here], "at": held.position[here]}))
    frame = pd.concat(parts, ignore_index=True)
    middle = frame.groupby("day")[["lat", "lon"]].median()
    days = Days(middle.index.to_numpy(np.int64), middle["lat"].to_numpy(), middle["lon"].to_numpy())
    return days, (frame["at"].to_numpy(), frame["day"].to_numpy())


def _usual(days: Days) -> np.ndarray:
    """Answer the areas (latitude, longitude) that a fifth of the days or more lie in, the most frequent first."""
    cell, count = np.unique(np.round(np.stack([days.lat, days.lon], axis=1) / CELL_DEG), axis=0, return_counts=True)
    middle = cell * CELL_DEG
    apart = distance_m(middle[:, None, 0], middle[:, None, 1], middle[None, :, 0], middle[None, :, 1])
    near, left, found = apart <= AREA_M, count.copy(), []
    while left.any():
        around = near @ left
        best = int(around.argmax())
        if around[best] < USUAL_SHARE * count.sum():
            break
        mine = near[best] & (left > 0)
        found.append(np.average(middle[mine], axis=0, weights=left[mine]))
        left[near[best]] = 0
    return np.array(found).reshape(-1, 2)


def _date(day: int) -> date:
    return EPOCH + timedelta(days=day)
