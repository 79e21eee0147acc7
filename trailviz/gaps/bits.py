"""How unsure an observer is of where the person was, in bits, and what it is worth to it to be told more.

The question asked at every instant is: at which of this trail's places, or elsewhere? The places are one yardstick for all
observers; what an observer answers rests on what it has alone. The mean of the answers' Shannon entropies over a time is its mean
location entropy; what a relation or another's records are worth is how much of it they take away over the same time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trailviz.gaps.levels import LEVELS, UNBOUND, Pauses, Thresholds
from trailviz.gaps.spans import common, edges, outside, within
from trailviz.geo import METRES_A_DEGREE, distance_m

if TYPE_CHECKING:
    from trailviz.gaps.levels import Levels
    from trailviz.places import Located

# Places a person recognises, not square metres: a bit is then a coin between two of them (0005).
MOST_PLACES = 64
LEVEL_NONE = LEVELS.index("area_only")
BLOCK = 4096
"""Stretches looked at together, so that ten years fit into a few megabytes."""


@dataclass(frozen=True)
class Yardstick:
    """The places of a trail that are asked for: at most 64, those most often recorded first; degrees."""

    lat: np.ndarray
    lon: np.ndarray

    def __len__(self) -> int:
        """Count the places."""
        return len(self.lat)

    @property
    def most(self) -> float:
        """The bits of not knowing at all: every place, and elsewhere, is as likely."""
        return float(np.log2(len(self) + 1))


@dataclass(frozen=True)
class Bits:
    """A mean location entropy: bits, over how many seconds."""

    mean: float
    seconds: float


def yardstick(located: Located, passing: np.ndarray, same_m: float) -> Yardstick:
    """Find the places of a trail: points no farther than `same_m` from a more frequent one are that one.

    Args:
        located: Where events were.
        passing: Events recorded on the way (positions of a phone): they count only where nothing else has a place.
        same_m: How near two points are one place.
    """
    lat, lon = (np.concatenate(pair) for pair in ((located.lat, located.end_lat), (located.lon, located.end_lon)))
    # The middle of a town or a street is nobody's place.
    told = ~np.isnan(lat) & ~np.concatenate([located.coarse, located.end_coarse])
    standing = told & ~np.concatenate([passing, passing])
    chosen = standing if standing.any() else told
    lat, lon = lat[chosen], lon[chosen]
    if not len(lat):
        return Yardstick(np.zeros(0), np.zeros(0))
    # cells much smaller than a place, so that where their borders lie decides nothing
    step = same_m / 8 / METRES_A_DEGREE
    north, east = np.floor(lat / step), np.floor(lon * np.cos(np.radians(np.round(lat))) / step)
    _, back, count = np.unique(north * 1e8 + east, return_inverse=True, return_counts=True)
    middle = [np.bincount(back, one) / count for one in (lat, lon)]
    # By position where counts are equal, so that the order of files changes nothing.
    left = np.lexsort((middle[1], middle[0], -count))
    places: list[tuple[float, float]] = []
    while len(left) and len(places) < MOST_PLACES:
        here = float(middle[0][left[0]]), float(middle[1][left[0]])
        places.append(here)
        left = left[distance_m(middle[0][left], middle[1][left], *np.array(here)) > same_m]
    found = np.array(places)
    return Yardstick(found[:, 0], found[:, 1])


def mean_bits(found: Levels, places: Yardstick, limits: Thresholds, over: np.ndarray) -> Bits:
    """Average an observer's location entropy over some merged spans.

    Observed: 0 bits. Likely stayed: with the measured share there, the rest even over the other places within reach and elsewhere. One
    of two: likewise with two ends. Else: even over the places within reach and elsewhere, at no more than `outer_mps` from the last
    anchor and to the next.
    """
    total = int((over[:, 1] - over[:, 0]).sum())
    if not total:
        return Bits(0.0, 0.0)
    # Observed time has no doubt in it: it counts in the length of the mean alone.
    pauses, observed = found.pauses, found.spans[0]
    which, low, high = _open(pauses, observed, over)
    bits = 0.0
    for at in range(0, len(which), BLOCK):
        part = slice(at, at + BLOCK)
        bits += _integral(pauses, which[part], (low[part], high[part]), places, limits)
    return Bits(bits / total, total / 1e6)


def _open(pauses: Pauses, observed: np.ndarray, over: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """List the time of each pause that counts and is not observed: which pause, from, until."""
    low, high = int(over[0, 0]), int(over[-1, 1])
    left = common(over, outside(observed, low, high))
    at = edges(left, pauses.start[within(left, pauses.start)])
    pieces = np.stack([at[:-1], at[1:]], axis=1)
    pieces = pieces[within(left, pieces[:, 0])]
    return np.searchsorted(pauses.start, pieces[:, 0], side="right") - 1, pieces[:, 0], pieces[:, 1]


def _integral(
    pauses: Pauses, which: np.ndarray, time: tuple[np.ndarray, np.ndarray], places: Yardstick, limits: Thresholds
) -> float:
    """Add up bits times microseconds over some pieces of pauses."""
    low, high = (one / 1e6 for one in time)
    guessed = pauses.level[which] < LEVEL_NONE
    share = np.where(guessed[:, None], pauses.share[which], 0.0)
    rest = 1.0 - share.sum(axis=1)
    parts = np.concatenate([share, np.where(guessed, rest, 1.0)[:, None]], axis=1)
    # 0 log 0 is 0: what cannot be adds no doubt.
    with np.errstate(divide="ignore", invalid="ignore"):
        certain = -np.nansum(np.where(parts > 0, parts * np.log2(parts), 0.0), axis=1)
    begin, end, near = _within_reach(pauses, which, places, limits)
    begin, end = np.maximum(begin, low[:, None]), np.minimum(end, high[:, None])
    # The guess's own places have their share already; only the rest is spread over the others.
    counted = (begin < end) & ~(near & guessed[:, None])
    spread = _mean_log(np.where(counted, begin, high[:, None]), np.where(counted, end, high[:, None]), low, high)
    return float(((certain * (high - low) + np.where(guessed, rest, 1.0) * spread) * 1e6).sum())


def _within_reach(
    pauses: Pauses, which: np.ndarray, places: Yardstick, limits: Thresholds
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Answer from when until when each place is within reach in each pause (seconds), and whether it is one of its ends."""
    reach: list[np.ndarray] = []
    near = np.zeros((len(which), len(places)), bool)
    for side, at, sign in ((0, pauses.start, 1.0), (1, pauses.end, -1.0)):
        lat, lon = pauses.lat[which, side], pauses.lon[which, side]
        apart = distance_m(lat[:, None], lon[:, None], places.lat, places.lon)
        near |= apart <= limits.same_m
        moment = (at[which] / 1e6)[:, None] + sign * apart / limits.outer_mps
        # A side without an anchor binds nothing.
        reach.append(np.where(np.isnan(apart), -sign * UNBOUND, moment))
    return reach[0], reach[1], near


def _mean_log(begin: np.ndarray, end: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Integrate log2(1 + how many of some spans are open) from low to high, exactly, row by row (seconds)."""
    count = begin.shape[1]
    at = np.concatenate([begin, end, high[:, None]], axis=1)
    step = np.concatenate([np.ones(count), -np.ones(count), [0.0]])
    order = np.argsort(at, axis=1, kind="stable")
    at = np.take_along_axis(at, order, axis=1)
    opened = np.cumsum(step[order], axis=1)
    before = np.concatenate([np.zeros((len(at), 1)), opened[:, :-1]], axis=1)
    length = np.diff(at, axis=1, prepend=low[:, None])
    return (np.log2(1.0 + np.maximum(before, 0.0)) * length).sum(axis=1)
