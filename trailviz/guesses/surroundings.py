"""What a map says is where, and of which delicate kind: public knowledge, so that every observer has it.

The table is made of the maps and places a person gives (docs/places.md); none ships. `place_kinds.json` says which of a map's
words is which kind.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow.compute as pc

from trailviz.geo import METRES_A_DEGREE
from trailviz.pairing import portions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from trailviz.places import Extract, Place

CELL_M = 10.0
"""As fine as a map is true: the doctors of one house are one cell with a count."""
POINT_M, ROUND = 50.0, 0.8
"""A thing drawn wider than the first is a ground; the circle of its size has this much of the radius that holds its bounds."""
SIZES_M, STEP_M = (0.0, 75.0, 150.0, 400.0), 25.0
"""Grounds are looked for by size. Beyond the last they are parks, airports, campuses: areas and no place."""
ROW = 1000.0
"""Wider than 360 degrees with any reach: row and longitude in one number never run into each other."""
NO_KIND = -1
PASSED = -2


@dataclass(frozen=True)
class Words:
    """A map's words: the kind each says (an index into `kinds`, `NO_KIND` for none of ours), and what is no place to be at."""

    kinds: tuple[str, ...]
    number: dict[str, int]
    passed: frozenset[str]
    keys: frozenset[str]

    def read(self, said: str) -> int:
        """Answer the kind of a place by all that is said of it, from the general to the special; `PASSED` for no place."""
        words = said.split()
        if words and (not self.passed.isdisjoint(words) or words[0].partition("=")[0] in self.keys):
            return PASSED
        return next((self.number[one] for one in reversed(words) if one in self.number), NO_KIND)


@cache
def words() -> Words:
    """Read the words that ship."""
    said = json.loads(files("trailviz.guesses").joinpath("place_kinds.json").read_text(encoding="utf-8"))
    kinds = tuple(said["kinds"])
    number = dict.fromkeys(said["none"], NO_KIND)
    for at, kind in enumerate(kinds):
        # A person's own table may say our own word for it.
        number |= dict.fromkeys((kind, *(one for part in said["kinds"][kind].values() for one in part)), at)
    return Words(kinds, number, frozenset(said["passed"]["words"]), frozenset(said["passed"]["keys"]))


class Net(NamedTuple):
    """Cells in rows: the number of row and longitude they are ordered by, which they are, where, and how far they reach."""

    key: np.ndarray
    cell: np.ndarray
    lat: np.ndarray
    east: np.ndarray
    extent_m: np.ndarray


@dataclass(frozen=True)
class Surroundings:
    """The places around a trail, gathered in cells of ten metres, one entry a cell, kind and size.

    `lat`, `lon`: their middle, WGS-84 degrees. `extent_m`: how far they reach, 0 for points. `kind`: an index into `kinds`, or
    `NO_KIND`. `count`: how many places. `total`, `of_kind`: how many there are, in all and of each kind.
    """

    lat: np.ndarray
    lon: np.ndarray
    extent_m: np.ndarray
    kind: np.ndarray
    count: np.ndarray
    kinds: tuple[str, ...]
    _kept: dict[tuple[float, int, bool], Net] = field(default_factory=dict, repr=False, compare=False)

    @property
    def total(self) -> int:
        """Count the places."""
        return int(self.count.sum())

    @property
    def of_kind(self) -> np.ndarray:
        """Count the places of each kind."""
        here = self.kind >= 0
        return np.bincount(self.kind[here], self.count[here], minlength=len(self.kinds)).astype(np.int64)

    def around(
        self, lat: np.ndarray, lon: np.ndarray, reach_m: float, *, delicate: bool
    ) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """Pair points with what lies within reach, its edge counting: number of the point, of the cell, metres apart.

        In portions, so that a map with everything at one point fills no memory. `delicate`: only what is of a kind.
        """
        # Points that lie together ask the same part of the net, which is then still in the processor's cache.
        order = np.lexsort((lon, np.floor(lat * (METRES_A_DEGREE / reach_m))))
        lat, east, short = lat[order], self._east(lon[order]), np.cos(np.radians(lat[order]))
        for size in range(len(SIZES_M)):
            reach = reach_m + SIZES_M[size]
            net = self._net(reach, size, delicate=delicate)
            high = reach / METRES_A_DEGREE
            # Nearer a pole a row is shorter; beyond 89 degrees nobody takes a taxi.
            wide = high / np.cos(np.radians(np.minimum(np.abs(lat) + high, 89.0)))
            row = np.floor(lat / high) * ROW + east
            for step in (-ROW, 0.0, ROW) if len(net.cell) else ():
                low, end = np.searchsorted(net.key, row + step - wide), np.searchsorted(net.key, row + step + wide)
                for point, at in portions(low, end):
                    away = np.hypot(net.lat[at] - lat[point], (net.east[at] - east[point]) * short[point])
                    away *= METRES_A_DEGREE
                    away -= net.extent_m[at]
                    near = np.flatnonzero(away <= reach_m)
                    yield order[point[near]], net.cell[at[near]], np.maximum(away[near], 0.0)

    def _east(self, lon: np.ndarray) -> np.ndarray:
        """Answer degrees east of the far side of the map, so that no city lies on a seam."""
        return (lon - float(self.lon[0]) + 180.0) % 360.0

    def _net(self, reach: float, size: int, *, delicate: bool) -> Net:
        """Answer the cells of some size in rows as high as the reach, each row from west to east."""
        name = (reach, size, delicate)
        if name not in self._kept:
            fits = (self.extent_m <= SIZES_M[size]) & (self.extent_m > (SIZES_M[size - 1] if size else -1.0))
            chosen = np.flatnonzero(fits & ((self.kind >= 0) | (not delicate)))
            east = self._east(self.lon[chosen])
            key = np.floor(self.lat[chosen] / (reach / METRES_A_DEGREE)) * ROW + east
            order = np.argsort(key, kind="stable")
            cell = chosen[order]
            self._kept[name] = Net(key[order], cell, self.lat[cell], east[order], self.extent_m[cell])
        return self._kept[name]


def surroundings(extracts: Sequence[Extract], places: Iterable[Place]) -> Surroundings | None:
    """Put all places of a person's maps and tables together; None where none of them says what anything is."""
    own = [one for one in places if one.lat is not None and one.lon is not None and one.radius_m <= SIZES_M[-1]]
    parts = [_of_extract(one) for one in extracts]
    number = np.array([words().read(one.category) for one in own], np.int64)
    # A person's own radius says how far off the point may be; a map's, how far the thing reaches.
    points = np.array([(one.lat, one.lon, 0.0) for one in own], float).reshape(-1, 3)
    # A person's own beside the maps.
    lat, lon, radius, kind = (np.concatenate(one) for one in zip(*parts, (*points.T, number), strict=True))
    there = (kind != PASSED) & np.isfinite(lat) & np.isfinite(lon)
    extent = np.where(radius > POINT_M, ROUND * radius, 0.0)
    there &= extent <= SIZES_M[-1]
    if not (kind[there] >= 0).any():
        return None
    return _gathered(lat[there], lon[there], extent[there], kind[there])


def _of_extract(extract: Extract) -> tuple[np.ndarray, ...]:
    """Answer latitude, longitude, radius and kind of each place of a map; every distinct wording is read once."""
    table = extract.table
    said = table["categories" if "categories" in table.column_names else "category"].combine_chunks()
    coded = pc.fill_null(said, "").dictionary_encode()
    numbers = np.array([words().read(one) for one in coded.dictionary.to_pylist()], np.int64)
    lat, lon, radius = (table[name].to_numpy() for name in ("lat", "lon", "radius_m"))
    return lat, lon, np.nan_to_num(radius), numbers[coded.indices.to_numpy()] if len(said) else numbers[:0]


def _gathered(lat: np.ndarray, lon: np.ndarray, extent: np.ndarray, kind: np.ndarray) -> Surroundings:
    row = np.floor(lat * (METRES_A_DEGREE / CELL_M)).astype(np.int64)
    column = np.floor(lon * (METRES_A_DEGREE / CELL_M) * np.cos(np.radians(lat))).astype(np.int64)
    _, at = np.unique((row << 32) + column, return_inverse=True)
    size = np.ceil(extent / STEP_M).astype(np.int64)
    _, first, cell = np.unique(
        (at * (len(words().kinds) + 1) + kind + 1) * 64 + size, return_index=True, return_inverse=True
    )
    count = np.bincount(cell)
    return Surroundings(
        np.bincount(cell, lat) / count,
        np.bincount(cell, lon) / count,
        np.bincount(cell, extent) / count,
        kind[first],
        count,
        words().kinds,
    )
