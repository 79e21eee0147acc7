"""Cities: their real areas, stations and parks, and words and prices for what is invented in them.

Each is one file in `cities/`, which says what in it is real and how good its points are.
"""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

DEGREE_M = 111_195.0


@dataclass(frozen=True)
class Spot:
    """A place somebody may be at: what kind it is, how it is called, and its point in WGS-84 degrees.

    `street` is how an address is written, without a number where it is a home; `station` is the metro's, or "". `country`
    is the two letters of another country than home, or "".
    """

    id: str
    kind: str
    name: str
    area: str
    district: str
    street: str
    station: str
    lat: float
    lon: float
    away: bool = False
    country: str = ""

    def metres_to(self, other: Spot) -> float:
        """Measure the way to another place as the crow flies, in metres (flat: good to 1 % within a city)."""
        return metres((self.lat, self.lon), (other.lat, other.lon))


@dataclass(frozen=True)
class City:
    """A city: everything its file says."""

    id: str
    name: Mapping[str, str]
    zone: str
    currency: str
    language: str
    companies: tuple[str, ...]
    ride_company: str
    areas: tuple[Mapping[str, Any], ...]
    landmarks: tuple[Mapping[str, Any], ...]
    away: tuple[Mapping[str, Any], ...]
    abroad: Mapping[str, Any]
    shops: Mapping[str, tuple[str, ...]]
    prices: Mapping[str, tuple[float, str, float]]
    fares: Mapping[str, tuple[float, float]]
    money: Mapping[str, Any]
    subscriptions: Mapping[str, tuple[str, float]]
    pays: Mapping[str, Any]

    def of_role(self, role: str) -> list[Mapping[str, Any]]:
        """List the areas in which people live (`home`), work (`work`), go out (`out`) and so on."""
        return [one for one in self.areas if role in one["roles"]]

    def shop_name(self, word: str, area: str) -> str:
        """Name a shop as its branch writes itself."""
        return f"{word}({area}店)" if self.language == "zh-Hans" else word


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Measure between two points in degrees, in metres."""
    north = (other[0] - one[0]) * DEGREE_M
    east = (other[1] - one[1]) * DEGREE_M * math.cos(math.radians((one[0] + other[0]) / 2))
    return math.hypot(north, east)


def moved(lat: float, lon: float, north_m: float, east_m: float) -> tuple[float, float]:
    """Answer the point so many metres north and east of another."""
    return lat + north_m / DEGREE_M, lon + east_m / (DEGREE_M * math.cos(math.radians(lat)))


def cities() -> tuple[str, ...]:
    """List the cities somebody can live in."""
    return tuple(sorted(one.name[:-5] for one in _folder().iterdir() if one.name.endswith(".toml")))


def city(name: str) -> City:
    """Read a city.

    Raises:
        KeyError: If there is none of this name.
    """
    if name not in cities():
        raise KeyError(name)
    said = tomllib.loads((_folder() / f"{name}.toml").read_text(encoding="utf-8"))
    return City(
        id=said["id"],
        name=said["name"],
        zone=said["zone"],
        currency=said["currency"],
        language=said["language"],
        companies=tuple(said["companies"]),
        ride_company=said["ride_company"],
        areas=tuple(said["area"]),
        landmarks=tuple(said["landmark"]),
        away=tuple(said["away"]),
        abroad=said["abroad"],
        shops={kind: tuple(words) for kind, words in said["shops"].items()},
        prices={kind: tuple(price) for kind, price in said["prices"].items()},
        fares={mode: tuple(fare) for mode, fare in said["fares"].items()},
        money=said["money"],
        subscriptions={name: tuple(one) for name, one in said["subscriptions"].items()},
        pays=said["pays"],
    )


def _folder() -> Any:  # noqa: ANN401 - importlib's Traversable has moved between versions
    return files("trailviz.simulate") / "cities"
