"""Shops of a map on the person's own disk (Overture, OpenStreetMap), found by chain and branch."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from trailviz.geo import distance_m
from trailviz.places.branch import key
from trailviz.places.gazetteer import Place

if TYPE_CHECKING:
    import pyarrow as pa

NEAR_M = 300.0
"""Rows of a map this near each other are one shop: maps hold many of them twice."""
LEAST_R_M = 50.0
MOST_OF_A_CHAIN = 20_000
"""No chain has more branches in one map; what begins so often is a word such as `the`."""
SHORTEST_CHAIN = 2
SHORTEST_NAME = 6
SHORTEST_HAN = 3
"""A name alone that is shorter, in letters or in characters, is met by chance."""
STREET = "street"
WORDS = ("name", "brand", "address")


@dataclass(frozen=True)
class Extract:
    """Named points, one a row; any word may be null.

    `table`: name, names (others, a list), brand, category, address and categories (where the map has them), lat, lon (WGS-84 degrees),
    radius_m. `categories`: all it is said to be, from the general to the special, with blanks between.
    """

    table: pa.Table
    _kept: dict[int, str] = field(default_factory=dict, repr=False, compare=False)

    def __len__(self) -> int:
        """Count the points."""
        return self.table.num_rows

    def find(self, chain: str, branch: str) -> Place | None:
        """Answer the one shop of a chain whose names or address hold the branch (all folded); None where several do."""
        if len(chain) < SHORTEST_CHAIN or not branch:
            return None
        return self._one(np.array([row for row in self._called(chain).tolist() if self._holds(row, branch)], np.int64))

    def alone(self, name: str) -> Place | None:
        """Answer the one place of a name of its own; None where the map has several, or the name is short enough for chance.

        A street answers with its length: it is no point, however exactly the map draws it.
        """
        if len(name) < (SHORTEST_NAME if name.isascii() else SHORTEST_HAN):
            return None
        rows = self._whole(name)
        street = np.array([self.table["category"][row].as_py() == STREET for row in rows.tolist()], bool)
        return self._one(rows[~street]) or self._one(rows[street])

    def _one(self, rows: np.ndarray) -> Place | None:
        if not len(rows):
            return None
        lat, lon = (self.table[name].to_numpy()[rows] for name in ("lat", "lon"))
        apart = distance_m(lat[0], lon[0], lat, lon)
        # Two shops of one chain in one street: either may be meant, so neither is.
        if apart.max() > NEAR_M:
            return None
        row = int(rows[0])
        name, tier = self.table["name"][row].as_py() or "", self.table["category"][row].as_py()
        radius = float(np.nan_to_num(self.table["radius_m"].to_numpy()[rows]).max())
        return Place(
            (name,),
            float(lat.mean()),
            float(lon.mean()),
            max(LEAST_R_M, radius, float(apart.max())),
            STREET if tier == STREET else "extract",
            label={"en": name, "zh-Hans": name},
        )

    @cached_property
    def _names(self) -> tuple[np.ndarray, np.ndarray]:
        """Every folded name and brand, sorted, with its row."""
        found: list[str] = []
        rows: list[np.ndarray] = []
        for column in ("name", "brand"):
            coded = self.table[column].combine_chunks().dictionary_encode()
            # A map of a city has a chain's name a hundred times; it is folded once.
            folded = np.array([*(key(one or "") for one in coded.dictionary.to_pylist()), ""], object)
            said = folded[pc.fill_null(coded.indices, len(folded) - 1).to_numpy()]
            able = np.flatnonzero(said.astype(bool))
            found.extend(said[able])
            rows.append(able)
        names, at = np.array(found, str), np.concatenate(rows)
        order = np.lexsort((at, names))
        return names[order], at[order]

    def _holds(self, row: int, word: str) -> bool:
        """Say whether the words of a row hold a folded word."""
        if row not in self._kept:
            # A row at a time: of a map's 300,000 shops a trail asks for a few hundred.
            listed = [self.table[one][row].as_py() for one in WORDS if one in self.table.column_names]
            said = [*listed, *(self.table["names"][row].as_py() or ())]
            self._kept[row] = "|".join(key(part) for part in said if part)
        return word in self._kept[row]

    def _called(self, chain: str) -> np.ndarray:
        """Answer the rows whose name or brand begins with a chain's name."""
        names, rows = self._names
        # Sorted names that begin alike stand together, up to the last letter there is.
        first, last = np.searchsorted(names, [chain, chain + "\U0010ffff"])
        return np.unique(rows[first : min(last, first + MOST_OF_A_CHAIN)])

    def _whole(self, name: str) -> np.ndarray:
        names, rows = self._names
        return np.unique(rows[slice(*(np.searchsorted(names, name, side=side) for side in ("left", "right")))])
