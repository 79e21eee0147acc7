"""What apps would have written down of people whose places are known, and where our fusion then puts their payments.

The people: 368 of HoWDe's test data (MIT), stops with a place's number and no coordinates; each person's places get points a
kilometre apart. A way between two stops is a ride, logged with some chance; a payment happens somewhen in a stop that is not home.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from trailviz.places.askable import NO_SHOP, Anchors, Had

STOPS = Path("/work/shared/reference/labelled/home_work_people.parquet")
PARTS = ("train", "train", "train", "tune", "test")
CENTRE, STEP_DEG, TURN = 45.0, 0.009, np.pi * (3 - np.sqrt(5))
DAY_S, HOUR_S, SATURDAY = 86_400, 3_600, 5


@dataclass(frozen=True)
class Regime:
    """How much is written down: chances that a ride is logged, that a stop has a payment, and that it has one with its place."""

    ride: float
    pay: float = 0.3
    stated: float = 0.0
    days: int = 10_000
    shops: bool = False


@dataclass(frozen=True)
class Person:
    """What is had of one person, and the truth: latitude and longitude of each row asked for."""

    had: Had
    lat: np.ndarray
    lon: np.ndarray


def stops(part: str) -> pd.DataFrame:
    """Read the stops of the people of a part; who is in which depends on their number alone."""
    every = pd.read_parquet(STOPS).sort_values(["useruuid", "start", "end"])
    of = {
        one: PARTS[int(hashlib.sha256(str(one).encode()).hexdigest(), 16) % len(PARTS)]
        for one in every["useruuid"].unique()
    }
    return every[every["useruuid"].map(of) == part]


def people(every: pd.DataFrame, regime: Regime, seed: int) -> Iterator[Person]:
    """Yield each person as the apps of a regime would have them."""
    chance = np.random.default_rng(seed)
    for _, one in every.groupby("useruuid", sort=True):
        start, end, place = (one[name].to_numpy(np.int64) for name in ("start", "end", "loc"))
        within = start < start.min() + regime.days * DAY_S
        yield _person(
            start[within],
            end[within],
            place[within],
            (one["true_location_type"] == "H").to_numpy()[within],
            regime,
            chance,
        )


def _person(
    start: np.ndarray, end: np.ndarray, place: np.ndarray, home: np.ndarray, regime: Regime, chance: np.random.Generator
) -> Person:
    way = np.flatnonzero((place[1:] != place[:-1]) & (chance.random(len(place) - 1) < regime.ride))
    paid = np.flatnonzero(~home & (end > start) & (chance.random(len(place)) < regime.pay))
    when, other = ((start + chance.random(len(start)) * (end - start)).astype(np.int64) for _ in range(2))
    stated = np.flatnonzero(~home & (end > start) & (chance.random(len(place)) < regime.stated))
    asked = paid[np.argsort(when[paid], kind="stable")]
    at = np.concatenate([end[way], start[way + 1], other[stated]])
    where = np.concatenate([place[way], place[way + 1], place[stated]])
    went, came, rest = (
        np.repeat(flags, [len(way), len(way), len(stated)])
        for flags in ([True, False, True], [False, True, True], [True, True, False])
    )
    order = np.argsort(at, kind="stable")
    lat, lon = point(where[order])
    nobody = np.full(len(at), -1)
    moments = at[order] * 1_000_000
    anchors = Anchors(
        moments, np.arange(len(at)), lat, lon, np.full(len(at), 30.0), before=went[order], after=came[order],
        edge=rest[order], hour=_hour(at[order]), act=nobody, shop=nobody,
    )  # fmt: skip
    rows = len(asked)
    had = Had(
        anchors, event=np.arange(rows) + len(at), at=when[asked] * 1_000_000, in_person=np.ones(rows, bool), exact=np.ones(rows, bool),
        ride_paid=np.zeros(rows, bool), hour=_hour(when[asked]), act=np.full(rows, -2),
        shop=place[asked] if regime.shops else np.full(rows, NO_SHOP), moved=moments[anchors.edge], speeds_mps=np.zeros(0),
        **dict.fromkeys(("area_lat", "area_lon", "area_m"), np.full(rows, np.nan)),
    )  # fmt: skip
    return Person(had, *point(place[asked]))


def point(place: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lay places out on a spiral, a kilometre from one turn to the next."""
    far, turn = STEP_DEG * np.sqrt(place), place * TURN
    return CENTRE + far * np.cos(turn), far * np.sin(turn) / np.cos(np.radians(CENTRE))


def _hour(at: np.ndarray) -> np.ndarray:
    # The data's clock is local, and its weeks begin on a Monday.
    return at // HOUR_S % 24 + 24 * (at // DAY_S % 7 >= SATURDAY)
