"""Trip legs: what was moved between one stay and the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trailviz.geo import distance_m
from trailviz.places.staypoints import A_SECOND, GAP_S

if TYPE_CHECKING:
    from trailviz.places.staypoints import Staypoints


@dataclass(frozen=True)
class Legs:
    """Trip legs, leg i from stay i to stay i + 1: `[start, end)` in microseconds UTC.

    `length_m`: along the fixes, from the last of one stay to the first of the next; jitter makes it longer than the way was,
    and silence shorter. `straight_m`: between the means of the two stays. `gap`: whether a silence of more than 15 minutes
    lies inside, so that the leg may hide a stop.
    """

    start: np.ndarray
    end: np.ndarray
    length_m: np.ndarray
    straight_m: np.ndarray
    gap: np.ndarray

    def __len__(self) -> int:
        """Count the legs."""
        return len(self.start)


def legs(at: np.ndarray, lat: np.ndarray, lon: np.ndarray, stays: Staypoints) -> Legs:
    """Measure the legs between the stays of one device.

    Args:
        at: Times of the fixes, int64 microseconds UTC, ascending.
        lat: Latitudes, degrees.
        lon: Longitudes, degrees.
        stays: Found in these fixes.
    """
    leaves, arrives = stays.last[:-1], stays.first[1:]
    way = np.concatenate([[0.0], np.cumsum(distance_m(lat[:-1], lon[:-1], lat[1:], lon[1:]))])
    silent = np.concatenate([[0], np.cumsum(np.diff(at) > GAP_S * A_SECOND)])
    return Legs(
        stays.end[:-1],
        stays.start[1:],
        way[arrives] - way[leaves],
        distance_m(stays.lat[:-1], stays.lon[:-1], stays.lat[1:], stays.lon[1:]),
        silent[arrives] > silent[leaves],
    )
