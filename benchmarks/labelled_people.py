"""People whose home and work are known, and what companies would have logged of them.

Source: /work/shared/reference/labelled (stops of 368 people from the test data of HoWDe, MIT, arXiv:2506.20679; read from where they
lie, never copied). The stops have no coordinates: each place is put on a grid of two kilometres, each point 20 m off.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from trailviz.acts import NO_TIME
from trailviz.days import DAY_US, DAYS_A_WEEK, hours
from trailviz.guesses.held import Coded, Held
from trailviz.guesses.sightings import A_NIGHT_H, NIGHT_DWELL, NOON_US

LABELLED = Path("/work/shared/reference/labelled/home_work_people.parquet")
SECOND_US, DAY_S = 1_000_000, 86_400
GRID, STEP_DEGREES, OFF_DEGREES = 100, 0.02, 0.0002
PARTS = ("train", "train", "train", "tune", "report")
WORDS = ("ride", "payment", "visit")


@dataclass(frozen=True)
class Person:
    """Stops of one person in order of time: place, start and end (seconds on the wall since a Thursday), and what places are."""

    id: int
    place: np.ndarray
    start: np.ndarray
    end: np.ndarray
    homes: frozenset[int]
    works: frozenset[int]

    @property
    def part(self) -> str:
        """Which part of the people: train, tune or report, by a hash of the id (60, 20, 20)."""
        share = int.from_bytes(hashlib.sha256(str(self.id).encode()).digest()[:4], "big") / 2**32
        return PARTS[int(share * len(PARTS))]

    def days(self, places: frozenset[int]) -> np.ndarray:
        """Answer the days on which a stop at some places began."""
        return np.unique(self.start[np.isin(self.place, list(places))] // DAY_S)

    def nights(self, places: frozenset[int]) -> np.ndarray:
        """Answer the nights of which two hours at least were spent at some places, by the day of their evening."""
        here = np.isin(self.place, list(places))
        start, end = self.start[here] * SECOND_US, self.end[here] * SECOND_US
        slept = hours(start, end, NIGHT_DWELL, DAYS_A_WEEK) >= A_NIGHT_H
        return np.unique((start[slept] - NOON_US) // DAY_US)

    def during(self, days: int, skip: float = 0.0) -> Person:
        """Answer the stops that began within so many days, from `skip` (0 to 1) of the time the person was followed on."""
        spare = max(self.end[-1] - self.start[0] - days * DAY_S, 0)
        first = self.start[0] + int(skip * spare) // DAY_S * DAY_S
        own = (self.start >= first) & (self.start < first + days * DAY_S)
        return replace(self, place=self.place[own], start=self.start[own], end=self.end[own])


@dataclass(frozen=True)
class Regime:
    """What is logged: each trip as a ride with `rides`, each stop away from home paid at with `payments`, each stop as a visit with `visits`.

    Of `days` days from the person's first on. A trip is a change of place within `within_h` hours. `beside_home`: how often, of
    stops at home, something is paid next door.
    """

    rides: float
    payments: float
    days: int
    visits: float = 0.0
    within_h: float = 3.0
    beside_home: float = 0.0


def people() -> Iterator[Person]:
    """Read the people."""
    table = pq.read_table(LABELLED).to_pandas().sort_values(["useruuid", "start", "end"], kind="stable")
    for number, own in table.groupby("useruuid", sort=True):
        label = own.true_location_type.astype(str).to_numpy()
        place = own["loc"].to_numpy(np.int64)
        yield Person(
            int(number),
            place,
            own.start.to_numpy(np.int64),
            own.end.to_numpy(np.int64),
            frozenset(place[label == "H"].tolist()),
            frozenset(place[label == "W"].tolist()),
        )


def logged(person: Person, regime: Regime, seed: int, skip: float = 0.0) -> Held:
    """Answer what an observer with such logs has of a person, from `skip` (0 to 1) of the time the person was followed on."""
    chance = np.random.default_rng((person.id, seed))
    own = person.during(regime.days, skip)
    place, start, end = own.place, own.start, own.end
    from_, to = place[:-1], place[1:]
    gap = start[1:] - end[:-1]
    ride = np.flatnonzero((from_ != to) & (gap >= 0) & (gap <= regime.within_h * 3600))
    ride = ride[chance.random(len(ride)) < regime.rides]
    at_home = np.isin(place, list(person.homes))
    paid = np.flatnonzero(chance.random(len(place)) < np.where(at_home, regime.beside_home, regime.payments))
    paid_at = start[paid] + (chance.random(len(paid)) * (end[paid] - start[paid])).astype(np.int64)
    seen = np.flatnonzero((end > start) & (chance.random(len(place)) < regime.visits))
    none = np.full(len(paid), -1, np.int64)
    return rows(
        np.repeat(np.arange(3), (len(ride), len(paid), len(seen))),
        np.concatenate((end[:-1][ride], paid_at, start[seen])),
        np.concatenate((start[1:][ride], none, end[seen])),
        np.concatenate((from_[ride], place[paid], place[seen])),
        np.concatenate((to[ride], none, place[seen])),
        chance,
    )


def place_of(lat: float, lon: float) -> int:
    """Answer the number of the place a point was put at."""
    return round((lat - 40) / STEP_DEGREES) * GRID + round(lon / STEP_DEGREES)


def rows(
    kind: np.ndarray, start: np.ndarray, end: np.ndarray, place: np.ndarray, to: np.ndarray, chance: np.random.Generator
) -> Held:
    """Make rows of what is held: kind (into `WORDS`), start and end (seconds, -1 none), place and where to (-1 none)."""
    order = np.lexsort((kind, start))
    kind, start, end, place, to = (column[order] for column in (kind, start, end, place, to))
    count = len(kind)
    until = np.where(end < 0, NO_TIME, end * SECOND_US)
    none = Coded(np.full(count, -1, np.int64), ())

    def point(of: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        there = of >= 0
        off = chance.normal(0, OFF_DEGREES, (2, count))
        lat, lon = 40 + of // GRID * STEP_DEGREES + off[0], of % GRID * STEP_DEGREES + off[1]
        return np.where(there, lat, np.nan), np.where(there, lon, np.nan)

    (lat, lon), (end_lat, end_lon) = point(place), point(to)
    return Held(
        position=np.arange(count),
        kind=Coded(kind, WORDS),
        start=start * SECOND_US,
        end=until,
        wall=start * SECOND_US,
        wall_end=until,
        precision_s=np.ones(count),
        lat=lat,
        lon=lon,
        r90_m=np.where(np.isnan(lat), np.nan, 50.0),
        end_lat=end_lat,
        end_lon=end_lon,
        end_r90_m=np.where(np.isnan(end_lat), np.nan, 50.0),
        unsure=np.zeros(count, bool),
        amount=np.full(count, -1),
        currency=none,
        flow=none,
        party=none,
        person=np.zeros(count, bool),
        company=none,
        shop=none,
        category=none,
        detail=none,
        presence=none,
        side=none,
        mode=none,
        collector=none,
        act=np.arange(count),
        zone=Coded(np.zeros(count, np.int64), ("UTC",)),
    )
