"""Where a trail of fixes stood still.

`scan` is the linear scan of Li et al. (2008, doi:10.1145/1463434.1463477): a stay starts at a fix and ends at the first
fix at least `radius_m` away from it. `merged` puts the pieces of one stay together again.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from dataclasses import dataclass
from math import sqrt

import numpy as np

from trailviz.geo import chord_m, distance_m, space

RADIUS_M = 100.0
SHORTEST_S = 5 * 60.0
GAP_S = 15 * 60.0
MERGE_M = 150.0
MERGE_S = 15 * 60.0
A_SECOND = 1_000_000
BLOCK = 8192
ELSEWHERE_M = 2.0e7
"""More than any two points on the ground are apart: fixes beyond a gap are moved there, so that a gap is a move."""
ROUNDING_M = 1e-4
PATIENCE, STRIDE = 8, 256


@dataclass(frozen=True)
class Staypoints:
    """Stretches spent within a radius: `[start, end)` in microseconds UTC, in order of time.

    `lat`, `lon`: the mean of the fixes, in WGS-84 degrees. `first`, `last`: positions of the first and the last fix in the
    arrays scanned. `n`: how many fixes.
    """

    start: np.ndarray
    end: np.ndarray
    lat: np.ndarray
    lon: np.ndarray
    first: np.ndarray
    last: np.ndarray
    n: np.ndarray

    def __len__(self) -> int:
        """Count the stays."""
        return len(self.start)

    def take(self, which: np.ndarray) -> Staypoints:
        """Answer some of the stays."""
        names = ("start", "end", "lat", "lon", "first", "last", "n")
        return Staypoints(*(getattr(self, name)[which] for name in names))


def scan(
    at: np.ndarray,
    lat: np.ndarray,
    lon: np.ndarray,
    *,
    radius_m: float = RADIUS_M,
    shortest_s: float = SHORTEST_S,
    gap_s: float = GAP_S,
    open_ended: bool = False,
) -> Staypoints:
    """Find the stays of one device by the linear scan.

    A stay ends when the first fix outside comes. One that a gap of more than `gap_s` or the end of the trail cuts off is
    dropped, as by trackintel 1.4.2, whose stays these are (measured 2026-11-26); with `open_ended` it lasts to its last fix.

    Args:
        at: Times of the fixes, int64 microseconds UTC, ascending.
        lat: Latitudes, degrees, finite.
        lon: Longitudes, degrees, finite.
        radius_m: How far from its first fix a stay reaches.
        shortest_s: What lasts less is no stay.
        gap_s: A longer silence between two fixes ends a stay.
        open_ended: Whether a stay nobody saw the end of counts.

    Raises:
        ValueError: If the times are not ascending.
    """
    if not len(at):
        return _stays(lat, lon, *np.zeros((4, 0), np.int64))
    silence = np.diff(at)
    if silence.size and silence.min() < 0:
        message = "times of fixes are not in order; sort them first"
        raise ValueError(message)
    gap = np.concatenate([[False], silence > gap_s * A_SECOND])
    first = _starts(lat, lon, gap, radius_m)
    after = np.append(first[1:], len(at))
    cut = np.append(gap[after[:-1]], True)
    end = at[np.where(cut, after - 1, after)]
    long = (end - at[first] >= shortest_s * A_SECOND) & (open_ended | ~cut)
    return _stays(lat, lon, at[first[long]], end[long], first[long], after[long] - 1)


def merged(stays: Staypoints, *, within_m: float = MERGE_M, within_s: float = MERGE_S) -> Staypoints:
    """Put together stays that follow each other at the same place.

    Two neighbours are one when at most `within_s` lie between them and their means are at most `within_m` apart: the scan
    makes some two pieces of every stop (measured on diaries: 2.2), after Montoliu et al. (2013, doi:10.1007/s11042-011-0982-z).
    """
    if len(stays) < 2:  # noqa: PLR2004 - one stay has no neighbour
        return stays
    near = distance_m(stays.lat[:-1], stays.lon[:-1], stays.lat[1:], stays.lon[1:]) <= within_m
    soon = stays.start[1:] - stays.end[:-1] <= within_s * A_SECOND
    opens = np.concatenate([[True], ~(near & soon)])
    first, group = np.flatnonzero(opens), np.cumsum(opens) - 1
    last = np.append(first[1:], len(stays)) - 1
    n = np.bincount(group, stays.n)
    lon = stays.lon if np.ptp(stays.lon) < 180 else np.unwrap(stays.lon, period=360)  # noqa: PLR2004 - half the way round
    lat, lon = (np.bincount(group, column * stays.n) / n for column in (stays.lat, lon))
    return Staypoints(
        stays.start[first],
        stays.end[last],
        lat,
        _wrapped(lon),
        stays.first[first],
        stays.last[last],
        n.astype(np.int64),
    )


def _starts(lat: np.ndarray, lon: np.ndarray, gap: np.ndarray, radius_m: float) -> np.ndarray:
    """Answer where the scan starts anew: at the first fix beyond the radius of the last start, or beyond a gap.

    On chords in space, so that no map projection bends a distance. A path of 60 metres leaves no circle of 100: from each
    fix looked at, the scan leaps along the path's length to the first that could be outside.
    """
    radius = float(chord_m(np.array(radius_m)))
    square, found = radius * radius, [0]
    side = np.cumsum(gap) % 2 * ELSEWHERE_M
    x, y, z = space(lat[0], lon[0])
    last, target, looks, stride = np.array([[x], [y], [z]]), radius, 0, STRIDE
    for low in range(0, len(lat), BLOCK):
        here = slice(low, low + BLOCK)
        points = np.stack(space(lat[here], lon[here]))
        points[0] += side[here]
        steps = np.sqrt(np.square(np.diff(points, axis=1, prepend=last)).sum(axis=0))
        last = points[:, -1:]
        # most fixes are leapt over: an array gives a number when asked, a list makes them all
        path, xs, ys, zs = (array("d", row.tobytes()) for row in (np.cumsum(np.minimum(steps, radius)), *points))
        at, size = 0, len(path)
        while True:
            if at < size and path[at] < target:
                at = bisect_left(path, target, at + 1)
            if at >= size:
                break
            away = (xs[at] - x) ** 2 + (ys[at] - y) ** 2 + (zs[at] - z) ** 2
            if away < square and looks > PATIENCE:
                # whoever is still here after so many looks stands: a long stretch is measured at once
                ahead = points[:, at : at + stride] - [[x], [y], [z]]
                outside = np.square(ahead).sum(axis=0) >= square
                leap = int(outside.argmax())
                if not outside[leap]:
                    at, stride = at + len(outside), 2 * stride
                    target = path[at - 1]
                    continue
                at, away = at + leap, square
            looks += 1
            if away >= square:
                x, y, z = xs[at], ys[at], zs[at]
                found.append(low + at)
                away, looks, stride = 0.0, 0, STRIDE
            target = path[at] + radius - sqrt(away) - ROUNDING_M
            at += 1
        target -= path[-1]
    return np.array(found)


def _stays(
    lat: np.ndarray, lon: np.ndarray, start: np.ndarray, end: np.ndarray, first: np.ndarray, last: np.ndarray
) -> Staypoints:
    n = last - first + 1
    if len(lon) and np.ptp(lon) > 180:  # noqa: PLR2004 - across the date line
        lon = np.unwrap(lon, period=360)
    return Staypoints(start, end, _means(lat, first, n), _wrapped(_means(lon, first, n)), first, last, n)


def _means(column: np.ndarray, first: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Average spans of a column."""
    if not len(first):
        return np.zeros(0)
    bounds = np.stack([first, first + n], axis=1).ravel()
    # reduceat sums from each bound to the next, and takes no bound past the end
    return np.add.reduceat(np.append(column, 0.0), bounds)[::2] / n


def _wrapped(lon: np.ndarray) -> np.ndarray:
    return (lon + 180) % 360 - 180
