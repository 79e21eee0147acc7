"""The clock a trail is read by: the zone its days are cut in, which days there are, and the one that is shown first."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from trailviz.days import NOBODYS, local_days
from trailviz.places.zones import zones
from trailviz.registry import SELF

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, tzinfo

    from trailviz.events import Events
    from trailviz.places import Located
    from trailviz.places.cities import Cities

NOWHERE = "UTC"


def zone_name(events: Events, located: Located, cities: Callable[[], Cities] | None = None) -> str:
    """Answer the zone of the first located event whose zone is somebody's clock; else that in which most positions lie.

    A file that counts seconds since 1970 says UTC, which is nobody's clock: cut in it, a person in Shanghai sleeps by day. Where
    no position tells (or there are no `cities` to ask), the first event's whose zone is somebody's clock, or any, or UTC.
    """
    codes, words = events.words("zone")
    start = events.instants("start")
    stated = (codes >= 0) & ~np.isnat(start)
    clock = stated & np.array([*(word not in NOBODYS for word in words), False], bool)[codes]
    if (clock & located.has_place).any():
        return _first(events, clock & located.has_place, start, codes, words)
    if cities is not None and (around := _around(located, stated & located.has_place, cities)):
        return around
    for wanted in (stated & located.has_place, clock, stated):
        if wanted.any():
            return _first(events, wanted, start, codes, words)
    return NOWHERE


def _first(events: Events, wanted: np.ndarray, start: np.ndarray, codes: np.ndarray, words: list[str]) -> str:
    here = np.flatnonzero(wanted)
    return words[codes[here[np.lexsort((events.ids[here], start[here]))[0]]]]


def _around(located: Located, wanted: np.ndarray, cities: Callable[[], Cities]) -> str:
    """Answer the zone in which most of some events' points lie; empty where none does."""
    rows = np.flatnonzero(wanted & located.pinned)
    counted = Counter(zones(located.lat[rows], located.lon[rows], cities).tolist())
    del counted[""]
    return max(counted, key=lambda one: (counted[one], one), default="")


def day_of(events: Events, zone: tzinfo) -> np.ndarray:
    """Answer the local day (`datetime64[D]`) of each event's start, or of its end where it has none; NaT if neither."""
    start, end = events.instants("start"), events.instants("end")
    return local_days(np.where(np.isnat(start), end, start), zone)


def days(events: Events, day_of: np.ndarray) -> tuple[tuple[date, int], ...]:
    """Answer every local day with an event of somebody else's making, and how many; with one's own where that is all."""
    codes, words = events.words("collector")
    own = codes == words.index(SELF) if SELF in words else np.zeros(len(codes), bool)
    told = ~own if (~own & ~np.isnat(day_of)).any() else np.ones(len(own), bool)
    found, counts = np.unique(day_of[~np.isnat(day_of) & told], return_counts=True)
    return tuple(zip(found.tolist(), counts.tolist(), strict=True))


def fullest(listed: tuple[tuple[date, int], ...], day_of: np.ndarray, located: Located) -> date:
    """Answer the day with most located rows, or with most rows; of equal ones the earliest. `listed` has one day at least."""
    placed = day_of[(located.has_place | located.has_end) & ~np.isnat(day_of)]
    found, counts = np.unique(placed, return_counts=True)
    known = Counter(dict(zip(found.tolist(), counts.tolist(), strict=True)))
    return max(listed, key=lambda pair: (known[pair[0]], pair[1], -pair[0].toordinal()))[0]
