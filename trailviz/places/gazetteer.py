"""Names of places with their points: a person's own file, the sample's addresses, and what else places are looked up in."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from trailviz.places.cities import Cities
    from trailviz.places.extract import Extract
    from trailviz.places.named import Named

TIERS = ("stated", "address", "rides", "extract", "station", "landmark", "district", "street", "city")
"""Where a point came from, the surest first: the row itself; a given address; the trail's own visits and ride ends; a map on the
person's disk; our own list of stations, landmarks, districts and long streets; a town."""
COARSE = frozenset({"district", "street", "city"})
"""Tiers that answer an area: nobody is at its middle, so it is no anchor and ends no gap."""


@dataclass(frozen=True)
class Place:
    """A named place: its point in WGS-84 degrees and how far off it may be, in metres (nine times in ten).

    `tier`: of `TIERS`. `moving` marks a merchant whose code moves with a vehicle: it has no point. `illustrative` marks a stand-in
    for a place the source does not give. `label` names it per language. `rests_on`: the events it was learned from. `category`: what it is, in a map's words.
    """

    names: tuple[str, ...]
    lat: float | None
    lon: float | None
    radius_m: float
    tier: str = "address"
    illustrative: bool = False
    moving: bool = False
    label: Mapping[str, str] = field(default_factory=dict)
    rests_on: tuple[int, ...] = ()
    category: str = ""


@dataclass(frozen=True)
class Unread:
    """A cell of a person's places file that could not be read: where it is and what was expected, never what it holds."""

    file: str
    row: int
    column: str
    expected: str


@dataclass(frozen=True)
class World:
    """What ships beside a person's own places: our list, and what opens the table of towns."""

    named: Named
    cities: Callable[[], Cities]


@dataclass(frozen=True)
class Gazetteer:
    """Places by name. Matching a given address is exact but for case and blanks: a near name is another place.

    `extracts`: maps on the person's disk. `world`: with it texts are also cut into chain, branch and town; without it only given
    addresses count (a sample's story knows its own places and no others). `unread`: what of a places file could not be read.
    """

    places: tuple[Place, ...] = ()
    extracts: tuple[Extract, ...] = ()
    world: World | None = None
    unread: tuple[Unread, ...] = ()

    @cached_property
    def by_name(self) -> Mapping[str, Place]:
        """Every name, folded, with its place; the first to claim a name has it."""
        answer: dict[str, Place] = {}
        for place in self.places:
            for name in place.names:
                answer.setdefault(_folded(name), place)
        return answer

    def given(self, name: str) -> Place | None:
        """Answer the place of this name, though it may have no point of its own."""
        return self.by_name.get(_folded(name))

    def find(self, name: str) -> Place | None:
        """Answer the place of this name, if it has a point of its own."""
        place = self.given(name)
        # A taxi's code is where the taxi is: that is why Alipay is blind from 15:36 on (docs/how-it-knows.md).
        return None if place is None or place.moving or place.lat is None else place


def _folded(name: str) -> str:
    return "".join(name.casefold().split())
