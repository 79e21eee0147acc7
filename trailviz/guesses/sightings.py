"""Where an observer has the person, place by place, and what that says of each place: evidence of living or working there.

A kind of event is a kind of evidence. A ride tells that a place was left or reached, a visit that the person was there
meanwhile, a payment only that they were there once, and never at home. So each is counted apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from trailviz.acts import NO_TIME
from trailviz.days import DAY_US, DAYS_A_WEEK, HOUR_US, WORKING_DAYS, hours, weekdays
from trailviz.geo import distance_m
from trailviz.places.clusters import EPS_M, RIDE_EPS_M, places
from trailviz.places.staypoints import stays

if TYPE_CHECKING:
    from trailviz.guesses.held import Held

LEFT, REACHED, STAYED, SEEN = range(4)
"""What a sighting tells: the person left the place, reached it, was there between two times, or was there at one."""
RIDES = ("ride", "leg", "tap")
PAID = ("payment", "hold")
MOST_NORTH, MOST_EAST = 90.0, 180.0
"""What lies beyond is no point on the globe (doubts name it), and would be a place of its own."""
COARSEST_M = 3000.0
"""A point known no better than this (the radius of nine tenths) says a part of town, and no place in it."""
LONGEST_US = 24 * HOUR_US
"""Reached and left again within a day: .84 to .97 of such stretches were spent there (labelled people, 2026-11-26)."""
POINTS_A_DEGREE = 100_000
"""A metre's step: points of one such cell are clustered once, however often they were seen."""
HOURLY_S = 3600.0
"""A time written less exactly has no hour of the day."""
COUNTS = (
    "ends",
    "end_days",
    "night_reached",
    "morning_left",
    "morning_reached",
    "evening_left",
    "weekend_ends",
    "first_of_day",
    "last_of_day",
    "night_h",
    "work_h",
    "other_h",
    "paid_working",
    "paid_other",
    "seen_days",
)
"""The kinds of evidence, in the order of the columns of `Sightings.counts`.

Ends of rides: all, days with one, reached from 20 to 4, left and reached on the morning of a working day (5 to 11), left in its
evening (15 to 20), on a weekend, first left and last reached of a day that begins at 4. Hours there: from 22 to 6, from 9 to 17
of a working day, other. Seen there at one time, mostly paying: from 9 to 17 of a working day, other. Days with an end of a ride or a moment there.
"""
RIDE_KINDS, STAY_KINDS, PAID_KINDS = [0], [9, 10, 11], [12, 13]
"""Where in `COUNTS` the amount of each sort of evidence stands."""
NIGHT, NIGHT_DWELL, MORNING, EVENING, WORKING = (20, 28), (22, 30), (5, 11), (15, 20), (9, 17)
"""Hours of the day, `[from, until)`."""
NOON_US = 12 * HOUR_US
MOST_ROWS = 100
"""As many rows as a card shows (`story.guesses`): those that speak most stand first."""
A_NIGHT_H = 2.0
"""So many of the hours from 22 to 6 make a night at a place."""


@dataclass(frozen=True)
class Sightings:
    """Sightings in order of time, and the stretches spent at a place.

    One entry a sighting: `row` (into the columns of `Held`), `place` (into `lat` and `lon`, the middles of the places), `what`,
    `at` (local microseconds, NO_TIME where no hour is written), `until` (of what lasted; else the same), `day` (local, since 1970),
    `point_lat`, `point_lon`, `r90_m`.
    One entry a stretch, of visits and of a place reached and left again: `stay_place`, `stay_from`, `stay_until` (local
    microseconds), `stay_rows` (two rows of `Held`: of its beginning and its end).
    """

    row: np.ndarray
    place: np.ndarray
    what: np.ndarray
    at: np.ndarray
    until: np.ndarray
    day: np.ndarray
    r90_m: np.ndarray
    point_lat: np.ndarray
    point_lon: np.ndarray
    stay_place: np.ndarray
    stay_from: np.ndarray
    stay_until: np.ndarray
    stay_rows: np.ndarray
    lat: np.ndarray
    lon: np.ndarray

    def __len__(self) -> int:
        """Count the places."""
        return len(self.lat)

    def span(self) -> tuple[int, int]:
        """Answer the first local day and the day after the last; (0, 0) where there is no sighting."""
        return (int(self.day.min()), int(self.day.max()) + 1) if len(self.day) else (0, 0)

    @cached_property
    def hour(self) -> np.ndarray:
        """The local hour of each sighting, -1 where none is written."""
        return np.where(self.at != NO_TIME, self.at % DAY_US // HOUR_US, -1)

    @cached_property
    def night_h(self) -> np.ndarray:
        """How many hours of each stretch lie between 22 and 6."""
        return hours(self.stay_from, self.stay_until, NIGHT_DWELL, DAYS_A_WEEK)

    @cached_property
    def work_h(self) -> np.ndarray:
        """How many hours of each stretch lie between 9 and 17 from Monday to Friday."""
        return hours(self.stay_from, self.stay_until, WORKING, WORKING_DAYS)

    @cached_property
    def on_working_day(self) -> np.ndarray:
        """Which sightings are of a day from Monday to Friday."""
        return weekdays(self.day) < WORKING_DAYS

    @cached_property
    def late(self) -> np.ndarray:
        """Which sightings are from eight in the evening to four in the morning."""
        return _within(self.hour, *NIGHT)

    def nights(self, place: int) -> np.ndarray:
        """Answer the nights spent at a place, by the day of their evening: two hours of them at least, or a ride to it late."""
        here = self.stay_place == place
        slept = self.night_h[here] >= A_NIGHT_H
        came = self.at[(self.place == place) & self.late & (self.what == REACHED)]
        # A day begins at noon here: a stay that begins after midnight belongs to the evening before, as a ride home does.
        return np.unique((np.concatenate((self.stay_from[here][slept], came)) - NOON_US) // DAY_US)

    def middays(self, place: int, days: np.ndarray) -> np.ndarray:
        """Measure the hours from 10 to 16 spent at a place on some local days."""
        here = self.stay_place == place
        begin, until = np.sort(self.stay_from[here]), np.sort(self.stay_until[here])

        def spent(at: np.ndarray) -> np.ndarray:
            # All time at the place before an instant: that of stays begun, less what is left of those not over.
            begun, over = np.searchsorted(begin, at), np.searchsorted(until, at)
            # The sums wrap around after some thousand stays, and their differences come out right all the same.
            sums = (np.concatenate(([0], np.cumsum(one))) for one in (begin, until))
            of_begin, of_until = (one[number] for one, number in zip(sums, (begun, over), strict=True))
            return of_until - of_begin + (begun - over) * at

        return (spent(days * DAY_US + 16 * HOUR_US) - spent(days * DAY_US + 10 * HOUR_US)) / HOUR_US

    def radius_m(self, place: int) -> float:
        """Answer how far around the middle of a place its sightings lie, nine of ten, and no less than the usual one is exact."""
        here = np.flatnonzero(self.place == place)
        away = distance_m(self.point_lat[here], self.point_lon[here], self.lat[place], self.lon[place])
        return float(max(np.quantile(away, 0.9), np.median(self.r90_m[here])))

    def counts(self, group: np.ndarray | None = None, groups: int = 1, chosen: np.ndarray | None = None) -> np.ndarray:
        """Count the evidence for each place: (groups, places, kinds of evidence).

        Args:
            group: To which group each local day belongs, counted from the first day of `span`; None: one group.
            groups: How many there are.
            chosen: The places asked about; None: all.
        """
        first, end = self.span()
        of_day = np.zeros(end - first, np.int64) if group is None else group
        places = len(self) if chosen is None else len(chosen)
        number = np.arange(len(self)) if chosen is None else np.full(len(self), -1)
        if chosen is not None:
            number[chosen] = np.arange(places)
        size = groups * places
        answer = np.zeros((len(COUNTS), size + 1))
        # What lies at no chosen place is counted into a cell of its own, and left there.
        cell = of_day[self.day - first] * places + number[self.place]
        cell[number[self.place] < 0] = size

        def count(name: str, rows: np.ndarray) -> None:
            answer[COUNTS.index(name)] = np.bincount(cell[rows], minlength=size + 1)

        hour, working = self.hour, self.on_working_day
        # A kind that nothing tells of stays at nought, and costs no pass over a million sightings.
        left, reached = self.what == LEFT, self.what == REACHED
        rides = left | reached
        if rides.any():
            count("ends", rides)
            count("end_days", _first_of(self.day * len(self) + self.place, rides))
            count("night_reached", reached & self.late)
            count("morning_left", left & working & _within(hour, *MORNING))
            count("morning_reached", reached & working & _within(hour, *MORNING))
            count("evening_left", left & working & _within(hour, *EVENING))
            count("weekend_ends", rides & ~working)
            begun, over = self._edges(rides & (hour >= 0))
            count("first_of_day", begun & left)
            count("last_of_day", over & reached)
        seen = self.what == SEEN
        if rides.any() or seen.any():
            count("seen_days", _first_of(self.day * len(self) + self.place, rides | seen))
        if seen.any():
            at_work = working & _within(hour, *WORKING)
            count("paid_working", seen & at_work)
            count("paid_other", seen & ~at_work)
        if len(self.stay_place):
            day = np.clip(self.stay_from // DAY_US, first, end - 1) - first
            cell = np.where(number[self.stay_place] < 0, size, of_day[day] * places + number[self.stay_place])
            other = (self.stay_until - self.stay_from) / HOUR_US - self.night_h - self.work_h
            for name, lasted in (("night_h", self.night_h), ("work_h", self.work_h), ("other_h", other)):
                answer[COUNTS.index(name)] = np.bincount(cell, lasted, minlength=size + 1)
        return answer[:, :size].reshape(len(COUNTS), groups, places).transpose(1, 2, 0)

    def _edges(self, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Say which of the chosen sightings are the first and the last of their day; a day begins at four."""
        rows = np.flatnonzero(chosen)
        day = (self.at[rows] - 4 * HOUR_US) // DAY_US
        first, last = np.zeros(len(chosen), bool), np.zeros(len(chosen), bool)
        changes = day[1:] != day[:-1]
        first[rows] = np.concatenate(([True], changes))[: len(rows)]
        last[rows] = np.concatenate((changes, [True]))[-len(rows) :] if len(rows) else []
        return first, last


def sightings(held: Held) -> Sightings:
    """Answer where the observer has the person; asked through `held.once("sightings", sightings)`."""
    # In this order, where one ride ends as the next begins, the place is reached before it is left; but a ride of which one time
    # alone is written (a metro's gate on the way out) leaves the one place before it reaches the other.
    timed = held.end > held.start
    every = [
        _of_rides(held, REACHED, timed),
        _of_visits(held),
        _of_fixes(held),
        _of_rides(held, LEFT, np.ones(len(held), bool)),
        _of_rides(held, REACHED, ~timed),
        _of_moments(held),
    ]
    parts = [part for part in every if len(part[0])] or every[:1]
    together = [np.concatenate(one) for one in zip(*parts, strict=True)] if len(parts) > 1 else list(parts[0])
    instants = together[-2]
    # Visits alone stand in order already, and ten columns need not be put in it.
    order = slice(None) if (instants[1:] >= instants[:-1]).all() else np.argsort(instants, kind="stable")
    row, until_row, what, lat, lon, r90, at, until, instant, over = (column[order] for column in together)
    place, middle = _places(lat, lon, np.where(what <= REACHED, RIDE_EPS_M, EPS_M))
    exact = held.precision_s[row] <= HOURLY_S
    whole = np.flatnonzero((what == STAYED) & exact)
    one, other = _between(place, what, exact, instant, over)
    return Sightings(
        row=row,
        place=place,
        what=what,
        at=np.where(exact, at, NO_TIME),
        until=np.where(exact, until, NO_TIME),
        day=at // DAY_US,
        r90_m=r90,
        point_lat=lat,
        point_lon=lon,
        stay_place=np.concatenate((place[whole], place[one])),
        stay_from=np.concatenate((at[whole], until[one])),
        stay_until=np.concatenate((until[whole], at[other])),
        stay_rows=np.column_stack(
            (np.concatenate((row[whole], until_row[one])), np.concatenate((until_row[whole], row[other])))
        ),
        lat=middle[0],
        lon=middle[1],
    )


def unplaced(held: Held) -> int:
    """Count the ends of rides of which no place is known, or only a part of town; asked through `held.once("unplaced", unplaced)`.

    Of a company and a way to travel that name some: a bus names no stop at all, and never that beside home alone.
    """
    rides = np.flatnonzero(_first_of(held.act, held.kind.among(RIDES) & (held.start != NO_TIME)))
    sort = held.collector.codes[rides] * (len(held.mode.words) + 1) + held.mode.codes[rides]
    named = _placed(held)[rides].astype(np.int64) + _placed(held, ends=True)[rides]
    return int((2 - named)[np.isin(sort, sort[named > 0])].sum())


Part = tuple[np.ndarray, ...]


def _places(lat: np.ndarray, lon: np.ndarray, eps_m: np.ndarray) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray]]:
    """Number the place of each point, and answer the places' middles; points a metre apart are clustered as one."""
    y, x = (np.rint(one * POINTS_A_DEGREE).astype(np.int64) for one in (lat, lon))
    # Both in one number; west of Greenwich x is negative and borrows from y, which is given back below.
    cells, cell = np.unique((y << 32) + x, return_inverse=True)
    widest = np.zeros(len(cells))
    widest[cell] = EPS_M
    widest[cell[eps_m > EPS_M]] = RIDE_EPS_M
    x_of = (cells + (1 << 31)) % (1 << 32) - (1 << 31)
    labels, centres = places((cells - x_of >> 32) / POINTS_A_DEGREE, x_of / POINTS_A_DEGREE, eps_m=widest)
    place = labels[cell]
    visits = np.bincount(place)
    # The middle of the sightings, not of the metres; as differences, for places on the date line.
    east = np.bincount(place, (lon - centres.lon[place] + 180) % 360 - 180) / visits
    return place, (np.bincount(place, lat) / visits, (centres.lon + east + 180) % 360 - 180)


def _part(held: Held, what: int, rows: np.ndarray, *, ends: bool = False) -> Part:
    """Answer one sort of sighting: first and last row, sort, point, and first and last time on the wall and in UTC."""
    lat, lon, r90 = (held.end_lat, held.end_lon, held.end_r90_m) if ends else (held.lat, held.lon, held.r90_m)
    # A ride without an end written down ends soon after it began.
    late = (held.end[rows] != NO_TIME) & (ends or what == STAYED)
    until, over = np.where(late, held.wall_end[rows], held.wall[rows]), np.where(late, held.end[rows], held.start[rows])
    at, instant = (until, over) if ends else (held.wall[rows], held.start[rows])
    kind = np.full(len(rows), what, np.int8)
    return rows, rows, kind, lat[rows], lon[rows], r90[rows], at, until, instant, over


def _placed(held: Held, *, ends: bool = False) -> np.ndarray:
    """Say which events have a point on the globe, near enough to be a place."""
    lat, lon, r90 = (held.end_lat, held.end_lon, held.end_r90_m) if ends else (held.lat, held.lon, held.r90_m)
    return (r90 <= COARSEST_M) & (np.abs(lat) <= MOST_NORTH) & (np.abs(lon) <= MOST_EAST)


def _of_rides(held: Held, what: int, chosen: np.ndarray) -> Part:
    ride = held.kind.among(RIDES) & chosen
    known = ride & (held.start != NO_TIME) & _placed(held, ends=what == REACHED)
    # Two records of one ride are one ride.
    return _part(held, what, np.flatnonzero(_first_of(held.act, known)), ends=what == REACHED)


def _of_visits(held: Held) -> Part:
    seen = held.kind.among(["visit"]) & _placed(held) & (held.start != NO_TIME)
    return _part(held, STAYED, np.flatnonzero(seen & (held.end != NO_TIME) & (held.end > held.start)))


def _of_moments(held: Held) -> Part:
    """Answer what tells of one moment at a place: payments, and visits nobody saw the end of."""
    moment = held.kind.among(PAID) | (held.kind.among(["visit"]) & (held.end == NO_TIME))
    return _part(held, SEEN, np.flatnonzero(moment & ~held.unsure & _placed(held) & (held.start != NO_TIME)))


def _of_fixes(held: Held) -> Part:
    fixes = np.flatnonzero(held.kind.among(["fix"]) & _placed(held) & (held.start != NO_TIME))
    fixes = fixes[np.argsort(held.start[fixes], kind="stable")]
    found = stays(held.start[fixes], held.lat[fixes], held.lon[fixes])
    first, last = fixes[found.first], fixes[found.last]
    kind = np.full(len(found), STAYED, np.int8)
    return (
        first, last, kind, found.lat, found.lon, held.r90_m[first],
        held.wall[first], held.wall[last], held.start[first], held.start[last],
    )  # fmt: skip


def _between(
    place: np.ndarray, what: np.ndarray, exact: np.ndarray, instant: np.ndarray, over: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Answer pairs of sightings between which the person was at one place: it was reached, and then left from there."""
    rows = np.flatnonzero((what != SEEN) & exact)
    one, other = rows[:-1], rows[1:]
    apart = instant[other] - over[one]
    # Seen at the place and next seen there again, without having left or come in between.
    stayed = (place[one] == place[other]) & (what[one] != LEFT) & (what[other] != REACHED)
    stayed &= (apart > 0) & (apart <= LONGEST_US)
    return one[stayed], other[stayed]


def _first_of(key: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Say which chosen entries are the first with their key."""
    rows = np.flatnonzero(chosen)
    answer = np.zeros(len(chosen), bool)
    answer[rows[np.unique(key[rows], return_index=True)[1]]] = True
    return answer


def _within(hour: np.ndarray, begin: int, until: int) -> np.ndarray:
    """Say which hours of the day (-1: none) lie in `[begin, until)`, which may go past midnight."""
    return ((hour - begin) % 24 < until - begin) & (hour >= 0)


def strongest(seen: Sightings, place: int, of_sighting: np.ndarray, of_stay: np.ndarray) -> np.ndarray:
    """Answer the rows of `Held` that tell of a place, each once: the `MOST_ROWS` that speak most in order of time, then the others."""
    here, stays = seen.place == place, seen.stay_place == place
    rows = np.concatenate((seen.row[here], seen.stay_rows[stays].ravel()))
    strength = np.concatenate((of_sighting[here], np.repeat(of_stay[stays], 2)))
    # Of one row the strongest reason counts, and of equal ones the earliest row.
    order = np.lexsort((rows, -strength))
    first = np.sort(np.unique(rows[order], return_index=True)[1])
    by_strength = rows[order[first]]
    return np.concatenate((np.sort(by_strength[:MOST_ROWS]), np.sort(by_strength[MOST_ROWS:])))
