"""A life: everything that is true of somebody who does not exist, over a span of days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from trailviz.simulate import agenda as agenda_
from trailviz.simulate import deeds as deeds_
from trailviz.simulate import diary as diary_
from trailviz.simulate import neighbourhood
from trailviz.simulate.chance import Chance

if TYPE_CHECKING:
    from trailviz.simulate.agenda import Agenda
    from trailviz.simulate.cities import City
    from trailviz.simulate.deeds import Deed
    from trailviz.simulate.diary import Leg, Stay
    from trailviz.simulate.neighbourhood import Neighbourhood
    from trailviz.simulate.personas import Persona


@dataclass(frozen=True)
class Life:
    """Who, where, when; the stays, the ways and the deeds."""

    persona: Persona
    city: City
    first: date
    days: int
    seed: int
    places: Neighbourhood
    agenda: Agenda
    stays: tuple[Stay, ...]
    legs: tuple[Leg, ...]
    deeds: tuple[Deed, ...]

    def chance(self, *words: object) -> Chance:
        """Name a stream of chance of this life: what one export draws moves no other."""
        return Chance(self.seed, self.persona.id, self.city.id, *words)

    def local(self, minute: float) -> datetime:
        """Answer the wall time of a minute since the first midnight, to the second, in the city's zone."""
        zone = ZoneInfo(self.city.zone)
        # to the second: no format here writes less
        naive = datetime.combine(self.first, datetime.min.time()) + timedelta(seconds=int(minute * 60))
        at = naive.replace(tzinfo=zone)
        back = at.astimezone(UTC).astimezone(zone)
        if back.replace(tzinfo=None) == naive:
            return at
        # an hour the clocks leave out: whatever falls into it happens when they are put forward
        return naive.replace(minute=0, second=0, tzinfo=zone).astimezone(UTC).astimezone(zone)

    def utc(self, minute: float) -> datetime:
        """Answer the instant of a minute since the first midnight."""
        return self.local(minute).astimezone(UTC)

    def by(self, *names: str) -> list[Deed]:
        """List the deeds a company's export shows, in order of time."""
        return [one for one in self.deeds if one.by in names]


def live(persona: Persona, city: City, first: date, days: int, seed: int) -> Life:
    """Live so many days. The same words, the same life."""

    def chance(*words: object) -> Chance:
        return Chance(seed, persona.id, city.id, *words)

    places = neighbourhood.settle(persona, city, chance("places"))
    agenda = agenda_.plan(persona, places, first, days, chance("agenda"))
    diary = diary_.lay_out(agenda, chance("ways"))
    done = deeds_.deeds(persona, city, agenda, diary, chance("deeds"))
    return Life(persona, city, first, days, seed, places, agenda, tuple(diary.stays), tuple(diary.legs), tuple(done))
