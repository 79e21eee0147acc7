"""What can be reached between two anchors: the space-time prism's shadow on the ground.

An ellipse with the anchors as foci whose axis is all the way the time allows, widened by how far off the anchors may be;
at a moment, what two discs share. Source: Hägerstrand 1970; Miller 2005, "A Measurement Theory for Time Geography".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trailviz.geo import Plane, distance_m

CORNERS = 96


@dataclass(frozen=True)
class Anchor:
    """A place known at an instant: WGS-84 degrees, and how far off it may be in metres."""

    lat: float
    lon: float
    radius_m: float = 0.0


@dataclass(frozen=True)
class Reach:
    """The area reachable between two anchors.

    `outline`: `[n, 2]` latitude, longitude; empty where the anchors contradict each other at this speed.
    """

    a: Anchor
    b: Anchor
    seconds: float
    speed_mps: float
    outline: np.ndarray
    area_km2: float
    contradiction: bool


def reach(a: Anchor, b: Anchor, seconds: float, speed_mps: float) -> Reach:
    """Bound where the person can have been between two anchors `seconds` apart, at no more than `speed_mps`.

    Returns:
        The ellipse as a polygon of 96 corners; its area is within 1 % of the exact one.
    """
    apart = float(distance_m(*np.array([a.lat, a.lon, b.lat, b.lon], float)))
    # An anchor may lie anywhere in its circle: the area must not cut off where the person was.
    path = seconds * speed_mps + a.radius_m + b.radius_m
    if path <= apart:
        return Reach(a, b, seconds, speed_mps, np.zeros((0, 2)), 0.0, contradiction=True)
    long, short = path / 2, np.sqrt(path * path - apart * apart) / 2
    plane = Plane((a.lat + b.lat) / 2, (a.lon + b.lon) / 2)
    east, north = plane.flat(np.array([a.lat, b.lat]), np.array([a.lon, b.lon]))
    heading = np.arctan2(north[1] - north[0], east[1] - east[0])
    turn = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    x, y = long * np.cos(turn), short * np.sin(turn)
    lat, lon = plane.round(x * np.cos(heading) - y * np.sin(heading), x * np.sin(heading) + y * np.cos(heading))
    # Of the polygon that is drawn, so that the figure and the picture are one.
    area = CORNERS / 2 * np.sin(2 * np.pi / CORNERS) * long * short
    return Reach(a, b, seconds, speed_mps, np.stack([lat, lon], axis=1), float(area) / 1e6, contradiction=False)


def slice_at(whole: Reach, elapsed_s: float) -> np.ndarray:
    """Answer where the person can be `elapsed_s` after the first anchor: the outline of what two discs share.

    Returns:
        `[n, 2]` latitude, longitude; empty where the anchors contradict each other.
    """
    if whole.contradiction:
        return np.zeros((0, 2))
    plane = Plane((whole.a.lat + whole.b.lat) / 2, (whole.a.lon + whole.b.lon) / 2)
    east, north = plane.flat(np.array([whole.a.lat, whole.b.lat]), np.array([whole.a.lon, whole.b.lon]))
    radius = np.array([elapsed_s, whole.seconds - elapsed_s]) * whole.speed_mps + [whole.a.radius_m, whole.b.radius_m]
    turn = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    kept = []
    for one, other in ((0, 1), (1, 0)):
        x, y = east[one] + radius[one] * np.cos(turn), north[one] + radius[one] * np.sin(turn)
        # A micrometre of grace, or a corner on both circles would be lost to rounding.
        inside = np.hypot(x - east[other], y - north[other]) <= radius[other] + 1e-6
        kept.append(np.stack([x[inside], y[inside]], axis=1))
    kept.append(_crossings(east, north, radius))
    rim = np.concatenate(kept)
    if not len(rim):
        return np.zeros((0, 2))
    centre = rim.mean(axis=0)
    # What two discs share is convex, so the angle around its middle puts its rim in order.
    rim = rim[np.argsort(np.arctan2(rim[:, 1] - centre[1], rim[:, 0] - centre[0]))]
    return np.stack(plane.round(rim[:, 0], rim[:, 1]), axis=1)


def _crossings(east: np.ndarray, north: np.ndarray, radius: np.ndarray) -> np.ndarray:
    """Answer where two circles cross: a sliver between two sampled corners still has these two."""
    apart = float(np.hypot(east[1] - east[0], north[1] - north[0]))
    # One disc lies within the other: their circles never cross.
    if apart == 0 or apart <= abs(radius[0] - radius[1]):
        return np.zeros((0, 2))
    along = (apart**2 + radius[0] ** 2 - radius[1] ** 2) / (2 * apart)
    across = np.sqrt(max(radius[0] ** 2 - along**2, 0.0))
    unit = np.array([east[1] - east[0], north[1] - north[0]]) / apart
    foot = np.array([east[0], north[0]]) + along * unit
    side = across * np.array([-unit[1], unit[0]])
    return np.stack([foot + side, foot - side])
