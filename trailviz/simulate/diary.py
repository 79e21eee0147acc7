"""What really happened: the agenda laid out in time, with the ways between places. One stay or leg at any minute."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trailviz.simulate.agenda import DAY

if TYPE_CHECKING:
    from trailviz.simulate.agenda import Agenda, Visit
    from trailviz.simulate.chance import Chance
    from trailviz.simulate.cities import Spot
    from trailviz.simulate.personas import Persona

DETOUR = 1.3
"""Streets are longer than the crow's way (a usual circuity of city streets)."""
WALK_M, STROLL_M, BIKE_M, METRO_M, FAR_M, FLY_M = 1_250, 1_900, 4_200, 2_600, 80_000, 500_000
# minutes to begin, and metres a minute: door to door, waiting and walking counted
PACE = {"walk": (1, 78), "bike": (3, 210), "bus": (8, 190), "metro": (13, 480), "car": (6, 380), "scooter": (1, 300), "train": (70, 3_000), "plane": (170, 11_000)}  # fmt: skip
LATE, EARLY = 23 * 60 + 20, 5 * 60 + 30
# Hours of business, in minutes of the day; a kind that is not listed is always open.
OPEN = {"supermarket": (480, 1320), "convenience": (390, 1430), "gym": (360, 1350), "clothes": (600, 1290), "hair": (570, 1260), "pharmacy": (540, 1290), "cafe": (420, 1290), "breakfast": (360, 690), "lunch": (660, 1260), "restaurant": (660, 1365), "cinema": (660, 1380), "park": (360, 1320), "library": (540, 1200), "kitchen": (600, 1340), "door": (600, 1400), "friend": (540, 1400), "stationery": (540, 1260), "canteen": (690, 810)}  # fmt: skip
LINGER, WORTH_GOING_HOME, AT_HOME, SHORTEST, AWAY_MIN = 12, 45, 25, 3, 240
"""Minutes: stayed on before the next errand; free before going home between is thought of; left at home for it to be worth it; the
shortest stay; apart enough for two visits to one place to be two."""


@dataclass(frozen=True)
class Stay:
    """Being at a place; whole minutes of wall time since the first midnight, `[start, end)`."""

    spot: Spot
    start: int
    end: int
    why: str
    company: tuple[str, ...] = ()


@dataclass(frozen=True)
class Leg:
    """A way between two places."""

    origin: Spot
    target: Spot
    start: int
    end: int
    mode: str


@dataclass
class Diary:
    """Stays and legs in order; each ends where the next begins."""

    stays: list[Stay]
    legs: list[Leg]


def lay_out(agenda: Agenda, chance: Chance) -> Diary:
    """Lay the visits out one after the other: what no longer fits, or is closed, is left out."""
    walk = _Walk(agenda, chance)
    for visit in agenda.visits:
        walk.to(visit)
    return walk.closed(agenda.days * DAY)


class _Walk:
    """Somebody on the way through an agenda: where they are, since when, and from when on they are free to go."""

    def __init__(self, agenda: Agenda, chance: Chance) -> None:
        self.agenda, self.chance = agenda, chance
        self.here, self.since, self.free = agenda.base(0), 0, 0.0
        self.why, self.company = "home", tuple[str, ...]()
        self.diary = Diary([], [])

    def to(self, visit: Visit) -> None:
        """Go to a place for a visit, over home if there is time for it."""
        if visit.spot is self.here and visit.start - self.free < AWAY_MIN:
            self.free = max(self.free, visit.until)
            return
        mode, minutes = way(self.here, visit.spot, visit.start, self.agenda.persona, self.chance)
        leave = visit.start - minutes
        base = self.agenda.base(max(self.free, 0))
        if self.here is not base and visit.spot is not base and leave - self.free > WORTH_GOING_HOME:
            back, back_minutes = way(self.here, base, self.free, self.agenda.persona, self.chance)
            out, out_minutes = way(base, visit.spot, visit.start, self.agenda.persona, self.chance)
            if visit.start - out_minutes - self.free - back_minutes > AT_HOME:
                self._go(base, back, self.free, back_minutes, "home", ())
                self.free, mode, minutes = float(self.since), out, out_minutes
                leave = visit.start - minutes
        if visit.spot is self.here:
            # no time to be anywhere else between: they stay
            self.free = max(self.free, visit.until)
            return
        if self.here is not base and self.here.kind != "home":
            leave = min(leave, self.free + LINGER)
        leave = max(leave, self.free, self.since + SHORTEST)
        arrive = leave + minutes
        until = visit.until if visit.fixed else arrive + visit.until - visit.start
        opens, closes = OPEN.get(visit.spot.kind, (0, 2 * DAY))
        if until - arrive < SHORTEST or not opens <= arrive % DAY <= closes - SHORTEST:
            return
        self._go(visit.spot, mode, leave, minutes, visit.why, visit.company)
        self.free = until

    def _go(self, spot: Spot, mode: str, leave: float, minutes: float, why: str, company: tuple[str, ...]) -> None:
        start = max(round(leave), self.since + 1)
        end = start + max(1, round(minutes))
        self.diary.stays.append(Stay(self.here, self.since, start, self.why, self.company))
        self.diary.legs.append(Leg(self.here, spot, start, end, mode))
        self.here, self.since, self.why, self.company = spot, end, why, company

    def closed(self, end: int) -> Diary:
        """Go home, and cut the diary at the end of the span."""
        base = self.agenda.base(end)
        if self.here is not base and self.free < end:
            mode, minutes = way(self.here, base, self.free, self.agenda.persona, self.chance)
            self._go(base, mode, max(self.free, self.since + SHORTEST), minutes, "home", ())
        self.diary.stays.append(Stay(self.here, self.since, max(end, self.since + 1), self.why, self.company))
        stays = [Stay(one.spot, one.start, min(one.end, end), one.why, one.company) for one in self.diary.stays if one.start < end]  # fmt: skip
        # a way that leads out of the span is not told: where it ends is not in it
        return Diary(stays, [one for one in self.diary.legs if one.end <= end])


def way(one: Spot, other: Spot, minute: float, persona: Persona, chance: Chance) -> tuple[str, float]:
    """Answer how somebody goes from one place to another, and for how many minutes, by distance, hour and habit."""
    length = one.metres_to(other) * DETOUR
    mode = _mode(one, other, length, minute % DAY, persona, chance)
    begin, pace = PACE[mode]
    return mode, begin + length / pace * (0.95 + 0.2 * chance.share()) + 1


def _mode(one: Spot, other: Spot, length: float, clock: float, persona: Persona, chance: Chance) -> str:
    if length > FAR_M:
        return "plane" if length > FLY_M else "train"
    if {one.kind, other.kind} & {"kitchen", "door"}:
        return "scooter"
    if length < WALK_M or (length < STROLL_M and chance.happens(0.6)):
        return "walk"
    late = clock >= LATE or clock < EARLY
    if chance.happens(0.8 if late and persona.ways["car"] else persona.ways["car"]):
        return "car"
    if length < BIKE_M and not late and chance.happens(persona.ways["bike"]):
        return "bike"
    by_rail = one.station and other.station and one.station != other.station and not one.away
    return "metro" if by_rail and length > METRO_M and not late else "bus"
