"""Export files of invented lives, one company's format a file, found by looking into this folder.

Each knows what its company would have of a life, and writes it byte for byte as the documentation of the format has it
(docs/formats/). None knows an importer, else the round trip would prove nothing. What a file should say is handed back
beside it as `Told`, from the life and not from the text that was written.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from trailviz.simulate.cities import City
    from trailviz.simulate.life import Life

DAY_S = 86_400


@dataclass(frozen=True)
class Told:
    """What one event of an export should say: instants in UTC, sums in cents, degrees in WGS-84; None where it is silent.

    `of` names what in the life it is of: a deed by its number, `stay 12`, `leg 7`.
    """

    file: str
    kind: str
    start: datetime | None
    of: str
    end: datetime | None = None
    precision_s: int = 1
    cents: int | None = None
    currency: str | None = None
    flow: str | None = None
    party: str | None = None
    place: str | None = None
    end_place: str | None = None
    lat: float | None = None
    lon: float | None = None
    end_lat: float | None = None
    end_lon: float | None = None
    mode: str | None = None
    other_cents: int | None = None
    other_currency: str | None = None


@dataclass
class Export:
    """Files by name with their bytes, and what they tell."""

    files: dict[str, bytes] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)


@dataclass(frozen=True)
class Format:
    """A format that can be written: the name its importer has, whose deeds it shows, and in which cities it is met."""

    name: str
    title: str
    shows: tuple[str, ...]
    cities: tuple[str, ...]
    write: Callable[[Life], Export]

    def met_in(self, city: City) -> bool:
        """Say whether somebody of this city could have such a file."""
        return not self.cities or city.id in self.cities


def formats() -> Mapping[str, Format]:
    """Find every format that can be written, by name."""
    found = [import_module(f"{__name__}.{one.name}").FORMAT for one in iter_modules(__path__)]
    return {one.name: one for one in sorted(found, key=lambda one: str(one.name))}
