"""The records with a place on either side of a row, and how long before and after it they lie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trailviz.days import DAY_US, HOUR_US
from trailviz.geo import distance_m

if TYPE_CHECKING:
    from trailviz.places.askable import Anchors, Had

NONE = -1
SAME_M = 150.0
"""Two records so near are of one place: the merge distance of stays (`staypoints.MERGE_M`)."""
VAGUE_M = 1000.0
"""A place known no better than this is no place to have stayed at: the names of towns overstate it."""
OUTER_MPS = 33.3
"""Nobody is faster from door to door on the ground: 120 km/h, a train's. The outer bound, which held .95 to 1.00 of true positions."""
FARTHEST_H = 48.0
"""Beyond two days nothing was measured, so nothing is claimed."""
DOUBT = 3.0
"""Pairs of arrival and departure put on either side before any is seen: two rides tell little of how complete a log is."""
AROUND_US = 7 * DAY_US


@dataclass(frozen=True)
class Sides:
    """For each row the anchor before it and the one after it (numbers; -1 none), the hours to them, whether both are one place.

    `often`: how many arrivals and departures the observer has within a week of the row. `chained`: of how many arrivals the next
    departure is from the same place, as log odds: who is told of every trip sees an unbroken chain. `few`: 1 where there is no such
    pair, and near 0 where there are many.
    """

    a: np.ndarray
    b: np.ndarray
    since_h: np.ndarray
    until_h: np.ndarray
    same: np.ndarray
    often: np.ndarray
    chained: float
    few: float


def sides(had: Had) -> Sides:
    """Find the anchors on either side of each row.

    Only who came counts forward, and only who leaves counts backward; a deed under way in between parts the row from its anchor.
    Two anchors farther apart than anybody moves contradict each other, and neither is believed; so is an anchor alone that lies too
    far from the other for the time left.
    """
    anchors, at = had.anchors, had.at
    came, went = np.flatnonzero(anchors.after), np.flatnonzero(anchors.before)
    a, b = (
        _picked(came, np.searchsorted(anchors.at[came], at, side="right") - 1),
        _picked(went, np.searchsorted(anchors.at[went], at)),
    )
    since, until = _hours(anchors, a, at), -_hours(anchors, b, at)
    for side, hours, low, high in ((a, since, _at(anchors, a, at), at), (b, until, at, _at(anchors, b, at))):
        parted = np.searchsorted(had.moved, high, side="left") > np.searchsorted(had.moved, low, side="right")
        side[(hours > FARTHEST_H) | parted] = NONE
    both = (a != NONE) & (b != NONE)
    i, j = a[both], b[both]
    apart = distance_m(anchors.lat[i], anchors.lon[i], anchors.lat[j], anchors.lon[j])
    reach = anchors.r90_m[i] + anchors.r90_m[j]
    same = np.zeros(len(at), bool)
    exact = np.maximum(anchors.r90_m[i], anchors.r90_m[j]) <= VAGUE_M
    same[both] = (apart <= SAME_M) & exact
    # How far one gets from the record before, and to the record after, with both radii.
    early, late = since[both] * 3600 * OUTER_MPS + reach, until[both] * 3600 * OUTER_MPS + reach
    a[both] = np.where(apart <= late, i, NONE)
    b[both] = np.where(apart <= early, j, NONE)
    # Farther apart than both together allow (their radii, in either, counted once): one of the two is wrong.
    contrary = np.flatnonzero(both)[apart > early + late - reach]
    a[contrary] = b[contrary] = NONE
    since[a == NONE], until[b == NONE] = np.inf, np.inf
    edges = anchors.at[anchors.edge]
    often = np.searchsorted(edges, at + AROUND_US) - np.searchsorted(edges, at - AROUND_US)
    return Sides(a, b, since, until, same & (a != NONE) & (b != NONE), often, *_chained(anchors))


def within_reach(had: Had, found: Sides, lat: np.ndarray, lon: np.ndarray, r90_m: np.ndarray) -> np.ndarray:
    """Say of which rows a place could be reached from the anchor before it, and the one after it from there."""
    able = ~np.isnan(lat)
    for side, hours in ((found.a, found.since_h), (found.b, found.until_h)):
        here = np.flatnonzero(able & (side != NONE))
        at = side[here]
        far = distance_m(had.anchors.lat[at], had.anchors.lon[at], lat[here], lon[here])
        able[here] = far <= hours[here] * 3600 * OUTER_MPS + had.anchors.r90_m[at] + r90_m[here]
    return able


def _chained(anchors: Anchors) -> tuple[float, float]:
    came = np.flatnonzero(anchors.edge & anchors.after & ~anchors.before)
    went = np.flatnonzero(anchors.edge & anchors.before & ~anchors.after)
    following = np.searchsorted(anchors.at[went], anchors.at[came])
    came, following = came[following < len(went)], following[following < len(went)]
    # Of several arrivals before one departure, the last.
    last = np.flatnonzero(np.diff(following, append=NONE))
    i, j = came[last], went[following[last]]
    whole = distance_m(anchors.lat[i], anchors.lon[i], anchors.lat[j], anchors.lon[j]) <= SAME_M
    return float(np.log(whole.sum() + DOUBT) - np.log((~whole).sum() + DOUBT)), 1 / (1 + len(whole))


def _picked(of: np.ndarray, index: np.ndarray) -> np.ndarray:
    if not len(of):
        return np.full(len(index), NONE)
    inside = (index >= 0) & (index < len(of))
    return np.where(inside, of[np.clip(index, 0, len(of) - 1)], NONE)


def _at(anchors: Anchors, side: np.ndarray, at: np.ndarray) -> np.ndarray:
    return np.where(side == NONE, at, anchors.at[side]) if len(anchors.at) else at


def _hours(anchors: Anchors, side: np.ndarray, at: np.ndarray) -> np.ndarray:
    return (at - _at(anchors, side, at)) / HOUR_US
