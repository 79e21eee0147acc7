"""Trips away: days whose records lie far from where most days lie, or are paid in another currency.

Source: what is away from the "usual environment" is left to each country by the International Recommendations for Tourism
Statistics 2008 (United Nations and UNWTO); the 100 km are this project's. There may be two usual areas: a student's town
and the parents'.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from trailviz.acts import NO_TIME
from trailviz.days import HOUR_US, date_of
from trailviz.geo import distance_m
from trailviz.guesses import Abstained, Guess, Length, Point
from trailviz.guesses.held import wall_days

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailviz.guesses.held import Held

FAR_M, AREA_M = 100_000.0, 50_000.0
"""Away is further than this from every usual area; a usual area gathers days within half of it."""
VAGUE_M, LEAST_M = 30_000.0, 1000.0
"""A point known no better than the first could be in the next town; no trip's place is told finer than the second."""
USUAL_SHARE = 0.2
FEWEST_DAYS = 10
"""Of fewer a holiday alone would be where most days lie."""
LONGEST_PAUSE = 3
"""So many days without a record may lie within one trip."""
CELL_DEG = 0.1
"""Days are gathered into cells of some 11 km first: ten years lie in a few hundred at most."""
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


def _away(days: Days, rows: pd.DataFrame) -> Iterator[Guess | Abstained]:
    areas = _usual(days)
    if not len(areas):
        yield Abstained("no_area")
        return
    # By its points, not by their middle: a day in two usual areas has a middle that is in neither.
    apart = pd.Series(_apart(rows["lat"].to_numpy(), rows["lon"].to_numpy(), areas))
    away = np.flatnonzero(apart.groupby(rows["day"]).median().to_numpy() > FAR_M)
    if not len(away):
        yield Abstained("none", {"days": len(days.day)})
        return
    if len(away) == len(days.day):
        # Two phones in one export are both away from each other, every day.
        yield Abstained("always_away", {"days": len(days.day)})
        return
    # A day at home between two trips parts them, and so does a long silence; the way from Rome to Oslo does not.
    parted = (np.diff(away) > 1) | (np.diff(days.day[away]) > LONGEST_PAUSE + 1)
    for here in np.split(away, np.flatnonzero(parted) + 1):
        first, last = int(days.day[here[0]]), int(days.day[here[-1]])
        trip = rows[(rows["day"] >= first) & (rows["day"] <= last)]
        point = _stayed(trip, areas)
        yield Guess(
            "trip" if last > first else "day_trip",
            {
                "from": date_of(first),
                "until": date_of(last),
                "where": point,
                "far": Length(_apart(np.array([point.lat]), np.array([point.lon]), areas)[0]),
                "days": len(here),
            },
            np.unique(trip["at"].to_numpy()),
            key=str(first),
            point=point,
        )


def _stayed(trip: pd.DataFrame, areas: np.ndarray) -> Point:
    """Answer where most hours of a trip were spent: the way there has many points, and few hours."""
    lat, lon = trip["lat"].to_numpy(), trip["lon"].to_numpy()
    away = np.flatnonzero(_apart(lat, lon, areas) > FAR_M)
    cells = np.round(np.stack([lat[away], lon[away]], axis=1) / CELL_DEG).astype(np.int64)
    hours = np.unique(np.column_stack([cells, trip["hour"].to_numpy()[away]]), axis=0)
    found, count = np.unique(hours[:, :2], axis=0, return_counts=True)
    mine = away[(cells == found[count.argmax()]).all(axis=1)]
    middle = float(np.median(lat[mine])), float(np.median(lon[mine]))
    spread = distance_m(lat[mine], lon[mine], np.full(len(mine), middle[0]), np.full(len(mine), middle[1]))
    return Point(*middle, float(np.median(spread)), float(max(np.quantile(spread, 0.9), LEAST_M)))


def _apart(lat: np.ndarray, lon: np.ndarray, areas: np.ndarray) -> np.ndarray:
    """Measure how far each point is from the nearest usual area, in metres."""
    return distance_m(lat[:, None], lon[:, None], areas[None, :, 0], areas[None, :, 1]).min(axis=1)


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
                "from": date_of(int(here.min())),
                "until": date_of(int(here.max())),
            },
            held.position[paid][codes == code],
            key=held.currency.words[code],
        )


def _days(held: Held) -> tuple[Days, pd.DataFrame]:
    """Gather the located starts and ends by local day; also answer each one's day, hour, point and position (`at`)."""
    parts = []
    for lat, lon, r90, wall in (
        (held.lat, held.lon, held.r90_m, held.wall),
        (held.end_lat, held.end_lon, held.end_r90_m, held.wall_end),
    ):
        here = ~np.isnan(lat) & (wall != NO_TIME) & ~(r90 > VAGUE_M)
        day = wall_days(wall[here]).astype(np.int64)
        hour = wall[here] // HOUR_US
        columns = {"day": day, "hour": hour, "lat": lat[here], "lon": lon[here], "at": held.position[here]}
        parts.append(pd.DataFrame(columns))
    frame = pd.concat(parts, ignore_index=True)
    return _middles(frame), frame


def _middles(rows: pd.DataFrame) -> Days:
    """Answer each day's median point, or the point nearest to it where that is nowhere near one: half-way over an ocean nobody was."""
    grouped = rows.groupby("day")[["lat", "lon"]]
    lat, lon = (rows[name].to_numpy() for name in ("lat", "lon"))
    middle, of_row = grouped.median(), grouped.ngroup().to_numpy()
    days = Days(middle.index.to_numpy(np.int64), *(middle[name].to_numpy(copy=True) for name in ("lat", "lon")))
    away = distance_m(lat, lon, days.lat[of_row], days.lon[of_row])
    nearest = np.full(len(days.day), np.inf)
    np.minimum.at(nearest, of_row, away)
    # Of points as near the earliest of the columns, which are in order of time.
    chosen = np.flatnonzero((away == nearest[of_row]) & (nearest[of_row] > AREA_M))
    days.lat[of_row[chosen[::-1]]], days.lon[of_row[chosen[::-1]]] = lat[chosen[::-1]], lon[chosen[::-1]]
    return days


def _usual(days: Days) -> np.ndarray:
    """Answer the areas (latitude, longitude) that a fifth of the days or more lie in, the most frequent first."""
    cell, count = np.unique(np.round(np.stack([days.lat, days.lon], axis=1) / CELL_DEG), axis=0, return_counts=True)
    middle = cell * CELL_DEG
    apart = distance_m(middle[:, None, 0], middle[:, None, 1], middle[None, :, 0], middle[None, :, 1])
    # The area with most days first; its days are taken out, and what is left is looked at again.
    near, left, found = apart <= AREA_M, count.copy(), []
    while left.any():
        around = near @ left
        best = int(around.argmax())
        if around[best] < USUAL_SHARE * count.sum():
            break
        mine = near[best] & (left > 0)
        # As differences, for areas on the date line.
        off = middle[mine] - middle[best]
        off[:, 1] = (off[:, 1] + 180) % 360 - 180
        found.append(middle[best] + np.average(off, axis=0, weights=left[mine]))
        left[near[best]] = 0
    return np.array(found).reshape(-1, 2)
