"""Five levels of knowledge for every instant of a span, from observed to "somewhere within reach".

observed: within a ride or visit known from end to end, or within `hold_s` of an anchor. likely_stayed: between two anchors at one
place. one_of_two: between two anchors at different places. time_only: within `hold_s` of a record that names no place.
area_only: nothing but what could be reached. Every instant a source speaks for, or that is known, has one level, the first that
fits. "Likely stayed" and "one of two" are offers: they make no anchor and shorten no gap.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trailviz.gaps.sight import loaded_for
from trailviz.gaps.spans import clipped, common, edges, measured, merged, within
from trailviz.geo import distance_m

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trailviz.gaps.sight import Sight
    from trailviz.places import Located
    from trailviz.registry import Observer

LEVELS = ("observed", "likely_stayed", "one_of_two", "time_only", "area_only")
STAYED_H = np.array([1, 2, 4, 8, 12, 16, 24, 48], float)
STAYED = np.array([0.998, 0.994, 0.987, 0.971, 0.944, 0.903, 0.842, 0.840])
"""How much of a hidden gap between two records at one place was spent there, by its hours: people whose recorder covered at least
half of it (HoWDe test data, 500 people), the less flattering of two measurements. Errands too short to be recorded are missing."""
BETWEEN_H = np.array([1, 4, 8, 16, 48], float)
AT_FIRST = np.array([0.37, 0.30, 0.30, 0.30, 0.24])
AT_SECOND = np.array([0.61, 0.64, 0.61, 0.57, 0.51])
"""How much of a hidden gap between two different places was spent at the first and at the second, by its hours (the same data)."""
VAGUE_M = 1000.0
"""A place known no better than this says nothing about staying: the names of towns overstate it."""
# A quarter, so that the sum or difference of two stays within 64 bits.
UNBOUND = np.iinfo(np.int64).max // 4


@dataclass(frozen=True)
class Thresholds:
    """What levels depend on; every one can be moved.

    `hold_s`: how long before and after an anchor its place still counts. `same_m`: how near two anchors are one place. `sure`: how
    much of such a gap must have been spent there in the measured data. `outer_mps`: no faster than this; two anchors farther apart
    contradict each other. `shortest_s`: shorter gaps are passed over where gaps are counted.
    """

    # Within a quarter of an hour of a drop-off 99 of 100 payments were at its place (docs/how-it-knows.md).
    hold_s: float = 15 * 60
    same_m: float = 150.0
    sure: float = 0.8
    # 120 km/h, a train's speed from door to door.
    outer_mps: float = 33.3
    shortest_s: float = 30 * 60


@dataclass(frozen=True)
class Pauses:
    """The stretches between one anchor and the next; the first has none before it, the last none after it.

    An entry each: `start`, `end` (microseconds; far beyond the trail where there is no anchor), `lat`, `lon` of both ends (`[n, 2]`, NaN
    where there is none), `share` (`[n, 2]`: how much of it was spent at the first end and at the second, by the measured tables; both
    ends the same place: all in the first column), `level` (2 likely stayed … 4 nothing, as an index into `LEVELS` + 1).
    """

    start: np.ndarray
    end: np.ndarray
    lat: np.ndarray
    lon: np.ndarray
    share: np.ndarray
    level: np.ndarray


@dataclass(frozen=True)
class Stretch:
    """A stretch of one level."""

    start: int
    end: int
    level: str


@dataclass(frozen=True)
class Levels:
    """The five levels of an observer over all time: merged spans, each containing the stronger ones.

    `spans`: for each of `LEVELS` the time of that level or a stronger one; the last is all there is to judge. `pauses`: what the
    second and third rest on.
    """

    spans: tuple[np.ndarray, ...]
    pauses: Pauses

    def measured(self, bounds: np.ndarray) -> dict[str, np.ndarray]:
        """Measure each level within some bounds (`[n, 2]`, microseconds): seconds; what no source speaks for is `not_loaded`."""
        upto = [np.zeros(len(bounds), np.int64), *(measured(one, bounds) for one in self.spans)]
        found = {name: (upto[number + 1] - upto[number]) / 1e6 for number, name in enumerate(LEVELS)}
        return {**found, "not_loaded": (bounds[:, 1] - bounds[:, 0] - upto[-1]) / 1e6}

    def stretches(self, low: int, high: int) -> tuple[Stretch, ...]:
        """List the stretches of one level each in `[low, high)`, in order; where no source speaks there is none."""
        cut = [clipped(one, low, high) for one in self.spans]
        at = edges(np.array([low, high]), *cut)
        middle = (at[:-1] + at[1:]) // 2
        inside = np.array([within(one, middle) for one in cut])
        found: list[Stretch] = []
        for start, end, judged, first in zip(at[:-1], at[1:], inside[-1], inside.argmax(axis=0), strict=True):
            if not judged:
                continue
            if found and found[-1].end == start and found[-1].level == LEVELS[first]:
                found[-1] = Stretch(found[-1].start, int(end), LEVELS[first])
            else:
                found.append(Stretch(int(start), int(end), LEVELS[first]))
        return tuple(found)


def levels(
    seen: Sight, located: Located, by_collector: Mapping[str, np.ndarray], observer: Observer, limits: Thresholds
) -> Levels:
    """Find the five levels of an observer, from what it has alone."""
    speaks = merged(loaded_for(by_collector, observer.members | seen.sources), seen.spans)
    pauses = paused(seen, located, limits)
    observed = merged(seen.spans, held(seen, limits))
    stayed, either = (merged(np.stack([pauses.start, pauses.end], axis=1)[pauses.level <= one]) for one in (1, 2))
    around = round(limits.hold_s * 1e6)
    instants = merged(np.stack([seen.records - around, seen.records + around], axis=1))
    found = [observed]
    for more in (stayed, either, instants, speaks):
        found.append(merged(found[-1], more))
    return Levels(tuple(common(one, speaks) for one in found), pauses)


def held(seen: Sight, limits: Thresholds) -> np.ndarray:
    """Answer the time around anchors in which the person was still, or already, there.

    Whoever leaves at an anchor is there before it, whoever comes is there after it; no hold lasts past another deed.
    """
    around = round(limits.hold_s * 1e6)
    at = seen.anchors
    before = np.concatenate([[-UNBOUND], seen.stirs])[np.searchsorted(seen.stirs, at, side="left")]
    after = np.concatenate([seen.stirs, [UNBOUND]])[np.searchsorted(seen.stirs, at, side="right")]
    low = np.where(seen.coming, at, np.maximum(at - around, before))
    high = np.where(seen.leaving, at, np.minimum(at + around, after))
    return merged(np.stack([low, high], axis=1))


def paused(seen: Sight, located: Located, limits: Thresholds) -> Pauses:
    """Lay out the stretches between anchors, with what the measured tables say of each."""
    first = np.flatnonzero(np.diff(seen.anchors, prepend=-UNBOUND) > 0)
    at = seen.anchors[first]
    leaving, coming = (
        np.logical_or.reduceat(one, first) if len(first) else np.zeros(0, bool) for one in (seen.leaving, seen.coming)
    )
    lat, lon, radius = _points(seen, located, first)
    start, end = np.concatenate([[-UNBOUND], at]), np.concatenate([at, [UNBOUND]])
    ends = [np.concatenate([[np.nan], one, [np.nan]]) for one in (lat, lon, radius)]
    both = [np.stack([one[:-1], one[1:]], axis=1) for one in ends]
    hours = (end - start) / 3.6e9
    apart = distance_m(both[0][:, 0], both[1][:, 0], both[0][:, 1], both[1][:, 1])
    # A departure opens no stay, and an arrival ends none (0005).
    still = np.concatenate([[False], ~leaving]) & np.concatenate([~coming, [False]])
    # a deed on one's feet in between, at no place the observer has, breaks the guess
    stirred = np.searchsorted(seen.stirs, end, side="left") > np.searchsorted(seen.stirs, start, side="right")
    able = still & ~stirred & (both[2] <= VAGUE_M).all(axis=1)
    # Farther apart than anybody moves: one of the two is wrong, and a guess would rest on it.
    able &= apart <= hours * 3600 * limits.outer_mps + both[2].sum(axis=1)
    same = apart <= limits.same_m
    # Beyond 48 hours nothing was measured, so nothing is claimed (0005).
    stayed = np.interp(hours, STAYED_H, STAYED, right=0.0)
    at_first, at_second = (np.interp(hours, BETWEEN_H, one, right=0.0) for one in (AT_FIRST, AT_SECOND))
    share = np.stack([np.where(same, stayed, at_first), np.where(same, 0.0, at_second)], axis=1)
    likely = able & (share.sum(axis=1) >= limits.sure)
    return Pauses(start, end, both[0], both[1], share, np.where(likely, np.where(same, 1, 2), 4))


def _points(seen: Sight, located: Located, first: np.ndarray) -> tuple[np.ndarray, ...]:
    """Answer the surest point of each instant that has anchors: latitude, longitude, radius in metres."""
    event, far = seen.anchor_events, seen.anchor_is_far
    near = (located.lat, located.lon, located.r90_m)
    lat, lon, radius = (
        np.where(far, end[event], one[event])
        for one, end in zip(near, (located.end_lat, located.end_lon, located.end_r90_m), strict=True)
    )
    radius = np.where(np.isnan(lat), np.inf, radius)
    best = first.copy()
    group = np.repeat(np.arange(len(first)), np.diff(first, append=len(event)))
    several = np.flatnonzero(np.isin(group, np.flatnonzero(np.diff(first, append=len(event)) > 1)))
    order = several[np.lexsort((radius[several], group[several]))]
    # Backwards: of several assignments to one place the last stands, which is then the surest.
    best[group[order[::-1]]] = order[::-1]
    return lat[best], lon[best], radius[best]
