"""Towns in a payee's text: which one it names, and which cities of our list a trail is of."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from trailviz.geo import distance_m
from trailviz.places.branch import endings, inside, key

if TYPE_CHECKING:
    from collections.abc import Collection

    from trailviz.places.branch import Cut, Ending
    from trailviz.places.gazetteer import Place, World

Lands = frozenset[str] | None
SUBURBS_M = 30_000.0
"""A town this far beyond a city's edge still has the city's stations on its statements."""
VOTES = 3
"""So many names of one city's list, and of no other's, say that a trail is of that city."""
TIMES = 3
"""A name is the largest town's of that name where it has three times the people of the next."""
LEAST_UNCODED = 100_000
"""A town nobody adds a country's letters to is a large one: GeoNames knows a small one of nearly every word."""


class Towns:
    """Towns of the world and cities of our list, for the texts of one trail. `here`: the cities the trail is of."""

    def __init__(self, world: World, points: np.ndarray, cuts: Collection[Cut]) -> None:
        """Take what ships, the trail's stated points (degrees, a pair a row), and every text, cut."""
        self.named, self.cities = world.named, world.cities()
        # Asked for again by every tier, and the same few hundred towns in thousands of texts.
        self._ends: dict[tuple[str, ...], list[Ending]] = {}
        self._nears: dict[tuple[int, float], frozenset[int]] = {}
        self._lands: dict[int, tuple[str, str]] = {}
        # All at once: the table is searched for the names, never the names for the table.
        self.rows = self.cities.called(
            name for cut in cuts for name in (*cut.towns, *(one.key for one in self.endings(cut.words)))
        )
        self.here = self._of(points, cuts)

    def endings(self, words: tuple[str, ...]) -> list[Ending]:
        """List the runs at the end of some words."""
        if words not in self._ends:
            self._ends[words] = endings(words)
        return self._ends[words]

    def large(self, name: str) -> int | None:
        """Answer the large town of a Chinese name."""
        row = next(iter(self.rows.get(name, ())), None)
        return row if row is not None and self.cities.population[row] >= LEAST_UNCODED else None

    def meant(self, ending: Ending, lands: Lands) -> int | None:
        """Answer the town of an ending: of the country and state behind it, else a large one where this money is spent."""
        if ending.weak:
            return None
        rows = self.rows.get(ending.key, ())
        if ending.land or ending.state:
            coded = ((row, *self._land(row)) for row in rows)
            return next(
                (
                    row
                    for row, land, region in coded
                    if ending.land == land or (ending.state == region and land == "US")
                ),
                None,
            )
        able = [row for row in rows if not lands or self._land(row)[0].lower() in lands]
        people = [int(self.cities.population[row]) for row in able[:2]]
        # There is a Springfield in half of the states: a name alone is a town's where no other is nearly as large.
        return able[0] if people and people[0] >= max(LEAST_UNCODED, TIMES * sum(people[1:])) else None

    def off(self, words: tuple[str, ...], lands: Lands) -> tuple[tuple[str, ...], int | None]:
        """Take the town off a text's end: the words before it, and the town's row; all the words where none is named."""
        for ending in self.endings(words):
            row = self.meant(ending, lands)
            if row is not None and ending.first:
                return words[: ending.first], row
        return words, None

    def near(self, row: int, more: float = SUBURBS_M) -> frozenset[int]:
        """Answer the cities of our list that a town is of, or a suburb of."""
        if (row, more) not in self._nears:
            lat, lon = (
                np.array([getattr(one.place, name) for one in self.named.towns], float) for name in ("lat", "lon")
            )
            reach = np.array([one.place.radius_m for one in self.named.towns]) + more
            apart = distance_m(np.array(self.cities.lat[row]), np.array(self.cities.lon[row]), lat, lon)
            self._nears[row, more] = frozenset(np.flatnonzero(apart <= reach).tolist())
        return self._nears[row, more]

    def place(self, row: int) -> Place:
        """Answer a town as a place: as our list draws it, where it has it."""
        name = key(self.cities.word("name", row))
        drawn = (self.named.towns[one] for one in self.near(row, 0.0))
        return next((one.place for one in drawn if name in one.keys), None) or self.cities.place(row)

    def reaches(self, row: int, place: Place) -> bool:
        """Say whether a place lies in a town or its suburbs."""
        point = np.array(place.lat, float), np.array(place.lon, float)
        apart = distance_m(np.array(self.cities.lat[row]), np.array(self.cities.lon[row]), *point)
        return bool(apart <= self.cities.radius_m(row) + SUBURBS_M)

    def _land(self, row: int) -> tuple[str, str]:
        if row not in self._lands:
            self._lands[row] = self.cities.word("country", row), self.cities.word("region", row)
        return self._lands[row]

    def _of(self, points: np.ndarray, cuts: Collection[Cut]) -> frozenset[int]:
        """Answer the cities a trail is of: its points lie in them, its texts name them, or are full of names of their lists."""
        found: set[int] = set()
        votes: defaultdict[int, set[str]] = defaultdict(set)
        for number, town in enumerate(self.named.towns):
            middle = np.array(town.place.lat), np.array(town.place.lon)
            if len(points) and (distance_m(points[:, 0], points[:, 1], *middle) <= town.place.radius_m).any():
                found.add(number)
        called = {name: number for number, town in enumerate(self.named.towns) for name in town.keys}
        for cut in cuts:
            runs = (one.key for one in self.endings(cut.words)) if cut.words else cut.towns
            found.update(called[name] for name in runs if name in called)
            said = inside(cut.branch, self.named.keys) if cut.branch else None
            entries = self.named.by_key.get(said[0], ()) if said else ()
            if said and len({one.town for one in entries}) == 1:
                votes[entries[0].town].add(said[0])
        return frozenset(found | {number for number, names in votes.items() if len(names) >= VOTES})
