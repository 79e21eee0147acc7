"""Where a trail was: its staypoints, and which place each event was at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from trailviz.places import clusters, staypoints

if TYPE_CHECKING:
    from trailviz.events import Events
    from trailviz.places.clusters import Centres
    from trailviz.places.locate import Located
    from trailviz.places.staypoints import Staypoints

NOWHERE = -1
AT_A_PLACE = ("visit", "payment", "hold", "tap", "ride", "request", "delivery", "note")
"""Kinds that happen at a place; a refund comes from a desk, a leg passes, and a search may be of anywhere."""


@dataclass(frozen=True)
class Visited:
    """The staypoints of all devices, and the places that stays, visits, ends of rides and located payments were at.

    `stays`: in order of device, then of time; `first`, `last` are positions of events. `device`: the number of each stay's
    device. `of_stay`, `of_start`, `of_end`: the number of the place of each stay, and of each event's start and end; -1 for
    none. A fix has the place of its stay. `centres`: the places, numbered by their first visit.
    """

    stays: Staypoints
    device: np.ndarray
    of_stay: np.ndarray
    of_start: np.ndarray
    of_end: np.ndarray
    centres: Centres


def devices(events: Events) -> np.ndarray:
    """Number what wrote each event: a device where the row names one, else the file of a collector.

    Two phones in two files never make one trail that leaps to and fro.
    """
    key = np.zeros(len(events), np.int64)
    device = events.words("device")[0]
    for name in ("collector", "device", "file", "member"):
        codes, words = events.words(name)
        codes = np.where(device >= 0, NOWHERE, codes) if name in {"file", "member"} else codes
        key = key * (len(words) + 1) + codes + 1
    return np.unique(key, return_inverse=True)[1]


def visited(events: Events, located: Located) -> Visited:
    """Find where the trail was.

    Args:
        events: Read columns: kind, collector, device, file, start, end, presence.
        located: Where each event was. A shop that nobody says the person was in makes no place, nor does an area.
    """
    codes, words = events.words("kind")
    start, end = events.instants("start"), events.instants("end")
    fix = (codes == words.index("fix")) if "fix" in words else np.zeros(len(events), bool)
    stays, device, members = _stays(events, located, fix & ~np.isnan(located.lat) & ~np.isnat(start), start)
    placed = np.isin(codes, [code for code, word in enumerate(words) if word in AT_A_PLACE]) & ~np.isnat(start)
    presence, said = events.words("presence")
    remote = presence == said.index("remote") if "remote" in said else np.zeros(len(events), bool)
    delivered = codes == words.index("delivery") if "delivery" in words else np.zeros(len(events), bool)
    here = np.flatnonzero(placed & located.pinned & (~remote | delivered))
    # The end of a request is where the person asked to go.
    there = np.flatnonzero(located.end_pinned & ((codes == words.index("ride")) if "ride" in words else False))
    eps = np.where(np.isin(here, there), clusters.RIDE_EPS_M, clusters.EPS_M)
    began, over = (column.astype(np.int64) for column in (start, np.where(np.isnat(end), start, end)))
    labels, centres = clusters.places(
        np.concatenate([stays.lat, located.lat[here], located.end_lat[there]]),
        np.concatenate([stays.lon, located.lon[here], located.end_lon[there]]),
        np.concatenate([np.zeros(len(stays)), located.r90_m[here], located.end_r90_m[there]]),
        at=np.concatenate([stays.start, began[here], over[there]]),
        eps_m=np.concatenate([np.full(len(stays), clusters.EPS_M), eps, np.full(len(there), clusters.RIDE_EPS_M)]),
    )
    of_stay, of_here, of_there = np.split(labels, [len(stays), len(stays) + len(here)])
    of_start, of_end = np.full((2, len(events)), NOWHERE)
    of_start[here], of_end[there] = of_here, of_there
    of_start[members[0]] = of_stay[members[1]]
    return Visited(stays, device, of_stay, of_start, of_end, centres)


def _stays(
    events: Events, located: Located, fix: np.ndarray, start: np.ndarray
) -> tuple[Staypoints, np.ndarray, tuple[np.ndarray, np.ndarray]]:
    """Find the stays of each device; beside them, which fix belongs to which stay."""
    device = devices(events)
    order = np.flatnonzero(fix)
    order = order[np.lexsort((events.ids[order], start[order], device[order]))]
    at, lat, lon = start[order].astype(np.int64), located.lat[order], located.lon[order]
    bounds = np.flatnonzero(np.diff(device[order], prepend=NOWHERE, append=device.max(initial=0) + 1))
    found = []
    for since, until in pairwise(bounds.tolist()):
        mine = staypoints.stays(at[since:until], lat[since:until], lon[since:until])
        found.append(replace(mine, first=mine.first + since, last=mine.last + since))
    together = staypoints.joined(found)
    stay = np.repeat(np.arange(len(together)), together.last - together.first + 1)
    rows = np.arange(len(stay)) - np.searchsorted(stay, stay) + together.first[stay]
    members = order[rows], stay
    together = replace(together, first=order[together.first], last=order[together.last])
    return together, device[together.first], members
