"""How far off a carried place is: GPS diaries with real coordinates, for the scatter within a place and the way one gets while away.

The diaries: Eurostat's SSI open geodata (EUPL-1.2), phones of Dutch testers in summer 2024. Four phones are few, so
each is judged by laws fitted to the other three. A stay is five minutes within 100 m (the diary's own labels begin and end on the way), from the first minute in which
the phone moves less than 20 m to the last; an arrival and a departure are logged with some chance, a payment happens somewhen in a stay, and its true point is the phone's at that second.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from fusion_people import Person

from trailviz.geo import distance_m
from trailviz.places import fusion
from trailviz.places.askable import NO_SHOP, Anchors, Had
from trailviz.places.spread import Spread, inside
from trailviz.places.weights import Weights

FILES = Path("/work/shared/reference/labelled/gps_diary")
PEOPLE = ("Utrecht1", "Utrecht2", "Utrecht12", "Utrecht4")
LONGEST_SILENCE_S = 1800
REGIONS, SHORT = (0.5, 0.9), 3.0
SMALLEST_STEP = 0.01
AWAY = {"speed_mps": 3.3, "shape": 0.42, "longest_h": 1.0, "ride_mps": 5.0, "core": 1.0}
"""The way one gets while away, from inference.md 2, displacement after 15 and 60 minutes (q75 1.0 and 2.5 km, q90 7.8 and 35 km, of which
some 55 in 100 never left), flat beyond an hour; and the ladder of 5.2: the usual ride in a city as the crow flies."""
SHORTEST_STAY_S, WIDEST_M = 300, 100.0
STANDS_S, STANDS_M = 60, 20.0
LATER_H, TRIES, HEARD_S = (0.05, 8.0), 12, 60
LOOK = 256
PHONE_M = 10.0
"""How far off nine of ten fixes of a phone under open sky are, in metres: what the anchors say of themselves."""


@dataclass(frozen=True)
class Diary:
    """A person's fixes in order of time (seconds, degrees) and their stays (first and last fix)."""

    t: np.ndarray
    lat: np.ndarray
    lon: np.ndarray
    first: np.ndarray
    last: np.ndarray


def diaries(names: tuple[str, ...]) -> list[Diary]:
    """Read some people's diaries; a silence of half an hour ends a stay."""
    every = pd.concat(pd.read_csv(one) for one in sorted(FILES.glob("*.csv")))
    every["t"] = pd.to_datetime(every["timestamp"], utc=True).astype("datetime64[s, UTC]").astype("int64")
    every = every.sort_values(["user_id", "t"]).drop_duplicates(["user_id", "t"])
    answer = []
    for name in names:
        one = every[every["user_id"] == name]
        t, lat, lon = (one[name].to_numpy() for name in ("t", "latitude", "longitude"))
        answer.append(Diary(t, lat, lon, *_stays(t, lat, lon)))
    return answer


def told(names: tuple[str, ...], law: Weights, ride: float, seeds: range) -> np.ndarray:
    """Answer a row for each payment that got a place: how far off it is, r50, r90, p, hours to the nearest anchor."""
    found = []
    for diary in diaries(names):
        for seed in seeds:
            one = logged(diary, np.random.default_rng(seed), ride)
            carried = fusion.carry(one.had, law)
            sides = fusion.candidates(one.had, law).sides
            hours = np.minimum(sides.since_h, sides.until_h)
            far = distance_m(carried.lat, carried.lon, one.lat, one.lon)
            found.append(np.stack([far, carried.r50_m, carried.r90_m, carried.p, hours], axis=1)[carried.has_place])
    return np.concatenate(found)


def fitted(law: Weights, names: tuple[str, ...] = PEOPLE) -> dict[str, float]:
    """Fit the scatter of a place so that no person's regions hold less than they should, going downhill a step at a time."""
    rows = [np.concatenate([told((name,), law, ride, range(20)) for ride in (0.3, 0.6)]) for name in names]
    names = ("extent_m", "strolled", "stroll_m")
    best, step = np.log([50.0, 0.1, 300.0]), 0.4
    worth = _missed(rows, np.exp(best))
    while step > SMALLEST_STEP:
        tries = [best + step * sign * np.eye(len(names))[n] for n in range(len(names)) for sign in (-1, 1)]
        each = [_missed(rows, np.exp(one)) for one in tries]
        if min(each) < worth:
            best, worth = tries[int(np.argmin(each))], min(each)
        else:
            step /= 2
    return {**AWAY, **{name: round(float(one), 3) for name, one in zip(names, np.exp(best), strict=True)}}


def _missed(people: list[np.ndarray], law: np.ndarray) -> float:
    """Answer how far people's regions are from holding what they should; too small a region is the worse mistake."""
    own = Spread(AWAY["speed_mps"], AWAY["shape"], AWAY["longest_h"], law[0], AWAY["core"], *law[1:])
    off = 0.0
    for rows in people:
        far, p, hours = rows[:, 0], rows[:, 3], rows[:, 4]
        level = inside(far, p, np.full(len(rows), PHONE_M), hours, own)
        over = np.array([float((level <= q).mean()) - q for q in REGIONS])
        off += len(rows) ** 0.5 * float((np.where(over < 0, SHORT, 1.0) * over**2).sum())
    return off


def _stays(t: np.ndarray, lat: np.ndarray, lon: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Find stays: as long as every fix is within 100 m of the first, and no silence is long; first and last fix of each."""
    quiet = np.append(np.flatnonzero(np.diff(t) > LONGEST_SILENCE_S), len(t) - 1)
    found, at = [], 0
    while at < len(t):
        end, width = int(quiet[np.searchsorted(quiet, at)]) + 1, LOOK
        # Most fixes on the way are left behind within seconds: the search widens only where it has to.
        while (
            at + width < end
            and distance_m(lat[at : at + width], lon[at : at + width], lat[at], lon[at]).max() <= WIDEST_M
        ):
            width *= 4
        end = min(end, at + width)
        far = np.flatnonzero(distance_m(lat[at:end], lon[at:end], lat[at], lon[at]) > WIDEST_M)
        last = at + int(far[0]) - 1 if len(far) else end - 1
        stayed = t[last] - t[at] >= SHORTEST_STAY_S
        if stayed:
            found.append((at, last))
        at = last + 1 if stayed else at + 1
    pairs = np.array([_stood(t, lat, lon, *one) for one in found], np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def _stood(t: np.ndarray, lat: np.ndarray, lon: np.ndarray, first: int, last: int) -> tuple[int, int]:
    """Cut the way in and the way out off a stay: whoever walks in comes within 100 m a minute before they stand."""
    here = np.arange(first, last + 1)
    later = np.minimum(np.searchsorted(t, t[here] + STANDS_S), last)
    still = np.flatnonzero(distance_m(lat[here], lon[here], lat[later], lon[later]) <= STANDS_M)
    return (first + int(still[0]), int(later[still[-1]])) if len(still) else (first, last)


def logged(diary: Diary, chance: np.random.Generator, ride: float) -> Person:
    """Answer what an app has of a person whose arrivals and departures are logged with a chance, and one payment after each arrival."""
    went, came = (chance.random(len(diary.first)) < ride for _ in range(2))
    later = (
        np.exp(chance.uniform(float(np.log(LATER_H[0])), float(np.log(LATER_H[1])), (int(came.sum()), TRIES))) * 3600
    )
    at = diary.t[diary.first[came]][:, None] + later
    hidden = np.minimum(np.searchsorted(diary.t, at), len(diary.t) - 1)
    stay = np.maximum(np.searchsorted(diary.first, hidden, side="right") - 1, 0)
    # Only where the phone was heard of, and the person stood somewhere: nobody pays on the way.
    able = (diary.t[hidden] - at < HEARD_S) & (hidden >= diary.first[stay]) & (hidden <= diary.last[stay])
    # One for each arrival, so that a night at home counts no more than a coffee.
    hidden = np.sort(hidden[np.arange(len(hidden)), able.argmax(axis=1)][able.any(axis=1)])
    count = len(hidden)
    index = np.concatenate([diary.last[went], diary.first[came]])
    order = np.argsort(diary.t[index], kind="stable")
    index, came_then = index[order], (np.arange(len(index)) >= went.sum())[order]
    nobody = np.full(len(index), -1)
    at = diary.t[index] * 1_000_000
    anchors = Anchors(
        at, np.arange(len(at)), diary.lat[index], diary.lon[index], np.full(len(at), PHONE_M), before=~came_then, after=came_then,
        edge=np.ones(len(at), bool), hour=np.zeros(len(at), np.int64), act=nobody, shop=nobody,
    )  # fmt: skip
    had = Had(
        anchors, event=np.arange(count) + len(at), at=diary.t[hidden] * 1_000_000, in_person=np.ones(count, bool), exact=np.ones(count, bool),
        ride_paid=np.zeros(count, bool), hour=np.full(count, 24), act=np.full(count, -2), shop=np.full(count, NO_SHOP),
        moved=np.sort(at), speeds_mps=np.zeros(0),
        **dict.fromkeys(("area_lat", "area_lon", "area_m"), np.full(count, np.nan)),
    )  # fmt: skip
    return Person(had, diary.lat[hidden], diary.lon[hidden])
