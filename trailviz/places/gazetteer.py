"""Names of places with their points: the sample's merchant addresses, or a person's own places file."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Place:
    """A named place: its point in WGS-84 degrees and how far off it may be, in metres.

    `moving` marks a merchant whose code moves with a vehicle: it has no point. `illustrative` marks a stand-in for a
    place the source does not give. `label` names it per language.
    """

    names: tuple[str, ...]
    lat: float | None
    lon: float | None
    radius_m: float
    tier: str = "address"
    illustrative: bool = False
    moving: bool = False
    label: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Gazetteer:
    """Places by name. Matching is exact but for case and blanks: a near name is another place."""

    places: tuple[Place, ...] = ()

    @cached_property
    def by_name(self) -> Mapping[str, Place]:
        """Every name, folded, with its place; the first to claim a name has it."""
        answer: dict[str, Place] = {}
        for place in self.places:
            for name in place.names:
                answer.setdefault(_folded(name), place)
        return answer

    def find(self, name: str) -> Place | None:
        """Answer the place of this name, if it has a point of its own."""
        place = self.by_name.get(_folded(name))
        # A taxi's code is where the taxi is: that is why Alipay is blind from 15:36 on (docs/how-it-knows.md).
        return None if place is None or place.moving or place.lat is None else place


def _folded(name: str) -> str:
    return "".join(name.casefold().split())
