"""Distances and datums on the ground.

Latitude comes before longitude; angles are WGS-84 degrees unless a name says otherwise; lengths are metres. The datum of
a point is declared by its source and never guessed from where the point lies: the usual box around China also holds
Seoul, Singapore and Hanoi.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]

# The mean radius (IUGG), of which haversine's error on an ellipsoid is at most some 0.5 %.
EARTH_RADIUS_M = 6_371_008.8
METRES_A_DEGREE = np.pi * EARTH_RADIUS_M / 180
KRASOVSKY_A = 6_378_245.0
KRASOVSKY_EE = 0.006693421622965823
BD_PI = np.pi * 3000 / 180
INVERSE_PASSES = 12


def distance_m(lat1: Floats, lon1: Floats, lat2: Floats, lon2: Floats) -> Floats:
    """Measure great-circle distances in metres (haversine, mean Earth radius)."""
    phi1, phi2 = np.radians(lat1), np.radians(lat2)
    half = np.sin((phi2 - phi1) / 2) ** 2
    half = half + np.cos(phi1) * np.cos(phi2) * np.sin(np.radians(np.subtract(lon2, lon1)) / 2) ** 2
    return 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(half))


def space(lat: Floats, lon: Floats) -> tuple[Floats, Floats, Floats]:
    """Put points on a sphere in space, in metres from its middle: distances there need no sine, and no map bends them."""
    phi, far = np.radians(lat), np.radians(lon)
    flat = EARTH_RADIUS_M * np.cos(phi)
    return flat * np.cos(far), flat * np.sin(far), EARTH_RADIUS_M * np.sin(phi)


def chord_m(length_m: Floats) -> Floats:
    """Answer how long the straight line between two points in space is that lie `length_m` apart on the ground."""
    return 2 * EARTH_RADIUS_M * np.sin(np.asarray(length_m) / (2 * EARTH_RADIUS_M))


def wgs84_to_gcj02(lat: Floats, lon: Floats) -> tuple[Floats, Floats]:
    """Shift points as Chinese map services do.

    Source: the public formula, first published as the "EMQ leak", constants of the Krasovsky 1940 ellipsoid.
    """
    lat, lon = np.asarray(lat, float), np.asarray(lon, float)
    x, y = lon - 105.0, lat - 35.0
    wave = (20 * np.sin(6 * np.pi * x) + 20 * np.sin(2 * np.pi * x)) * 2 / 3
    root = np.sqrt(np.abs(x))
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + wave
    north += (20 * np.sin(np.pi * y) + 40 * np.sin(np.pi * y / 3)) * 2 / 3
    north += (160 * np.sin(np.pi * y / 12) + 320 * np.sin(np.pi * y / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + wave
    east += (20 * np.sin(np.pi * x) + 40 * np.sin(np.pi * x / 3)) * 2 / 3
    east += (150 * np.sin(np.pi * x / 12) + 300 * np.sin(np.pi * x / 30)) * 2 / 3
    phi = np.radians(lat)
    magic = 1 - KRASOVSKY_EE * np.sin(phi) ** 2
    per_lat = KRASOVSKY_A * (1 - KRASOVSKY_EE) / (magic * np.sqrt(magic)) * np.pi / 180
    per_lon = KRASOVSKY_A / np.sqrt(magic) * np.cos(phi) * np.pi / 180
    return lat + north / per_lat, lon + east / per_lon


def gcj02_to_wgs84(lat: Floats, lon: Floats) -> tuple[Floats, Floats]:
    """Undo the shift by fixed-point iteration, to well under a millimetre."""
    lat, lon = np.asarray(lat, float), np.asarray(lon, float)
    back_lat, back_lon = lat, lon
    for _ in range(INVERSE_PASSES):
        # The shift hardly changes over its own length, so what each pass leaves over shrinks fast.
        there_lat, there_lon = wgs84_to_gcj02(back_lat, back_lon)
        back_lat, back_lon = back_lat + lat - there_lat, back_lon + lon - there_lon
    return back_lat, back_lon


def gcj02_to_bd09(lat: Floats, lon: Floats) -> tuple[Floats, Floats]:
    """Add Baidu's own shift to a GCJ-02 point."""
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(np.multiply(lat, BD_PI))
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(np.multiply(lon, BD_PI))
    return radius * np.sin(angle) + 0.006, radius * np.cos(angle) + 0.0065


def bd09_to_gcj02(lat: Floats, lon: Floats) -> tuple[Floats, Floats]:
    """Undo Baidu's shift by fixed-point iteration."""
    lat, lon = np.asarray(lat, float), np.asarray(lon, float)
    back_lat, back_lon = lat - 0.006, lon - 0.0065
    for _ in range(INVERSE_PASSES):
        there_lat, there_lon = gcj02_to_bd09(back_lat, back_lon)
        back_lat, back_lon = back_lat + lat - there_lat, back_lon + lon - there_lon
    return back_lat, back_lon


def to_wgs84(lat: Floats, lon: Floats, datum: str) -> tuple[Floats, Floats]:
    """Bring points of a declared datum to WGS-84; `unknown` stays as it is.

    Raises:
        ValueError: If the datum is not wgs84, gcj02, bd09 or unknown.
    """
    # A guess would move Seoul by half a kilometre: what no source declares is left as it stands.
    if datum in {"wgs84", "unknown"}:
        return np.asarray(lat, float), np.asarray(lon, float)
    if datum == "gcj02":
        return gcj02_to_wgs84(lat, lon)
    if datum == "bd09":
        return gcj02_to_wgs84(*bd09_to_gcj02(lat, lon))
    raise ValueError(f"no such datum: {datum}; expected wgs84, gcj02, bd09 or unknown")


def squares(lat: Floats, lon: Floats, side_m: float) -> tuple[Floats, Floats, float, Floats]:
    """Put points into squares of the ground: row from the equator, column from Greenwich, and how high and wide each is in degrees.

    All squares of a row are as wide as its middle asks for, so that every point of a row is cut alike.
    """
    high = side_m / METRES_A_DEGREE
    row = np.floor(lat / high)
    # At a pole a row has no width to speak of.
    wide = high / np.maximum(np.cos(np.radians((row + 0.5) * high)), 1e-6)
    return row, np.floor(lon / wide), high, wide


@dataclass(frozen=True)
class Plane:
    """A local plane of metres east and north around a point; true to 0.1 % within 100 km outside the polar circles."""

    lat: float
    lon: float

    def flat(self, lat: Floats, lon: Floats) -> tuple[Floats, Floats]:
        """Answer metres east and north of the plane's point."""
        # The shorter way round, across the date line.
        east = (np.subtract(lon, self.lon) + 180) % 360 - 180
        return east * METRES_A_DEGREE * np.cos(np.radians(self.lat)), np.subtract(lat, self.lat) * METRES_A_DEGREE

    def round(self, east: Floats, north: Floats) -> tuple[Floats, Floats]:
        """Answer latitude and longitude of points on the plane."""
        lat = self.lat + np.asarray(north) / METRES_A_DEGREE
        lon = self.lon + np.asarray(east) / (METRES_A_DEGREE * np.cos(np.radians(self.lat)))
        return lat, (lon + 180) % 360 - 180
