"""Points where nobody was: at nought, with latitude and longitude swapped, or beyond the poles; and times that nobody lived."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from trailviz.doubts.doubt import Doubt

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trailviz.events import Events

NOUGHT_DEG = 0.01
"""Within some kilometre of 0, 0, where the sea is and programs put what they do not know."""
FEWER = 5
"""A point is doubted where its swap has so many times the company it has itself."""
MOST = 0.5
"""A whole file is swapped where more than half of its points are alone and their swaps are not."""
YEARS = np.datetime64("1990-01-01", "us"), np.datetime64("2100-01-01", "us")
"""`[from, to)`: no export of a person's days is older, and clocks that were never set say 1970 or 1980."""
LATITUDE = "a number from -90 to 90"
"""What reading says it expected where a cell is no latitude."""


def nowhere(events: Events) -> list[Doubt]:
    """Find points at 0, 0: start or end."""
    hit = np.zeros(len(events), bool)
    for lat, lon in (("lat", "lon"), ("end_lat", "end_lon")):
        hit |= (np.abs(events.numbers(lat)) < NOUGHT_DEG) & (np.abs(events.numbers(lon)) < NOUGHT_DEG)
    return _counted("null_island", events, hit)


def swapped(events: Events) -> list[Doubt]:
    """Find points whose latitude and longitude swapped lie amid the rest of the trail, where they themselves are alone.

    Two files that are each other's swap are told as one doubt, of the smaller: which of them is wrong the trail cannot tell.
    """
    lat, lon = events.numbers("lat"), events.numbers("lon")
    rows = np.flatnonzero(~np.isnan(lat) & ~np.isnan(lon) & (np.abs(lon) <= 90))  # noqa: PLR2004 - else no latitude
    everyone = np.flatnonzero(~np.isnan(lat) & ~np.isnan(lon))
    codes, files = events.words("file")
    found = []
    told: set[str] = set()
    for file in sorted(np.unique(codes[rows]).tolist(), key=lambda one: int((codes[everyone] == one).sum())):
        mine = rows[codes[rows] == file]
        own, rest = everyone[codes[everyone] == file], everyone[codes[everyone] != file]
        others = _Company(lat[rest], lon[rest])
        lonely = (others.near(lat[mine], lon[mine]) == 0) & (others.near(lon[mine], lat[mine]) > 0)
        whole = lonely.sum() > MOST * len(own)
        inside = _Company(lat[own], lon[own])
        odd = inside.near(lat[mine], lon[mine]) * FEWER <= inside.near(lon[mine], lat[mine])
        hit = mine[odd | lonely if whole else odd]
        name = files[file] if file >= 0 else ""
        if not len(hit):
            continue
        amid = rest[_Company(lon[hit], lat[hit]).near(lat[rest], lon[rest]) > 0] if whole else rest[:0]
        other = files[codes[amid[0]]] if len(amid) else ""
        if other in told:
            continue
        told.add(name)
        found.append(Doubt("swapped", name, hit, _twice(hit), other, {"count": len(hit), "of": len(own)}))
    return found


class _Company:
    """How many points of some lie in a degree's square and its eight neighbours."""

    def __init__(self, lat: np.ndarray, lon: np.ndarray) -> None:
        self.cells, self.counts = np.unique(self._cell(lat, lon), return_counts=True)

    @staticmethod
    def _cell(lat: np.ndarray, lon: np.ndarray, north: int = 0, east: int = 0) -> np.ndarray:
        return (np.floor(lat).astype(np.int64) + north) * 1000 + np.floor(lon).astype(np.int64) + east

    def near(self, lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
        total = np.zeros(len(lat), np.int64)
        if not len(self.cells):
            return total
        for north in (-1, 0, 1):
            for east in (-1, 0, 1):
                wanted = self._cell(lat, lon, north, east)
                at = np.minimum(np.searchsorted(self.cells, wanted), len(self.cells) - 1)
                total += np.where(self.cells[at] == wanted, self.counts[at], 0)
        return total


def impossible(unreadable: Iterable[tuple[str, str]]) -> list[Doubt]:
    """Tell of files with cells that are no latitude: beyond a pole, as longitudes are."""
    none = np.zeros(0, np.int64)
    cells = Counter(file for file, wanted in unreadable if wanted == LATITUDE)
    return [Doubt("latitude", file, none, numbers={"count": count}) for file, count in cells.items()]


def backwards(events: Events) -> list[Doubt]:
    """Find what ends before it begins."""
    start, end = events.instants("start"), events.instants("end")
    # NaT is less than nothing.
    return _counted("backwards", events, end < start)


def ages_off(events: Events) -> list[Doubt]:
    """Find times of another age: start or end."""
    hit = np.zeros(len(events), bool)
    for name in ("start", "end"):
        at = events.instants(name)
        hit |= (at < YEARS[0]) | (at >= YEARS[1])
    return _counted("ages_off", events, hit)


def assumed(events: Events) -> list[Doubt]:
    """Find times whose zone nobody stated."""
    codes, words = events.words("zone_basis")
    hit = codes == words.index("assumed") if "assumed" in words else np.zeros(len(events), bool)
    zones, names = events.words("zone")
    found = []
    for file, rows in _by_file(events, hit):
        zone = int(zones[rows[0]])
        found.append(
            Doubt("zone_assumed", file, rows, _twice(rows), names[zone] if zone >= 0 else "", {"count": len(rows)})
        )
    return found


def _counted(code: str, events: Events, hit: np.ndarray) -> list[Doubt]:
    return [Doubt(code, file, rows, _twice(rows), numbers={"count": len(rows)}) for file, rows in _by_file(events, hit)]


def _by_file(events: Events, hit: np.ndarray) -> list[tuple[str, np.ndarray]]:
    """Part events by their file."""
    codes, files = events.words("file")
    rows = np.flatnonzero(hit)
    return [(files[code] if code >= 0 else "", rows[codes[rows] == code]) for code in np.unique(codes[rows]).tolist()]


def _twice(rows: np.ndarray) -> tuple[int, int]:
    return int(rows[0]), int(rows[0])
