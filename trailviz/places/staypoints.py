"""Where a trail of fixes stood still.

`stays(at, lat, lon)` is what the trail uses: the linear scan, stays that go on over a silence, and the pieces of one stop put
together. `scan` is the linear scan alone, as Li et al. published it (2008, doi:10.1145/1463434.1463477): a stay starts at a fix
and ends at the first fix at least `radius_m` away from it.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from dataclasses import dataclass, fields
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from trailviz.geo import chord_m, distance_m, space
from trailviz.pairing import opened

if TYPE_CHECKING:
    from collections.abc import Sequence

RADIUS_M, CLOSE_M = 100.0, 50.0
"""How far a stay reaches from its first fix: the literature's hundred metres, and half of it in a steady trail."""
STEADY_M = 10.0
"""Fixes of a steady trail are this far from the one before, at the median: there a smaller radius sees more."""
SAMPLE = 100_000
SHORTEST_S = 5 * 60.0
GAP_S = 15 * 60.0
BRIDGED_S = 8 * 3600.0
"""Silence up to here between two fixes at one place is a stay: of 8 hours, 97 to 99 % were spent there (design notes, 2026)."""
MERGE_M = 150.0
MERGE_S = 15 * 60.0
A_SECOND = 1_000_000
BLOCK = 8192
ELSEWHERE_M = 2.0e7
"""More than any two points on the ground are apart: fixes beyond a gap are moved there, so that a gap is a move."""
ROUNDING_M = 1e-4
PATIENCE, STRIDE = 8, 256
"""After so many fixes that are still inside one by one, so many are measured at once, and twice as many each time."""
HALF_ROUND = 180


@dataclass(frozen=True)
class Staypoints:
    """Stretches spent within a radius: `[start, end)` in microseconds UTC, in order of time.

    `lat`, `lon`: the mean of the fixes, in WGS-84 degrees. `first`, `last`: positions of the first and the last fix in the
    arrays scanned. `n`: how many fixes. `hidden_s`: seconds within, of silences longer than `GAP_S`, that no fix saw.
    """

    start: np.ndarray
    end: np.ndarray
    lat: np.ndarray
    lon: np.ndarray
    first: np.ndarray
    last: np.ndarray
    n: np.ndarray
    hidden_s: np.ndarray

    def __len__(self) -> int:
        """Count the stays."""
        return len(self.start)


def joined(found: Sequence[Staypoints]) -> Staypoints:
    """Put the stays of several devices one after the other."""
    times, none = np.zeros(0, np.int64), np.zeros(0)
    pieces = [Staypoints(times, times, none, none, times, times, times, none), *found]
    return Staypoints(*(np.concatenate([getattr(one, name.name) for one in pieces]) for name in fields(Staypoints)))


def stays(
    at: np.ndarray,
    lat: np.ndarray,
    lon: np.ndarray,
    *,
    radius_m: float | None = None,
) -> Staypoints:
    """Find the stays of one device: also those that nobody saw the end of, and over silences between two fixes at one place.

    What lasts less than `SHORTEST_S` is no stay; more than `GAP_S` between two fixes is silence, and more than `BRIDGED_S` ends a
    stay. One that ends in a silence ends at its last fix: when the person left nobody saw.

    Args:
        at: Times of the fixes, int64 microseconds UTC, ascending.
        lat: Latitudes, degrees, finite.
        lon: Longitudes, degrees, finite.
        radius_m: How far from its first fix a stay reaches; by default 50 metres in a steady trail, else 100.

    Raises:
        ValueError: If the times are not ascending.
    """
    if not len(at):
        none = np.zeros(0, np.int64)
        return _stays(at, lat, lon, none, none, none)
    first, after = _runs(at, lat, lon, radius_m or _fitting_m(lat, lon), BRIDGED_S)
    left = np.minimum(after, len(at) - 1)
    seen = at[left] - at[after - 1] <= GAP_S * A_SECOND
    end = np.where(seen, at[left], at[after - 1])
    long = end - at[first] >= SHORTEST_S * A_SECOND
    return merged(_stays(at, lat, lon, end[long], first[long], after[long] - 1), at, lat, lon)


def scan(at: np.ndarray, lat: np.ndarray, lon: np.ndarray) -> Staypoints:
    """Find the stays of one device by the linear scan alone; arguments as for `stays`.

    A stay ends when the first fix outside comes; one that a silence or the end of the trail cuts off is dropped. These are the
    stays of trackintel 1.4.2, to the fix (measured 2026-11-26 on 265,000 fixes of three phones and a million invented ones).

    Raises:
        ValueError: If the times are not ascending.
    """
    if not len(at):
        none = np.zeros(0, np.int64)
        return _stays(at, lat, lon, none, none, none)
    first, after = _runs(at, lat, lon, RADIUS_M, GAP_S)
    # Of the last run nobody saw the end.
    first, after = first[:-1], after[:-1]
    left = (at[after] - at[after - 1] <= GAP_S * A_SECOND) & (at[after] - at[first] >= SHORTEST_S * A_SECOND)
    return _stays(at, lat, lon, at[after[left]], first[left], after[left] - 1)


def merged(found: Staypoints, at: np.ndarray, lat: np.ndarray, lon: np.ndarray) -> Staypoints:
    """Put together stays that follow each other at the same place.

    Two neighbours are one when their means are at most `MERGE_M` apart and at most `MERGE_S` lie between them; silences up to
    `BRIDGED_S` do not count, unless a fix between them was elsewhere. The scan makes some two pieces of every stop
    (docs/decisions/0011-stays-and-doubts.md); the pass is that of Montoliu et al. (2013, doi:10.1007/s11042-011-0982-z).
    """
    if len(found) < 2:  # noqa: PLR2004 - one stay has no neighbour
        return found
    near = distance_m(found.lat[:-1], found.lon[:-1], found.lat[1:], found.lon[1:]) <= MERGE_M
    between = found.start[1:] - found.end[:-1]
    pairs = np.flatnonzero(near & (between > MERGE_S * A_SECOND))
    between[pairs] -= _quiet(found, pairs, at, lat, lon)
    opens = np.concatenate([[True], ~(near & (between <= MERGE_S * A_SECOND))])
    first, group = np.flatnonzero(opens), np.cumsum(opens) - 1
    last = np.append(first[1:], len(found)) - 1
    n = np.bincount(group, found.n)
    east = (found.lon - found.lon[first][group] + HALF_ROUND) % 360 - HALF_ROUND
    lon = found.lon[first] + np.bincount(group, east * found.n) / n
    seconds = _hidden_s(at, found.first[first], found.last[last])
    return Staypoints(
        found.start[first], found.end[last], np.bincount(group, found.lat * found.n) / n, _wrapped(lon),
        found.first[first], found.last[last], n.astype(np.int64), seconds,
    )  # fmt: skip


def _quiet(found: Staypoints, pairs: np.ndarray, at: np.ndarray, lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    """Answer the microseconds of silence between stays and the next ones; none where a fix between was elsewhere."""
    leaves, comes = found.last[pairs], found.first[pairs + 1]
    owner, fix = opened(leaves + 1, comes)
    stay = pairs[owner]
    away = distance_m(lat[fix], lon[fix], found.lat[stay], found.lon[stay]) > MERGE_M
    elsewhere = np.bincount(owner, away, minlength=len(pairs)) > 0
    silence = np.diff(at, prepend=at[0])
    quiet = np.cumsum(np.where((silence > GAP_S * A_SECOND) & (silence <= BRIDGED_S * A_SECOND), silence, 0))
    return np.where(elsewhere, 0, quiet[comes] - quiet[leaves])


def _fitting_m(lat: np.ndarray, lon: np.ndarray) -> float:
    """Answer the radius that fits how far the fixes jump about."""
    some = np.arange(0, len(lat) - 1, max(1, len(lat) // SAMPLE))
    steps = distance_m(lat[some], lon[some], lat[some + 1], lon[some + 1])
    return CLOSE_M if len(steps) and np.median(steps) <= STEADY_M else RADIUS_M


def _runs(
    at: np.ndarray, lat: np.ndarray, lon: np.ndarray, radius_m: float, gap_s: float
) -> tuple[np.ndarray, np.ndarray]:
    """Cut the trail into runs within a radius of their first fix: where each starts, and where it is over."""
    silence = np.diff(at)
    if silence.size and silence.min() < 0:
        message = "times of fixes are not in order; sort them first"
        raise ValueError(message)
    first = _starts(lat, lon, np.concatenate([[False], silence > gap_s * A_SECOND]), radius_m)
    return first, np.append(first[1:], len(at))


def _starts(lat: np.ndarray, lon: np.ndarray, gap: np.ndarray, radius_m: float) -> np.ndarray:
    """Answer where the scan starts anew: at the first fix beyond the radius of the last start, or beyond a gap.

    On chords in space, so that no map projection bends a distance. A path of 60 metres leaves no circle of 100: from each
    fix looked at, the scan leaps along the path's length to the first that could be outside.
    """
    radius = float(chord_m(np.array(radius_m)))
    square, found = radius * radius, [0]
    # Every other stretch between gaps lies on the far side, so the first fix after a gap is always outside.
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
            # Not before the path is as long as what is left to the edge can a fix be outside.
            target = path[at] + radius - sqrt(away) - ROUNDING_M
            at += 1
        target -= path[-1]
    return np.array(found)


def _stays(
    at: np.ndarray,
    lat: np.ndarray,
    lon: np.ndarray,
    end: np.ndarray,
    first: np.ndarray,
    last: np.ndarray,
) -> Staypoints:
    n = last - first + 1
    if len(lon) and np.ptp(lon) > HALF_ROUND:
        lon = np.unwrap(lon, period=360)
    seconds = _hidden_s(at, first, last)
    return Staypoints(at[first], end, _means(lat, first, n), _wrapped(_means(lon, first, n)), first, last, n, seconds)


def _hidden_s(at: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Count the seconds of silence within spans of fixes."""
    silence = np.diff(at, prepend=at[:1])
    hidden = np.cumsum(np.where(silence > GAP_S * A_SECOND, silence, 0))
    return (hidden[last] - hidden[first]) / A_SECOND


def _means(column: np.ndarray, first: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Average spans of a column."""
    if not len(first):
        return np.zeros(0)
    bounds = np.stack([first, first + n], axis=1).ravel()
    # reduceat sums from each bound to the next, and takes no bound past the end
    return np.add.reduceat(np.append(column, 0.0), bounds)[::2] / n


def _wrapped(lon: np.ndarray) -> np.ndarray:
    return (lon + HALF_ROUND) % 360 - HALF_ROUND
