"""What somebody means to do: visits with their wished times, day by day.

How often people shop, do sports or see a doctor on a day is the American Time Use Survey's share of person-days 2003 to
2016 (own aggregate of public-domain data: shopping 0.40, sports 0.19, medical care 0.035, education and work by persona);
minutes are its means where a persona says nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from trailviz.simulate import neighbourhood

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailviz.simulate.chance import Chance
    from trailviz.simulate.cities import Spot
    from trailviz.simulate.neighbourhood import Neighbourhood
    from trailviz.simulate.personas import Persona

DAY = 1440
SHOPPING, SPORTS, CARE = 0.40, 0.194, 0.035
FRIDAY, SATURDAY, SUNDAY = 4, 5, 6
CYCLE = 8
"""Four nights on, four off: a shift nurse's turn comes round every eight days, whatever the weekday."""
TRIP_EVERY = 14
HOLIDAY_NIGHTS, NOON = 6, 720


@dataclass(frozen=True)
class Visit:
    """A place somebody means to be at, in minutes since the first midnight; `fixed` ends then, whenever it began."""

    spot: Spot
    start: float
    until: float
    why: str = ""
    fixed: bool = False
    company: tuple[str, ...] = ()


@dataclass
class Agenda:
    """Everything meant for a span of days, and which bed counts as home from which minute on."""

    persona: Persona
    life: Neighbourhood
    first: date
    days: int
    chance: Chance
    visits: list[Visit] = field(default_factory=list)
    bases: list[tuple[float, Spot]] = field(default_factory=list)
    up: dict[int, tuple[float, float]] = field(default_factory=dict)
    """When somebody gets up and goes to bed, by day; bed may lie after midnight."""

    def base(self, minute: float) -> Spot:
        """Answer where somebody sleeps around a minute."""
        return next(spot for since, spot in reversed(self.bases) if since <= minute)

    def put(self, kind: str | Spot | None, start: float, minutes: float, why: str = "", **more: object) -> Spot | None:
        """Mean to be at a known place of a kind, or at a place, for some minutes."""
        spot = self.life.near(kind, self.base(start), self.chance) if isinstance(kind, str) else kind
        if spot is not None:
            self.life.visited[spot.id] = self.life.visited.get(spot.id, 0) + 1
            self.visits.append(Visit(spot, start, start + minutes, why, **more))  # type: ignore[arg-type]
        return spot


def plan(persona: Persona, life: Neighbourhood, first: date, days: int, chance: Chance) -> Agenda:
    """Plan a span of days."""
    agenda = Agenda(persona, life, first, days, chance, bases=[(0.0, life.homes[0])])
    _bases(agenda)
    kind = persona.work["kind"]
    for day in range(days):
        free = not _works(agenda, day)
        bed, wake = chance.near(*persona.bed), chance.near(*persona.wake)
        weekend = (first + timedelta(days=day)).weekday() in {SATURDAY, SUNDAY}
        # On a free weekend day an hour longer in bed, and later into it; a pupil is sent to bed all the same.
        agenda.up[day] = (wake + (65 if free and weekend else 0), bed + (45 if weekend and kind != "school" else 0))
        if kind == "courier" and not free:
            _courier(agenda, day)
        elif kind == "nights":
            _nights(agenda, day, off=free)
        elif free:
            _free(agenda, day)
        else:
            _working(agenda, day)
    agenda.visits.sort(key=lambda one: one.start)
    return agenda


def _works(agenda: Agenda, day: int) -> bool:
    if agenda.base(day * DAY + NOON).country:
        return False
    work = agenda.persona.work
    if work["kind"] == "nights":
        on = day % CYCLE in work["days"]
    else:
        on = (agenda.first + timedelta(days=day)).weekday() in work["days"]
    return on and not agenda.chance.happens(agenda.persona.habits["off"])


def _bases(agenda: Agenda) -> None:
    """Say where the bed is: one home; two by weeks; another from the middle on; a hotel for some nights."""
    homes, weekday = agenda.life.homes, agenda.first.weekday()
    if agenda.persona.id == "moved":
        agenda.bases.append((agenda.days // 2 * DAY + 12 * 60.0, homes[1]))
    elif agenda.persona.work["kind"] == "university":
        for day in range(agenda.days):
            week, of_week = divmod(day + weekday, 7)
            if of_week == FRIDAY and week % 2 == 0:
                agenda.bases += [(day * DAY + 18.2 * 60, homes[1]), ((day + 2) * DAY + 18 * 60.0, homes[0])]
    elif agenda.persona.money.get("trips"):
        for number, day in enumerate(range(2 + (8 - weekday) % 7, agenda.days - 3, TRIP_EVERY)):
            inn = neighbourhood.hotel(agenda.life.city, number)
            agenda.life.spots.setdefault(inn.id, inn)
            nights = agenda.chance.whole(2, 4)
            agenda.bases += [(day * DAY + 15 * 60.0, inn), ((day + nights) * DAY + 16.5 * 60, homes[0])]
    elif agenda.persona.money.get("abroad"):
        day = max(2, agenda.days // 3)
        nights = min(HOLIDAY_NIGHTS, agenda.days - day - 2)
        if nights > 1:
            inn = neighbourhood.inn_abroad(agenda.life.city)
            agenda.life.spots[inn.id] = inn
            agenda.bases += [(day * DAY + 15 * 60.0, inn), ((day + nights) * DAY + 16.5 * 60, homes[0])]
    for since, spot in agenda.bases[1:]:
        agenda.visits.append(Visit(spot, since, since + 45, "base"))


def _working(agenda: Agenda, day: int) -> None:
    """A day with fixed hours: something on the way, work, lunch, work, an evening."""
    persona, chance, life, midnight = agenda.persona, agenda.chance, agenda.life, day * DAY
    work, habits = persona.work, persona.habits
    start = midnight + chance.near(work["start"], work["spread"])
    until = midnight + chance.near(work["until"], work["spread"] * 1.8)
    here = agenda.base(start)
    place = life.work
    if here.away:
        place = _abroad(agenda, here, "work")
    assert place is not None
    beside = place if work["kind"] in {"office", "university"} else here
    if chance.happens(habits["coffee"]):
        agenda.put(life.near("cafe", beside, chance) if not here.away else None, start - 14, 6)
    elif chance.happens(habits["breakfast"]):
        agenda.put(life.near("breakfast", beside, chance) if not here.away else None, start - 16, 8)
    noon = midnight + chance.near(742, 14)
    if work["kind"] == "school":
        agenda.put(place, start, noon - start, "school", fixed=True)
        if chance.happens(habits["lunch_out"]):
            agenda.put("canteen", noon + 1, 32, "lunch")
        agenda.put(place, noon + 38, until - noon - 38, "school", fixed=True)
        _after_school(agenda, until)
        return
    agenda.put(place, start, noon - start, "work", fixed=True)
    if chance.happens(habits["lunch_out"]):
        eatery = _abroad(agenda, here, "lunch") if here.away else life.near("lunch", place, chance)
        agenda.put(eatery, noon + 6, chance.near(34, 7), "lunch")
    else:
        agenda.put(place, noon, 60, "work")
    agenda.put(place, noon + 52, until - noon - 52, "work", fixed=True)
    _evening(agenda, day, until)


def _abroad(agenda: Agenda, inn: Spot, kind: str) -> Spot:
    """Answer the one place of a kind beside a hotel in another city, made at its first visit."""
    name = f"{inn.id}_{kind}"
    if name not in agenda.life.spots:
        area = {"name": inn.name, "district": inn.area, "station": "", "streets": _streets(agenda, inn), "lat": inn.lat, "lon": inn.lon}  # fmt: skip
        words = "restaurant" if kind == "work" else kind
        made = neighbourhood.shop(agenda.life, kind, area, agenda.chance, words=words, far=(150.0, 1_200.0))
        called = "" if kind == "work" else made.name.replace(inn.name, inn.area)
        agenda.life.spots[name] = type(made)(name, kind, called, inn.area, inn.area, made.street, "", made.lat, made.lon, away=True, country=inn.country)  # fmt: skip
    return agenda.life.spots[name]


def _streets(agenda: Agenda, inn: Spot) -> list[str]:
    city = agenda.life.city
    return next(list(one["streets"]) for one in (*city.away, city.abroad) if one["name"] == inn.area)


def _evening(agenda: Agenda, day: int, after: float) -> None:
    """What follows work: sports, food for home, dinner with somebody, friends, a late errand."""
    persona, chance, life, midnight = agenda.persona, agenda.chance, agenda.life, day * DAY
    habits = persona.habits
    here = agenda.base(midnight + 20 * 60)
    late_week = (agenda.first + timedelta(days=day)).weekday() in {FRIDAY, SATURDAY}
    if here.away:
        if chance.happens(0.8):
            agenda.put(
                _abroad(agenda, here, "restaurant"), max(after + 50, midnight + 1150), chance.near(75, 15), "dinner"
            )
        return
    at = after + 35
    if chance.happens(habits["gym"]):
        agenda.put("gym", at, chance.near(62, 12), "sport")
        at += 90
    if chance.happens(habits["dinner_out"] * (1.9 if late_week else 0.8)):
        dinner = max(at, midnight + chance.near(1160, 18))
        _dinner(agenda, dinner)
        return
    if chance.happens(habits["friend"]):
        friend = chance.whole(0, 2)
        agenda.put(life.known["friend"][friend], max(at, midnight + 1155), chance.near(115, 30), "friend", company=(life.city.money["friends"][friend],))  # fmt: skip
        return
    if chance.happens(habits["food"]):
        agenda.put("supermarket", at + 5, chance.near(21, 6), "food")
    if chance.happens(habits["convenience"]):
        agenda.put("convenience", max(at + 80, midnight + chance.near(1270, 35)), 5, "errand")


def _dinner(agenda: Agenda, at: float) -> None:
    money, chance = agenda.life.city.money, agenda.chance
    if agenda.persona.money.get("splits"):
        company = (money["partner"],)
    else:
        company = tuple(chance.some(money["friends"], chance.one((0, 1, 1, 2))))
    agenda.put(agenda.life.out("restaurant", chance), at, chance.near(82, 18), "dinner", company=company)


def _free(agenda: Agenda, day: int) -> None:
    """A day without work, by the survey's shares of days."""
    persona, chance, life, midnight = agenda.persona, agenda.chance, agenda.life, day * DAY
    habits, wake = persona.habits, agenda.up[day][0]
    at = midnight + wake + chance.near(85, 20)
    here = agenda.base(at)
    if here.away:
        _free_away(agenda, day, here, at)
        return
    if chance.happens(max(habits["coffee"] * 0.6, habits["breakfast"] * 0.5)):
        # on a free morning the coffee is round the corner, now and then across town
        agenda.put(life.out("cafe", chance) if chance.happens(0.15) else "cafe", at, chance.near(38, 10))
        at += 75
    at = max(at, midnight + 640)
    if chance.happens(SPORTS):
        agenda.put("park", at, chance.near(72, 20), "sport")
        at += 120
    if chance.happens(CARE):
        agenda.put("pharmacy", at, 9, "care")
        at += 35
    if chance.happens(SHOPPING):
        agenda.put("supermarket", at, chance.near(34, 9), "food")
        at += 75
    at = max(at, midnight + 810)
    if chance.happens(SHOPPING * 0.45):
        agenda.put(life.out("clothes", chance), at, chance.near(44, 12), "shopping")
        at += 95
    if chance.happens(0.06):
        agenda.put("hair", at, chance.near(43, 8), "care")
        at += 80
    if chance.happens(habits["friend"] * 2):
        friend = chance.whole(0, 2)
        agenda.put(life.known["friend"][friend], at, chance.near(140, 35), "friend", company=(life.city.money["friends"][friend],))  # fmt: skip
        at += 210
    elif chance.happens(0.16):
        agenda.put(life.out("cinema", chance), max(at, midnight + 930), 128, "cinema")
        at += 190
    _evening(agenda, day, max(at - 20, midnight + chance.near(1050, 40)))


def _after_school(agenda: Agenda, until: float) -> None:
    chance, habits, life = agenda.chance, agenda.persona.habits, agenda.life
    at = until + 20
    if chance.happens(habits["convenience"]):
        agenda.put(chance.one(("convenience", "stationery")), at, 6, "errand")
        at += 20
    drawn = chance.share()
    if drawn < SPORTS + 0.1:
        agenda.put("park", at, chance.near(62, 10), "sport")
    elif drawn < 0.6:  # noqa: PLR2004
        agenda.put("library", at, chance.near(75, 15), "library")
    elif drawn < 0.6 + habits["friend"]:
        agenda.put(life.known["friend"][0], at, chance.near(80, 15), "friend", company=(life.city.money["friends"][0],))


def _free_away(agenda: Agenda, day: int, here: Spot, at: float) -> None:
    """A free day from a hotel: a coffee, on a holiday a late lunch, an evening."""
    agenda.put(_abroad(agenda, here, "cafe"), at, 35)
    if here.country:
        agenda.put(_abroad(agenda, here, "lunch"), at + 190, agenda.chance.near(45, 8), "lunch")
    _evening(agenda, day, day * DAY + agenda.chance.near(1080, 30))


def _nights(agenda: Agenda, day: int, *, off: bool) -> None:
    """A shift from the evening into the morning; sleep and errands by day."""
    persona, chance, life, midnight = agenda.persona, agenda.chance, agenda.life, day * DAY
    work, habits = persona.work, persona.habits
    # Whoever comes off a shift this morning sleeps until the afternoon.
    before = any(one.why == "shift" and one.until > midnight + 300 for one in agenda.visits[-8:])
    if before:
        agenda.up[day] = (chance.near(965, 25), agenda.up[day][1])
        if chance.happens(habits["breakfast"]):
            agenda.put(life.near("breakfast", life.work or life.homes[0], chance), midnight + chance.near(480, 6), 12)
    if off:
        if before:
            _evening(agenda, day, midnight + chance.near(1050, 25))
        else:
            _free(agenda, day)
        return
    if chance.happens(habits["food"]):
        agenda.put("supermarket", midnight + chance.near(1020, 20), chance.near(22, 5), "food")
    start, until = (midnight + chance.near(work[name], work["spread"]) for name in ("start", "until"))
    agenda.put(life.work, start, until - start, "shift", fixed=True)
    agenda.up[day] = (agenda.up[day][0], until - midnight)


def _courier(agenda: Agenda, day: int) -> None:
    """Two shifts of kitchens and doors; a late breakfast, a break between, something to eat on the way."""
    persona, chance, life, midnight = agenda.persona, agenda.chance, agenda.life, day * DAY
    if chance.happens(persona.habits["breakfast"]):
        agenda.put("breakfast", midnight + persona.work["start"] - 40, 9)
    for since, until in ((persona.work["start"], 845), (1_010, persona.work["until"])):
        at = midnight + chance.near(since, persona.work["spread"])
        # a shift is ridden in one quarter, the nearer to home the likelier
        ordered = sorted(life.known["kitchen"], key=lambda one: one.metres_to(agenda.base(at)))
        quarter = chance.ranked(list(dict.fromkeys(one.area for one in ordered)))
        kitchens = [one for one in ordered if one.area == quarter]
        for number, minutes in enumerate(_orders(chance, until + midnight - at)):
            kitchen = chance.one(kitchens)
            door = neighbourhood.doorstep(kitchen, chance, len(life.spots) + 1)
            life.spots[door.id] = door
            agenda.visits.append(Visit(kitchen, at + minutes, at + minutes + chance.near(6, 1.5), f"order{number}"))
            agenda.visits.append(
                Visit(door, at + minutes + 14, at + minutes + 14 + chance.near(4, 1), f"order{number}")
            )
    if chance.happens(persona.habits["convenience"]):
        agenda.put("convenience", midnight + chance.near(870, 10), 6, "errand")


def _orders(chance: Chance, minutes: float) -> Iterator[float]:
    at = 0.0
    while at < minutes - 20:
        yield at
        at += chance.near(30, 5)
