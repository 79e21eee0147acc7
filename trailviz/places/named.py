"""Our own list of stations, landmarks, districts and long streets: `named/CITY.tsv`, one city a file, provenance in its head.

A name marked `*` belongs to that city alone, and needs no other sign of it; one marked `!` is also a plain word (`Bank`), and
counts only where the text says it is a station. A street's radius is half its length: a street is an area and no point.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from trailviz.places.branch import key
from trailviz.places.gazetteer import Place

if TYPE_CHECKING:
    from collections.abc import Mapping

ALONE, SAID = "*", "!"
POINTS = ("station", "landmark")
"""Kinds of our list that a point can be near; a district or a street is something to be in."""
IS_STREET = re.compile(
    r"(?:路|街|大道|胡同)$|(?:street|road|avenue|boulevard|strasse|stra(?:ss|ß)e|allee|damm|chaussee|laan|straat|gracht|lane)$|^(?:rue|avenue|boulevard|calle)"
)
STREET_M = 1500.0
"""Half the length of a street we know only by its station."""


@dataclass(frozen=True)
class Town:
    """A city of the list: its place (tier `city`), its folded names, and its country (ISO 3166, lower case)."""

    place: Place
    keys: frozenset[str]
    country: str


@dataclass(frozen=True)
class Entry:
    """A place of the list: which town it is of, and how its name may be used."""

    place: Place
    town: int
    alone: bool
    said: bool


@dataclass(frozen=True)
class Named:
    """The whole list: the towns, every entry by folded name, and all the places."""

    towns: tuple[Town, ...]
    by_key: Mapping[str, tuple[Entry, ...]]
    places: tuple[Place, ...]

    @cached_property
    def keys(self) -> frozenset[str]:
        """Every folded name."""
        return frozenset(self.by_key)

    @cached_property
    def marks(self) -> tuple[Place, ...]:
        """The stations and landmarks, from the southernmost on."""
        return tuple(sorted((one for one in self.places if one.tier in POINTS), key=lambda one: one.lat or 0.0))

    @cached_property
    def marks_at(self) -> tuple[np.ndarray, np.ndarray]:
        """The latitudes and longitudes of the stations and landmarks."""
        return np.array([one.lat for one in self.marks], float), np.array([one.lon for one in self.marks], float)


@cache
def load() -> Named:
    """Read the lists that ship; they never change while the program runs."""
    towns: list[Town] = []
    by_key: dict[str, tuple[Entry, ...]] = {}
    places: list[Place] = []
    folder = files("trailviz") / "places" / "named"
    for path in sorted((one for one in folder.iterdir() if one.name.endswith(".tsv")), key=lambda one: one.name):
        for line in path.read_text(encoding="utf-8").splitlines():
            if not line or line.startswith("#"):
                continue
            kind, said, lat, lon, radius, *land = line.split("\t")
            marked = said.split("|")
            names = tuple(one.lstrip(ALONE + SAID) for one in marked)
            place = Place(names, float(lat), float(lon), float(radius), kind, label=_label(names))
            if kind == "city":
                towns.append(Town(place, frozenset(map(key, names)), land[0].lower()))
                continue
            places.append(place)
            for one, name in zip(marked, names, strict=True):
                entry = Entry(place, len(towns) - 1, ALONE in one[:2], SAID in one[:2])
                by_key[key(name)] = (*by_key.get(key(name), ()), entry)
    return Named(tuple(towns), by_key, tuple(places))


def street_of(entry: Entry) -> Place:
    """Answer the street a station is called after: where the text does not say it is the station, it may be anywhere along it."""
    place = entry.place
    return Place(place.names, place.lat, place.lon, STREET_M, "street", label=place.label)


def is_street(place: Place) -> bool:
    """Say whether a station bears the name of a street."""
    return any(IS_STREET.search(one.casefold()) for one in place.names)


def _label(names: tuple[str, ...]) -> dict[str, str]:
    chinese = next((one for one in names if not one.isascii() and key(one) and "\u3400" <= one[0] <= "\u9fff"), None)
    other = next((one for one in names if one != chinese and not "\u3400" <= one[0] <= "\u9fff"), None)
    return {"en": other or names[0], "zh-Hans": chinese or names[0]}
