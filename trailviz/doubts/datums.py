"""Points in China that a file gives as WGS-84 and that are GCJ-02: some 500 metres off, all the same way.

A file is held against all others. Its places, shifted back, must lie at places of the others where they themselves do not, and
more of them than any other shift of the same length would bring to such places by chance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trailviz.doubts.doubt import Doubt
from trailviz.geo import METRES_A_DEGREE, distance_m, gcj02_to_wgs84
from trailviz.places import clusters

if TYPE_CHECKING:
    from trailviz.events import Events

BOX = (18.0, 54.0, 73.0, 135.5)
"""Mainland China and more: only where the shift is looked for, never what decides."""
NEAR_M = 80.0
"""Two files' points of one place lie so near each other; the shift is six times as long."""
LEAST = 3
"""Fewer places that agree are a coincidence."""
MOST_POINTS = 200_000
AS_STATED = ("wgs84", "unknown")


def shifted(events: Events) -> list[Doubt]:
    """Find files whose points are GCJ-02, by the places they share with the rest of the trail.

    Args:
        events: Read columns: lat, lon, datum, file.

    Returns:
        One doubt a file; its numbers hold one of its places as it stands and shifted back, and how many places agree each way.
    """
    lat, lon = events.numbers("lat"), events.numbers("lon")
    codes, words = events.words("datum")
    stated = np.isin(codes, [-1, *(code for code, word in enumerate(words) if word in AS_STATED)])
    south, north, west, east = BOX
    rows = np.flatnonzero((lat > south) & (lat < north) & (lon > west) & (lon < east))
    of_file, files = events.words("file")
    found = []
    for file in np.unique(of_file[rows[stated[rows]]]).tolist():
        mine, rest = (_some(rows[where]) for where in (of_file[rows] == file, of_file[rows] != file))
        if not len(rest) or len(np.unique(of_file[rows])) == 1:
            continue
        labels, centres = clusters.places(lat[mine], lon[mine])
        if (hit := _agreeing(centres.lat, centres.lon, lat[rest], lon[rest])) is None:
            continue
        best = int(np.flatnonzero(hit)[centres.visits[hit].argmax()])
        back = gcj02_to_wgs84(centres.lat[best : best + 1], centres.lon[best : best + 1])
        beside = int(rest[distance_m(lat[rest], lon[rest], back[0], back[1]).argmin()])
        here = mine[np.isin(labels, np.flatnonzero(hit))]
        numbers = {
            "count": int(hit.sum()),
            "of": len(centres),
            "distance_m": float(distance_m(centres.lat[best : best + 1], centres.lon[best : best + 1], *back)[0]),
            "lat": float(centres.lat[best]),
            "lon": float(centres.lon[best]),
            "shifted_lat": float(back[0][0]),
            "shifted_lon": float(back[1][0]),
        }
        pair = int(mine[labels == best][0]), beside
        name, other = (files[of_file[one]] if of_file[one] >= 0 else "" for one in pair)
        found.append(Doubt("gcj02", name, here, pair, other, numbers))
    return found


def _some(rows: np.ndarray) -> np.ndarray:
    """Answer the rows, or an even choice of them: a million fixes know no more places than so many."""
    return rows[:: max(1, -(-len(rows) // MOST_POINTS))]


def _agreeing(lat: np.ndarray, lon: np.ndarray, there_lat: np.ndarray, there_lon: np.ndarray) -> np.ndarray | None:
    """Answer which places lie at others' points once shifted back, or None where that may be chance."""
    back_lat, back_lon = gcj02_to_wgs84(lat, lon)
    north, east = (back_lat - lat) * METRES_A_DEGREE, (back_lon - lon) * METRES_A_DEGREE * np.cos(np.radians(lat))
    others = _Points(there_lat, there_lon)
    plain = others.near(lat, lon)
    hit = others.near(back_lat, back_lon) & ~plain
    chance = [plain.sum()]
    for turn in (np.pi / 2, np.pi, 3 * np.pi / 2):
        up, right = np.cos(turn) * north + np.sin(turn) * east, np.cos(turn) * east - np.sin(turn) * north
        # As far, another way: what agrees then does so by chance, in a city where something is everywhere.
        moved = lat + up / METRES_A_DEGREE, lon + right / (METRES_A_DEGREE * np.cos(np.radians(lat)))
        chance.append((others.near(*moved) & ~plain).sum())
    return hit if hit.sum() >= max(LEAST, 2 * max(chance)) else None


class _Points:
    """Points to be near to: squares of `NEAR_M` that hold one."""

    def __init__(self, lat: np.ndarray, lon: np.ndarray) -> None:
        self.cells = np.unique(self._cell(lat, lon))

    @staticmethod
    def _cell(lat: np.ndarray, lon: np.ndarray, north: int = 0, east: int = 0) -> np.ndarray:
        row = np.floor(lat * (METRES_A_DEGREE / NEAR_M)).astype(np.int64) + north
        wide = np.cos(np.radians(row * (NEAR_M / METRES_A_DEGREE)))
        return row * 10_000_000 + np.floor(lon * (METRES_A_DEGREE / NEAR_M) * wide).astype(np.int64) + east

    def near(self, lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
        """Say which points lie in a square that holds one, or beside it."""
        found = np.zeros(len(lat), bool)
        for north in (-1, 0, 1):
            for east in (-1, 0, 1):
                found |= np.isin(self._cell(lat, lon, north, east), self.cells)
        return found
