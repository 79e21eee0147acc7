"""The places of a life: homes, work, and the shops somebody keeps going back to."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from trailviz.simulate.cities import Spot, metres, moved

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trailviz.simulate.chance import Chance
    from trailviz.simulate.cities import City
    from trailviz.simulate.personas import Persona

NEAR_HOME = {"supermarket": 2, "convenience": 2, "breakfast": 1, "cafe": 1, "restaurant": 2, "pharmacy": 1, "hair": 1, "gym": 1}  # fmt: skip
NEAR_WORK = {"cafe": 2, "lunch": 4, "convenience": 1, "restaurant": 1, "breakfast": 1}
AROUND = {"restaurant": 3, "cinema": 1, "clothes": 2, "cafe": 1}
NEW_SHARE, NEW_FADES = 0.6, 0.21
"""P(a new place) = 0.6 · S^-0.21 for S places known: exploration and preferential return (Song et al. 2010, as quoted)."""
HOME_M, SHOP_M = (300.0, 750.0), (60.0, 420.0)
"""How far a home lies from the point of its area, and a shop from what it is beside: least and most."""
CLOSE_M = 2_000.0
WORK_M = (3_500.0, 14_000.0)
"""How far work lies from home: too far to walk, and within the city."""


@dataclass
class Neighbourhood:
    """The places known so far; `known[kind]` are listed by how often each is met, first met most."""

    city: City
    homes: list[Spot]
    work: Spot | None
    known: dict[str, list[Spot]] = field(default_factory=dict)
    visited: dict[str, int] = field(default_factory=dict)
    spots: dict[str, Spot] = field(default_factory=dict)

    def add(self, spot: Spot) -> Spot:
        """Come to know a place."""
        self.spots[spot.id] = spot
        self.known.setdefault(spot.kind, []).append(spot)
        return spot

    def near(self, kind: str, here: Spot, chance: Chance) -> Spot | None:
        """Choose a known place of a kind: the nearer and the more usual, the likelier; None where none is known."""
        listed = sorted(self.known.get(kind, []), key=lambda one: int(one.metres_to(here) / 700))
        # nobody crosses the city for milk while there is a shop in the next street
        close = [one for one in listed if one.metres_to(here) < CLOSE_M] or listed[:1]
        return chance.ranked(close) if close else None

    def out(self, kind: str, chance: Chance) -> Spot | None:
        """Choose where to go out: a new place now and then, else one gone to before, the oftener the likelier."""
        listed = self.known.get(kind, [])
        if not listed:
            return None
        if chance.happens(NEW_SHARE * len(self.spots) ** -NEW_FADES * 0.5):
            area = chance.one(self.city.of_role("out"))
            return self.add(shop(self, kind, area, chance))
        ordered = sorted(listed, key=lambda one: (-self.visited.get(one.id, 0), one.id))
        return chance.ranked(ordered)


def settle(persona: Persona, city: City, chance: Chance) -> Neighbourhood:
    """Give somebody a home, work or a school, and some two dozen places to go back to."""
    kind = persona.work["kind"]
    work = _work(city, kind, chance)
    homes = _homes(persona, city, work, chance)
    life = Neighbourhood(city, homes, work)
    for spot in (*homes, *([work] if work else [])):
        life.spots[spot.id] = spot
    _shops(life, kind, chance)
    for mark in city.landmarks:
        if mark["kind"] in {"park", "library"}:
            life.add(_landmark(city, mark))
    others = [one for one in city.of_role("home") if one["name"] != homes[0].area]
    for number, area in enumerate(chance.some(others, 3), 1):
        life.add(_dwelling(f"friend{number}", "friend", area, chance))
    return life


def _shops(life: Neighbourhood, kind: str, chance: Chance) -> None:
    """Come to know the shops of a life of this kind: around home and work, and where one goes out."""
    if kind == "school" and life.work:
        life.add(_beside(life, "canteen", life.work, chance, (0.0, 20.0)))
        life.add(_beside(life, "stationery", life.work, chance))
        around: dict[str, int] = {}
        here = [(life.homes[0], {"convenience": 2, "breakfast": 1})]
    else:
        around = AROUND
        here = [(home, NEAR_HOME) for home in life.homes]
        here += [(life.work, NEAR_WORK)] if life.work else []
    for spot, wanted in here:
        for what, count in wanted.items():
            for _ in range(count):
                life.add(_beside(life, what, spot, chance))
    for what, count in around.items():
        for area in chance.some(life.city.of_role("out"), count):
            life.add(shop(life, what, area, chance))
    for area in chance.some(life.city.of_role("out"), 3) if kind == "courier" else ():
        for _ in range(4):
            life.add(shop(life, "kitchen", area, chance, words="restaurant"))


def shop(
    life: Neighbourhood,
    kind: str,
    area: Mapping[str, Any],
    chance: Chance,
    words: str = "",
    far: tuple[float, float] = SHOP_M,
) -> Spot:
    """Invent a shop of a kind in a real area, by a name none of that area has yet."""
    city, number = life.city, len(life.spots) + 1
    taken = {one.name for one in life.spots.values()}
    # a school's canteen is no branch
    names = [word if kind == "canteen" else city.shop_name(word, area["name"]) for word in city.shops[words or kind]]
    name = chance.one([one for one in names if one not in taken] or names)
    lat, lon = _aside((area["lat"], area["lon"]), chance, far)
    street = chance.one(area["streets"])
    # no house number: it could be somebody's
    unit = chance.whole(2, 240)
    written = f"{street}示例{unit}铺" if city.language == "zh-Hans" else f"Unit {unit}, {street}"
    return Spot(f"{kind}{number}", kind, name, area["name"], area["district"], written, area["station"], lat, lon)


def doorstep(near: Spot, chance: Chance, number: int) -> Spot:
    """Invent a door a meal is brought to, some way from the kitchen."""
    lat, lon = _aside((near.lat, near.lon), chance, (500.0, 2_600.0))
    return Spot(f"door{number}", "door", "", near.area, near.district, "", near.station, lat, lon)


def hotel(city: City, number: int) -> Spot:
    """Answer where somebody stays in another city."""
    number %= len(city.away)
    town = city.away[number]
    return Spot(f"away{number}", "hotel", town["hotel"], town["name"], town["name"], town["name"], "", town["lat"], town["lon"], away=True)  # fmt: skip


def inn_abroad(city: City) -> Spot:
    """Answer where somebody stays in another country, on the clock of home."""
    town = city.abroad
    return Spot("abroad", "hotel", town["hotel"], town["name"], town["name"], town["name"], "", town["lat"], town["lon"], away=True, country=town["country"])  # fmt: skip


def _homes(persona: Persona, city: City, work: Spot | None, chance: Chance) -> list[Spot]:
    kind = persona.work["kind"]
    areas = [one for one in city.of_role("home") if _commutes(one, work)] or city.of_role("home")
    if kind == "school":
        areas = city.of_role("school")
    elif kind == "university":
        areas = sorted(city.of_role("home"), key=lambda one: _off(one, work))[:3]
    first = chance.one(areas)
    homes = [_dwelling("home1", "home", first, chance)]
    if kind == "university":
        homes.append(_dwelling("home2", "home", chance.one([one for one in city.of_role("far") if one is not first]), chance))  # fmt: skip
    elif persona.id == "moved":
        others = [one for one in areas if metres(_point(one), _point(first)) > 2_500] or areas  # noqa: PLR2004
        homes.append(_dwelling("home2", "home", chance.one([one for one in others if one is not first]), chance))
    return homes


def _work(city: City, kind: str, chance: Chance) -> Spot | None:
    marks = {"nights": "hospital", "university": "university"}
    if kind in marks:
        mark = next(one for one in city.landmarks if one["kind"] == marks[kind])
        return _landmark(city, mark, "work")
    if kind == "school":
        area = chance.one(city.of_role("school"))
        lat, lon = _aside(_point(area), chance, (1_500.0, 2_200.0))
        return Spot("work", "work", city.shops["school"][0], area["name"], area["district"], area["streets"][0], area["station"], lat, lon)  # fmt: skip
    if kind == "office":
        area = chance.one(city.of_role("work"))
        lat, lon = _aside(_point(area), chance, (80.0, 350.0))
        return Spot("work", "work", "", area["name"], area["district"], chance.one(area["streets"]), area["station"], lat, lon)  # fmt: skip
    return None


def _commutes(area: Mapping[str, Any], work: Spot | None) -> bool:
    return work is None or WORK_M[0] < _off(area, work) < WORK_M[1]


def _off(area: Mapping[str, Any], work: Spot | None) -> float:
    return 0.0 if work is None else metres(_point(area), (work.lat, work.lon))


def _dwelling(name: str, kind: str, area: Mapping[str, Any], chance: Chance) -> Spot:
    lat, lon = _aside(_point(area), chance, HOME_M)
    return Spot(name, kind, "", area["name"], area["district"], chance.one(area["streets"]), area["station"], lat, lon)


def _beside(life: Neighbourhood, kind: str, spot: Spot, chance: Chance, far: tuple[float, float] = SHOP_M) -> Spot:
    streets = next((one["streets"] for one in life.city.areas if one["name"] == spot.area), [spot.street])
    here = {"name": spot.area, "district": spot.district, "station": spot.station, "streets": streets, "lat": spot.lat, "lon": spot.lon}  # fmt: skip
    return shop(life, kind, here, chance, far=far)


def _landmark(city: City, mark: Mapping[str, Any], kind: str = "") -> Spot:
    number = city.landmarks.index(mark)
    return Spot(
        kind or f"{mark['kind']}{number}", kind or mark["kind"], mark["name"], mark["name"], mark["district"], mark["street"], mark["station"], mark["lat"], mark["lon"],
    )  # fmt: skip


def _point(area: Mapping[str, Any]) -> tuple[float, float]:
    return area["lat"], area["lon"]


def _aside(point: tuple[float, float], chance: Chance, far: tuple[float, float]) -> tuple[float, float]:
    angle, off = chance.share() * 2 * math.pi, far[0] + chance.share() * (far[1] - far[0])
    return moved(*point, off * math.cos(angle), off * math.sin(angle))
