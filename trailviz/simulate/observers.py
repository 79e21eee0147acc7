"""How companies come to see a life, and how badly: hours without the phone, points beside the place, points on the way."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from trailviz.simulate.agenda import DAY
from trailviz.simulate.cities import moved

if TYPE_CHECKING:
    from trailviz.simulate.chance import Chance
    from trailviz.simulate.diary import Leg
    from trailviz.simulate.life import Life

LONGEST_OUTAGE_MIN, SHORTEST_OUTAGE_MIN = 14 * 60, 3 * 60
BEND = 0.12
"""How far a way bows out at most, as a share of its length."""


def outages(life: Life) -> list[tuple[int, int]]:
    """Answer when the phone kept nothing, as minutes `[start, end)`: switched off, empty, or left at home."""
    chance = life.chance("outages")
    found: list[tuple[int, int]] = []
    for day in range(life.days):
        drawn, start, long = (
            chance.share(),
            chance.whole(0, DAY - 1),
            chance.whole(SHORTEST_OUTAGE_MIN, LONGEST_OUTAGE_MIN),
        )
        if drawn < life.persona.records["outage"] and (not found or found[-1][1] < day * DAY + start):
            found.append((day * DAY + start, min(day * DAY + start + long, life.days * DAY)))
    return found


def on(start: int, end: int, off: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Cut a span where the phone was off, and answer what is left of it."""
    left, at = [], start
    for since, until in off:
        if until <= at or since >= end:
            continue
        if since > at:
            left.append((at, since))
        at = max(at, until)
    return [*left, (at, end)] if at < end else left


def along(leg: Leg, chance: Chance, every_min: float, off_m: float) -> list[tuple[float, float, float]]:
    """Answer minutes and points of a way: a bow between its ends, as no street leads straight, with each point beside it."""
    one, other = leg.origin, leg.target
    bend = BEND * (chance.share() - 0.5) * 2
    count = int((leg.end - leg.start) / every_min)
    points = []
    for number in range(1, count):
        share = (number + 0.6 * (chance.share() - 0.5)) / count
        aside = bend * math.sin(math.pi * share)
        lat = one.lat + share * (other.lat - one.lat) + aside * (other.lon - one.lon) * math.cos(math.radians(one.lat))
        lon = one.lon + share * (other.lon - one.lon) - aside * (other.lat - one.lat) / math.cos(math.radians(one.lat))
        points.append(
            (leg.start + share * (leg.end - leg.start), *moved(lat, lon, chance.near(0, off_m), chance.near(0, off_m)))
        )
    return points
