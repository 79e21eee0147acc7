"""What earlier visits say of a row: the place a shop's name was linked to before, and the usual place of that hour of the week.

Everything is counted without the row that is asked about.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from trailviz.geo import METRES_A_DEGREE, distance_m
from trailviz.places.askable import HOURS, NO_SHOP
from trailviz.places.sides import NONE, SAME_M

if TYPE_CHECKING:
    from trailviz.places.askable import Anchors, Had
    from trailviz.places.sides import Sides

MOST_PLACES = 64
LINKED = 0.9
"""A shop's name is linked to a place by a row as sure as this, or by a row that states its place."""
FEWEST = 3
"""An hour of the week with fewer records than this has no usual place."""
MOST_EVIDENCE = 5
"""So many earlier visits are named beside a guess: enough to check it, and few enough to read."""


@dataclass(frozen=True)
class Links:
    """Records that speak for a habit, in order of time: `key`, `at` (microseconds), `anchor` and the row asked for (-1: none)."""

    key: np.ndarray
    at: np.ndarray
    anchor: np.ndarray
    row: np.ndarray


@dataclass(frozen=True)
class Habit:
    """A place for each row, NaN where there is none.

    `good`: how many other records speak for it; `count`: of how many. `key` (-1 none): what those records have in common with the row;
    `links`: the records themselves, as `Links`.
    """

    lat: np.ndarray
    lon: np.ndarray
    r90_m: np.ndarray
    good: np.ndarray
    count: np.ndarray
    key: np.ndarray
    links: Links

    @property
    def told(self) -> np.ndarray:
        """Which rows have one."""
        return ~np.isnan(self.lat)


def shops(had: Had, anchor: np.ndarray, p: np.ndarray) -> Habit:
    """Answer where each row's shop was before: the middle of the places its name was linked to.

    Args:
        had: What the observer has.
        anchor: The anchor whose place each row most likely has, by the records next to it alone; -1 for none.
        p: How sure that is.
    """
    near = np.flatnonzero((had.shop != NO_SHOP) & (p >= LINKED) & (anchor != NONE) & had.exact)
    own = np.flatnonzero(had.anchors.shop != NO_SHOP)
    shop = np.concatenate([had.shop[near], had.anchors.shop[own]])
    link = np.concatenate([anchor[near], own])
    row = np.concatenate([near, np.full(len(own), NONE)])
    at = np.concatenate([had.at[near], had.anchors.at[own]])
    answer = _nothing(len(had.at))
    wanted = np.flatnonzero(had.shop != NO_SHOP)
    if not len(shop) or not len(wanted):
        return answer
    order = np.lexsort((at, shop))
    shop, link, row, at = (one[order] for one in (shop, link, row, at))
    first = np.flatnonzero(np.diff(shop, prepend=-2))
    group = np.repeat(np.arange(len(first)), np.diff(first, append=len(shop)))
    lat, lon, r90 = (one[link] for one in (had.anchors.lat, had.anchors.lon, had.anchors.r90_m))
    middle = [_middles(one, group, first) for one in (lat, lon, r90)]
    hit = distance_m(lat, lon, middle[0][group], middle[1][group]) <= SAME_M
    hits, links = np.add.reduceat(hit, first), np.diff(first, append=len(shop))
    which = np.searchsorted(shop[first], had.shop[wanted])
    known = which < len(first)
    known[known] = shop[first][which[known]] == had.shop[wanted[known]]
    wanted, which = wanted[known], which[known]
    # The row itself may be one of the links: it is no evidence for itself.
    itself, itself_hit = np.zeros(len(had.at), np.int64), np.zeros(len(had.at), np.int64)
    itself[row[row != NONE]] = 1
    itself_hit[row[(row != NONE) & hit]] = 1
    good, count = hits[which] - itself_hit[wanted], links[which] - itself[wanted]
    kept = good > 0
    wanted, which = wanted[kept], which[kept]
    answer.lat[wanted], answer.lon[wanted], answer.r90_m[wanted] = (one[which] for one in middle)
    answer.good[wanted], answer.count[wanted] = good[kept], count[kept]
    answer.key[wanted] = had.shop[wanted]
    told = np.flatnonzero(hit)[np.argsort(at[hit], kind="stable")]
    return replace(answer, links=Links(shop[told], at[told], link[told], row[told]))


def usual(had: Had, rows: np.ndarray, sides: Sides) -> Habit:
    """Answer the usual place of each row's hour of the week, other than the places right before and after it.

    Args:
        had: What the observer has.
        rows: The rows worth asking for (numbers).
        sides: The anchors on either side of each.
    """
    answer = _nothing(len(had.at))
    where, middle = places(had.anchors)
    known = np.flatnonzero(where != NONE)
    if not len(known) or not len(rows):
        return answer
    here, many = where[known], len(middle[0])
    # an hour and the one before and after it, on days of its kind
    hour = had.anchors.hour[known]
    around = [hour // HOURS * HOURS + (hour + one) % HOURS for one in (-1, 0, 1)]
    key = np.concatenate([one * many + here for one in around])
    count = np.bincount(key, minlength=2 * HOURS * many).reshape(-1, many)
    a, b = (np.where(one == NONE, NONE, where[one]) for one in (sides.a[rows], sides.b[rows]))
    total = count.sum(axis=1)
    # Two of the three first may be the places next to the row.
    first = np.argsort(-count, axis=1, kind="stable")[:, :3]
    a, b = (np.where(one == NONE, NONE, where[one]) for one in (sides.a[rows], sides.b[rows]))
    offered = first[had.hour[rows]]
    other = (offered != a[:, None]) & (offered != b[:, None])
    best = offered[np.arange(len(rows)), other.argmax(axis=1)]
    good = np.where(other.any(axis=1), count[had.hour[rows], best], 0)
    kept = (good > 0) & (total[had.hour[rows]] >= FEWEST)
    rows, best = rows[kept], best[kept]
    answer.lat[rows], answer.lon[rows], answer.r90_m[rows] = (one[best] for one in middle)
    answer.good[rows], answer.count[rows] = good[kept], total[had.hour[rows]]
    answer.key[rows] = had.hour[rows] * many + best
    wanted = np.zeros(count.size, bool)
    wanted[answer.key[rows]] = True
    told = [
        (one[asked], known[asked]) for one, asked in ((one * many + here, wanted[one * many + here]) for one in around)
    ]
    anchor = np.concatenate([one for _, one in told])
    order = np.argsort(anchor, kind="stable")
    anchor = anchor[order]
    links = Links(
        np.concatenate([one for one, _ in told])[order], had.anchors.at[anchor], anchor, np.full(len(anchor), NONE)
    )
    return replace(answer, links=links)


def evidence(habit: Habit, rows: np.ndarray, at: np.ndarray) -> np.ndarray:
    """List the anchors that some rows' habit rests on, those nearest in time: `[rows, 5]` numbers, -1 for none; not the row itself.

    `at`: the time of each of the rows.
    """
    # Key and position in one number: the links stand in order of time, so those of one key lie side by side in that order, and
    # the five nearest to a row are the five about where its own time would stand.
    links = habit.links
    width = len(links.key) + 1
    asked = np.isin(links.key, habit.key[rows])
    order = np.flatnonzero(asked)
    sorts = links.key[order] * width + order
    turn = np.argsort(sorts)
    sorts, order = sorts[turn], order[turn]
    low, high = (np.searchsorted(sorts, (habit.key[rows] + one) * width) for one in (0, 1))
    spot = np.searchsorted(sorts, habit.key[rows] * width + np.searchsorted(links.at, at))
    first = np.clip(spot - MOST_EVIDENCE // 2, low, np.maximum(high - MOST_EVIDENCE, low))
    found = first[:, None] + np.arange(MOST_EVIDENCE)
    there = found < high[:, None]
    link = order[np.where(there, found, 0)] if len(order) else np.zeros(found.shape, np.int64)
    there &= links.row[link] != rows[:, None] if len(order) else False
    return np.where(there, links.anchor[link] if len(order) else NONE, NONE)


def places(anchors: Anchors) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Find the places of some anchors, at most 64, those most often recorded first.

    Returns:
        The place of each anchor (-1: none of them), and latitude, longitude and radius of each place.
    """
    where = np.full(len(anchors.at), NONE)
    if not len(where):
        return where, (np.zeros(0), np.zeros(0), np.zeros(0))
    # cells much smaller than a place, so that where their borders lie decides nothing
    step = SAME_M / 8 / METRES_A_DEGREE
    north, east = np.floor(anchors.lat / step), np.floor(anchors.lon * np.cos(np.radians(np.round(anchors.lat))) / step)
    _, cell, count = np.unique(north * 1e8 + east, return_inverse=True, return_counts=True)
    lat, lon, r90 = (np.bincount(cell, one) / count for one in (anchors.lat, anchors.lon, anchors.r90_m))
    # By position where counts are equal, so that the order of files changes nothing.
    left = np.lexsort((lon, lat, -count))
    place = np.full(len(count), NONE)
    firsts: list[int] = []
    while len(left) and len(firsts) < MOST_PLACES:
        near = distance_m(lat[left], lon[left], lat[left[0]], lon[left[0]]) <= SAME_M
        place[left[near]] = len(firsts)
        firsts.append(int(left[0]))
        left = left[~near]
    return place[cell], (lat[firsts], lon[firsts], r90[firsts])


def _middles(values: np.ndarray, group: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Answer the lower median of each group of values."""
    order = np.lexsort((values, group))
    size = np.diff(first, append=len(values))
    return values[order][first + (size - 1) // 2]


def _nothing(rows: int) -> Habit:
    lat, lon, r90 = (np.full(rows, np.nan) for _ in range(3))
    good, count = (np.zeros(rows, np.int64) for _ in range(2))
    none = np.zeros(0, np.int64)
    return Habit(lat, lon, r90, good, count, np.full(rows, NONE), Links(none, none, none, none))
