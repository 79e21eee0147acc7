"""Towns of the world, by name and by nearness: GeoNames (CC BY 4.0), made into one table by benchmarks/make_geonames.py."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.geo import METRES_A_DEGREE, distance_m
from trailviz.places.gazetteer import Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# People of a town live this densely, by and large: 4,000 a square kilometre puts Berlin at 16 km and Shanghai at 44.
PEOPLE_A_KM2 = 4000.0
LEAST_M = 2000.0
"""No town is smaller to somebody who says they were there."""
CELL = 0.1
DIAGONAL_M = 16_000.0
"""Two points of one cell are never farther apart."""
REACHES_M = (25_000.0, 100_000.0, 400_000.0, 1_600_000.0)
"""How far around a cell towns are looked for, step by step; beyond the last, in mid-ocean, nobody is near one."""


@dataclass(frozen=True)
class Cities:
    """A table of towns: name, zh (null where there is none), lat_e4, lon_e4, country, region, zone, population, keys."""

    table: pa.Table

    def __len__(self) -> int:
        """Count the towns."""
        return self.table.num_rows

    @cached_property
    def lat(self) -> np.ndarray:
        """WGS-84 latitudes in degrees."""
        return self.table["lat_e4"].to_numpy() / 1e4

    @cached_property
    def lon(self) -> np.ndarray:
        """WGS-84 longitudes in degrees."""
        return self.table["lon_e4"].to_numpy() / 1e4

    @cached_property
    def population(self) -> np.ndarray:
        """How many people live there."""
        return self.table["population"].to_numpy()

    def word(self, column: str, row: int) -> str:
        """Answer one word of a town; "" where it has none."""
        return self.table[column][row].as_py() or ""

    def radius_m(self, row: int) -> float:
        """Answer how far from its middle a town reaches, from how many live there."""
        return max(LEAST_M, 1000.0 * float(np.sqrt(self.population[row] / (np.pi * PEOPLE_A_KM2))))

    def place(self, row: int) -> Place:
        """Answer a town as a place."""
        name, zh = self.word("name", row), self.word("zh", row)
        label = {"en": name, "zh-Hans": zh or name}
        return Place((name,), float(self.lat[row]), float(self.lon[row]), self.radius_m(row), "city", label=label)

    def called(self, keys: Iterable[str]) -> Mapping[str, tuple[int, ...]]:
        """Answer the towns of each folded name, the largest first; names of no town are left out."""
        wanted = pa.array(list(dict.fromkeys(keys)), pa.string())
        found: dict[str, list[int]] = {}
        listed = self.table["keys"].combine_chunks()
        flat, owner = pc.list_flatten(listed), pc.list_parent_indices(listed).to_numpy()
        # Few names are asked for and many kept: one pass over the kept ones, and no table of them all.
        at = np.flatnonzero(np.asarray(pc.is_in(flat, wanted)))
        for name, row in zip(flat.take(pa.array(at)).to_pylist(), owner[at].tolist(), strict=True):
            found.setdefault(name, []).append(row)
        for name in ("zh", "with_city"):
            said = self.table["zh"] if name == "zh" else pc.binary_join_element_wise(self.table["zh"], "市", "")
            rows = np.flatnonzero(np.asarray(pc.fill_null(pc.is_in(said, wanted), False)))  # noqa: FBT003
            for one, row in zip(said.take(pa.array(rows)).to_pylist(), rows.tolist(), strict=True):
                found.setdefault(one, []).append(row)
        return {
            name: tuple(sorted(dict.fromkeys(rows), key=lambda row: (-self.population[row], row)))
            for name, rows in found.items()
        }

    def nearest(self, lat: np.ndarray, lon: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Answer, for each point, the row of the nearest town and how far it is in metres; -1 and NaN where none is near or no point is.

        Points of one cell of a tenth of a degree are looked at together, so a year of positions costs what a few cells cost.
        """
        row, away = np.full(len(lat), -1, np.int64), np.full(len(lat), np.nan)
        able = np.flatnonzero(np.isfinite(lat) & np.isfinite(lon))
        cell = _cell(lat[able], lon[able])
        order = np.argsort(cell, kind="stable")
        firsts = np.flatnonzero(np.diff(cell[order], prepend=-1))
        for group in np.split(able[order], firsts[1:]) if len(able) else ():
            here = self._around(float(lat[group[0]]), float(lon[group[0]]))
            # Four million distances at a time, however many points one cell has.
            for part in np.array_split(group, max(1, len(group) * len(here) >> 22)):
                if not len(here):
                    continue
                apart = distance_m(lat[part, None], lon[part, None], self.lat[here], self.lon[here])
                best = apart.argmin(axis=1)
                row[part], away[part] = here[best], apart[np.arange(len(part)), best]
        return row, away

    def around(self, lat: float, lon: float) -> int:
        """Answer the row of the largest town that reaches as far as a point, or else of the nearest; -1 where none is within 100 km.

        A city is wider than its middle: the nearest name in the west of Shanghai is a suburb's.
        """
        near = self._around(lat, lon)
        if not len(near):
            return -1
        # A wide city may reach here though a nearer town ends the search: all within its greatest reach are asked.
        order, sorted_lat = self._sorted
        low, high = np.searchsorted(sorted_lat, lat + np.array([-1, 1]) * REACHES_M[1] / METRES_A_DEGREE)
        rows = order[low:high]
        apart = distance_m(np.array(lat), np.array(lon), self.lat[rows], self.lon[rows])
        within = rows[apart <= np.maximum(LEAST_M, 1000.0 * np.sqrt(self.population[rows] / (np.pi * PEOPLE_A_KM2)))]
        if len(within):
            return int(within[self.population[within].argmax()])
        row, away = self.nearest(np.array([lat]), np.array([lon]))
        return int(row[0]) if away[0] <= REACHES_M[1] else -1

    @cached_property
    def _sorted(self) -> tuple[np.ndarray, np.ndarray]:
        order = np.argsort(self.lat, kind="stable")
        return order, self.lat[order]

    def _around(self, lat: float, lon: float) -> np.ndarray:
        """Answer the towns that may be the nearest to some point of a cell: the reach widens until one is surely inside it."""
        order, sorted_lat = self._sorted
        middle = np.array((np.floor(lat / CELL) + 0.5) * CELL), np.array((np.floor(lon / CELL) + 0.5) * CELL)
        for reach in REACHES_M:
            low, high = np.searchsorted(sorted_lat, middle[0] + np.array([-1, 1]) * reach / METRES_A_DEGREE)
            near = order[low:high]
            apart = distance_m(*middle, self.lat[near], self.lon[near])
            # The nearest to a point of the cell is at most the cell's diagonal farther from its middle than the nearest to that.
            least = apart.min(initial=np.inf) + DIAGONAL_M
            if least <= reach:
                return near[apart <= least]
        return np.zeros(0, np.int64)


def _cell(lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    return ((np.floor(lat / CELL) + 1000) * 10_000 + np.floor(lon / CELL) + 5000).astype(np.int64)
