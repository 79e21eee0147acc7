"""Moves that nobody makes: leaps between two fixes, two phones in one trail, and records too far apart for their times."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from trailviz.doubts.doubt import Doubt
from trailviz.geo import distance_m
from trailviz.places import devices
from trailviz.places.sides import OUTER_MPS

if TYPE_CHECKING:
    from trailviz.events import Events
    from trailviz.places import Located

PLANE_MPS, GROUND_MPS = 250.0, OUTER_MPS
"""Airliners cruise at some 250 m/s; 33.3 m/s (120 km/h) is the outer bound of a drive (design notes, measured 0.95 to 1.00)."""
LEAST_M = 2_000.0
"""A fix may be so far off in a street of towers or by a mast's position: nearer, no leap and no contradiction is told."""
FAST_S, FAST_M = 600.0, 20_000.0
"""Ten minutes and twenty kilometres above the road's bound: shorter is a fix that jumped and came back."""
FLIGHT_S = 2 * 3600.0
"""Within two hours nobody gets to an airport, flies, and gets away from the other."""
RETURNS, SHARE, BACK = 5, 0.2, 0.2
"""Two phones: so many leaps that come back, so large a share of the fixes on either side; back is within a fifth of the leap."""
FASTEST_MODES = ("plane", "train")
BOUND_S = 900.0
"""Where a visit begins and ends is known to a quarter of an hour."""
US = 1e6


def leaps(events: Events, located: Located) -> list[Doubt]:
    """Find leaps of a device faster than a plane, two phones that take turns, and rides faster than a road allows.

    Args:
        events: Read columns: kind, collector, device, file, start, end, mode.
        located: Where each fix was, and how sure.
    """
    codes, words = events.words("kind")
    if "fix" not in words:
        return []
    start = events.instants("start")
    rows = np.flatnonzero((codes == words.index("fix")) & ~np.isnan(located.lat) & ~np.isnat(start))
    device = devices(events)
    order = rows[np.lexsort((events.ids[rows], start[rows], device[rows]))]
    at = start[order].astype(np.int64) / US
    lat, lon, r90 = located.lat[order], located.lon[order], located.r90_m[order]
    way = distance_m(lat[:-1], lon[:-1], lat[1:], lon[1:])
    sure = way - r90[:-1] - r90[1:]
    # Two fixes of one second are not at one instant.
    took = np.maximum(np.diff(at), 1.0)
    same = device[order][:-1] == device[order][1:]
    leap = same & (sure > PLANE_MPS * took) & (way > LEAST_M)
    fast = same & ~leap & (sure > GROUND_MPS * took) & ~_carried(events, at[:-1], at[1:])
    return [
        *_leapt(events, order, device, leap, way, took, (lat, lon)),
        *_hurried(events, order, device, fast, way, took),
    ]


def _leapt(
    events: Events,
    order: np.ndarray,
    device: np.ndarray,
    leap: np.ndarray,
    way: np.ndarray,
    took: np.ndarray,
    point: tuple[np.ndarray, np.ndarray],
) -> list[Doubt]:
    """Tell a phone that jumps from two phones that take turns: those come back to where each was."""
    found = []
    hops = np.flatnonzero(leap)
    of_hop = device[order[hops]]
    for one in np.unique(of_hop).tolist():
        mine = hops[of_hop == one]
        lat, lon = (column for column in point)
        out, home = mine[:-1], mine[1:] + 1
        back = distance_m(lat[out], lon[out], lat[home], lon[home]) < BACK * way[out]
        # How many fixes lie between one leap and the next: the one phone's, the other's, and so on in turns.
        between = np.diff(mine)
        # Of fixes in turns, those of the phone that speaks less.
        turns = np.array([between[0::2].sum(), between[1::2].sum()])
        two = back.sum() >= RETURNS and turns.min() >= SHARE * turns.sum()
        worst = int(mine[(way[mine] / took[mine]).argmax()])
        numbers = {
            "count": len(mine),
            "distance_m": float(np.median(way[mine])) if two else float(way[worst]),
            "seconds": float(took[worst]),
            "speed_mps": float(way[worst] / took[worst]),
        }
        rows = np.unique(order[np.concatenate([mine, mine + 1])])
        pair = int(order[worst]), int(order[worst + 1])
        found.append(Doubt("two_phones" if two else "teleport", _file(events, pair[0]), rows, pair, numbers=numbers))
    return found


def _hurried(
    events: Events, order: np.ndarray, device: np.ndarray, fast: np.ndarray, way: np.ndarray, took: np.ndarray
) -> list[Doubt]:
    """Find stretches of ten minutes and more, each hop faster than a road allows, that no flight or train accounts for."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], fast, [False]]).astype(np.int8)))
    since, until = edges[0::2], edges[1::2]
    # A hop between two devices is never fast, so no stretch is of two.
    length, seconds = (np.concatenate([[0.0], np.cumsum(column)]) for column in (way, took))
    length, seconds = length[until] - length[since], seconds[until] - seconds[since]
    long = (seconds >= FAST_S) & (length >= FAST_M)
    since, until, length, seconds = since[long], until[long], length[long], seconds[long]
    found = []
    of_stretch = device[order[since]]
    for one in np.unique(of_stretch).tolist():
        mine = np.flatnonzero(of_stretch == one)
        worst = mine[length[mine].argmax()]
        pair = int(order[since[worst]]), int(order[until[worst]])
        numbers = {
            "count": len(mine),
            "distance_m": float(length[worst]),
            "seconds": float(seconds[worst]),
            "speed_mps": float(length[worst] / seconds[worst]),
        }
        rows = np.unique(order[np.concatenate([since[mine], until[mine]])])
        found.append(Doubt("fast", _file(events, pair[0]), rows, pair, numbers=numbers))
    return found


def _carried(events: Events, since: np.ndarray, until: np.ndarray) -> np.ndarray:
    """Say which spans of seconds touch a record of a flight or a train."""
    codes, words = events.words("mode")
    start, end = events.instants("start"), events.instants("end")
    rides = np.isin(codes, [code for code, word in enumerate(words) if word in FASTEST_MODES])
    rides &= ~np.isnat(start) & ~np.isnat(end)
    low, high = (np.sort(column[rides].astype(np.int64) / US) for column in (start, end))
    # As many have begun by the end of the span as were over at its start: none is under way.
    return np.searchsorted(low, until, side="right") > np.searchsorted(high, since)


class _Moments(NamedTuple):
    """Instants with a place, in order of time: seconds, degrees, metres; whose, of which event; visits last to `until`."""

    at: np.ndarray
    until: np.ndarray
    lat: np.ndarray
    lon: np.ndarray
    r90: np.ndarray
    event: np.ndarray
    who: np.ndarray
    fix: np.ndarray
    slack: np.ndarray


def apart(events: Events, located: Located) -> list[Doubt]:
    """Find two records of different companies too far apart for the time between them.

    One after the other: on the ground within two hours, in the air beyond; or one in the midst of a visit to elsewhere. A fix of
    another device proves nothing: a phone may lie at home.

    Args:
        events: Read columns: kind, collector, start, end, start_latest, precision_s.
        located: Where each event was, and how sure; what is unsure or stands in for another place is passed over.
    """
    here = _moments(events, located)
    one, other = _suspects(here)
    way = distance_m(here.lat[one], here.lon[one], here.lat[other], here.lon[other])
    # In the midst of a visit elsewhere one has as long as to its nearer end, and no longer than how well that is known.
    lasts = (here.until[one] > here.at[other]) & (other > one)
    gone = np.where(
        lasts, np.minimum(np.minimum(here.at[other] - here.at[one], here.until[one] - here.at[other]), BOUND_S), 0.0
    )
    took = np.where(lasts, gone, here.at[other] - here.at[one]) + here.slack[one] + here.slack[other]
    over = way - here.r90[one] - here.r90[other] - np.where(took <= FLIGHT_S, GROUND_MPS, PLANE_MPS) * took
    bad = np.flatnonzero((over > 0) & (way > LEAST_M))
    companies = events.words("collector")[1]
    pairs = np.sort(np.stack([here.who[one[bad]], here.who[other[bad]]]), axis=0)
    found = []
    for first, second in np.unique(pairs, axis=1).T.tolist():
        mine = bad[(pairs[0] == first) & (pairs[1] == second)]
        worst = mine[over[mine].argmax()]
        ends = int(one[worst]), int(other[worst])
        numbers = {
            "count": len(np.unique(here.event[other[mine]])),
            "distance_m": float(way[worst]),
            "seconds": float(here.at[ends[1]] - here.at[ends[0]]),
            "speed_mps": float(way[worst] / max(took[worst], 1.0)),
        }
        rows = np.unique(here.event[np.concatenate([one[mine], other[mine]])])
        named = [companies[here.who[end]] for end in ends]
        pair = int(here.event[ends[0]]), int(here.event[ends[1]])
        found.append(Doubt("infeasible", named[0], rows, pair, named[1], numbers))
    return found


def _moments(events: Events, located: Located) -> _Moments:
    start, end = events.instants("start"), events.instants("end")
    # What is known to the day may have been at any hour of it, and is far from nothing.
    precision = np.nan_to_num(events.numbers("precision_s"), nan=1.0)
    sound = ~located.illustrative & np.isnat(events.instants("start_latest"))
    codes, words = events.words("kind")
    begun = np.flatnonzero(sound & located.pinned & ~np.isnat(start))
    came = sound & located.end_pinned & ~np.isnat(end) & ((codes == words.index("ride")) if "ride" in words else False)
    came = np.flatnonzero(came)
    event = np.concatenate([begun, came])
    at = np.concatenate([start[begun].astype(np.int64), end[came].astype(np.int64)]) / US
    visit = ((codes == words.index("visit")) if "visit" in words else np.zeros(len(events), bool)) & ~np.isnat(end)
    until = np.where(visit[begun], end[begun].astype(np.int64) / US, at[: len(begun)])
    columns = [
        at,
        np.concatenate([until, at[len(begun) :]]),
        *(
            np.concatenate([column[begun], last[came]])
            for column, last in (
                (located.lat, located.end_lat),
                (located.lon, located.end_lon),
                (located.r90_m, located.end_r90_m),
            )
        ),
        event,
        events.words("collector")[0][event],
        (codes[event] == words.index("fix")) if "fix" in words else np.zeros(len(event), bool),
        precision[event],
    ]
    order = np.lexsort((events.ids[event], at))
    return _Moments(*(column[order] for column in columns))


def _suspects(here: _Moments) -> tuple[np.ndarray, np.ndarray]:
    """Name the pairs that are looked at: neighbours in time, and what lies in the midst of the visit begun last."""
    number = np.arange(len(here.at))
    latest = np.maximum.accumulate(np.where(here.until > here.at, number, -1))
    inside = np.flatnonzero((latest >= 0) & (latest < number))
    inside = inside[here.until[latest[inside]] > here.at[inside]]
    one, other = np.concatenate([number[:-1], latest[inside]]), np.concatenate([number[1:], inside])
    _, first = np.unique(one * (len(number) + 1) + other, return_index=True)
    one, other = one[first], other[first]
    two = (here.who[one] != here.who[other]) & ~(here.fix[one] & here.fix[other])
    return one[two], other[two]


def _file(events: Events, row: int) -> str:
    codes, words = events.words("file")
    return words[codes[row]] if codes[row] >= 0 else ""
