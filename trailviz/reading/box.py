"""A box of the earth, in WGS-84 degrees: what is cut out of a file that holds a whole city."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, order=True)
class Box:
    """From south and west to north and east, in degrees; it never crosses the date line."""

    south: float
    west: float
    north: float
    east: float

    def touches(self, lat: np.ndarray, lon: np.ndarray) -> bool:
        """Say whether the bounds of some points touch it."""
        return bool(
            lat.max() >= self.south and lat.min() <= self.north and lon.max() >= self.west and lon.min() <= self.east
        )

    def within(self, other: Box) -> Box | None:
        """Answer what both boxes hold, or None if they share nothing."""
        south, west = max(self.south, other.south), max(self.west, other.west)
        north, east = min(self.north, other.north), min(self.east, other.east)
        return Box(south, west, north, east) if south < north and west < east else None
