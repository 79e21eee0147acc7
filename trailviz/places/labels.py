"""A point in words, offline: the nearest station or landmark of our list, else the nearest town (GeoNames, CC BY 4.0)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trailviz.geo import METRES_A_DEGREE, distance_m

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trailviz.places.cities import Cities
    from trailviz.places.named import Named

NEAR_M = 1500.0
"""Farther from a station than a walk of twenty minutes, nobody says they are near it."""
TOWN_M = 50_000.0
BLOCK = 4096


@dataclass(frozen=True)
class Label:
    """What a point is near: a name per language (`en`, `zh-Hans`), of what kind (station, landmark, city), and how far off in metres.

    `within`: the point lies no farther from a town's middle than the town reaches.
    """

    name: Mapping[str, str]
    kind: str
    distance_m: float
    within: bool = False


def labels(named: Named, cities: Cities, lat: np.ndarray, lon: np.ndarray) -> list[Label | None]:
    """Say what each point (WGS-84 degrees) is near, or None where nothing is: in mid-ocean, or where there is no point."""
    mark, apart = _nearest(named.marks_at, lat, lon)
    far = ~(apart <= NEAR_M)
    town, off = np.full(len(lat), -1), np.full(len(lat), np.nan)
    # Towns are asked for where no station is near, so a trail in a city of our list opens no table.
    town[far], off[far] = cities.nearest(lat[far], lon[far])
    found: list[Label | None] = []
    for at in range(len(lat)):
        if not far[at]:
            place = named.marks[mark[at]]
            found.append(Label(place.label, place.tier, float(apart[at])))
        elif town[at] >= 0 and off[at] <= TOWN_M:
            row = int(town[at])
            found.append(Label(cities.place(row).label, "city", float(off[at]), bool(off[at] <= cities.radius_m(row))))
        else:
            found.append(None)
    return found


def _nearest(marks: tuple[np.ndarray, np.ndarray], lat: np.ndarray, lon: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Answer which mark is nearest to each point, and how far it is; only marks of its latitude are measured.

    The marks stand in order of latitude.
    """
    best, apart = np.full(len(lat), -1), np.full(len(lat), np.inf)
    able = np.flatnonzero(np.isfinite(lat) & np.isfinite(lon))
    able = able[np.argsort(lat[able], kind="stable")]
    step = NEAR_M / METRES_A_DEGREE
    for block in np.array_split(able, max(1, len(able) // BLOCK)):
        if not len(block):
            continue
        low, high = np.searchsorted(marks[0], [lat[block[0]] - step, lat[block[-1]] + step])
        if low == high:
            continue
        off = distance_m(lat[block, None], lon[block, None], marks[0][low:high], marks[1][low:high])
        nearest = off.argmin(axis=1)
        best[block], apart[block] = low + nearest, off[np.arange(len(block)), nearest]
    return best, apart
