"""Deeds: whatever somebody did that a company may have written down, and what was paid in cash that none did.

A deed is what is true. Which file shows it, and how, is the business of `exports/`; `by` names that file's format, the
empty word a company of which no file is written, and "cash" nobody.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from trailviz.simulate import abroad, money, refunds
from trailviz.simulate.agenda import DAY
from trailviz.simulate.diary import DETOUR, Leg, Stay

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailviz.simulate.agenda import Agenda
    from trailviz.simulate.chance import Chance
    from trailviz.simulate.cities import City, Spot
    from trailviz.simulate.diary import Diary
    from trailviz.simulate.personas import Persona

PAID_AT = {"cafe": 3.0, "breakfast": 2.0, "lunch": 4.0, "cinema": 4.0, "canteen": 3.0, "kitchen": -99.0}
"""Minutes after coming in; all other shops are paid two minutes before leaving."""
BUYS = {"clothes": 0.55, "stationery": 0.9}
USUAL = 0.5
"""How often what is always bought is bought again, at the price it had the first time."""
FREE_KINDS = frozenset({"home", "work", "friend", "park", "library", "gym", "hotel", "door", "kitchen"})
HOPPER_MIN = 60.0
"""London's Hopper fare: within an hour of a paid bus the next ones are free."""
ACCESS_MIN = 5.0
"""Minutes from a door to the gate of its station."""
CASH_ONLY = 0.9
"""Whoever pays so much in cash has no card for anything."""


@dataclass(frozen=True)
class Deed:
    """One thing done. Times are minutes of wall time since the first midnight, with seconds as fractions.

    `kind`: payment, order, transfer, ride, tap, fare (what a ride cost, at whoever paid it); `cents` hundredths of the
    city's currency, never negative; `flow` out or in; `what` says the shop's kind or the recurring thing it is. `other`: what was
    paid in another country's money, in hundredths, and its currency. `of`: of a refund, the number of the purchase.
    """

    kind: str
    start: float
    by: str
    cents: int
    party: str
    what: str
    flow: str = "out"
    end: float | None = None
    asked: float | None = None
    place: Spot | None = None
    end_place: Spot | None = None
    mode: str | None = None
    present: bool = True
    company: tuple[str, ...] = ()
    detail: str = ""
    number: int = 0
    other: tuple[int, str] | None = None
    of: int = 0


def deeds(persona: Persona, city: City, agenda: Agenda, diary: Diary, chance: Chance) -> list[Deed]:
    """Gather all deeds of a diary, in order of time, numbered."""
    end = agenda.days * DAY
    travelled = list(_travelled(city, diary.legs, chance))
    if persona.records["cash"] > CASH_ONLY:
        # who pays nothing by card buys a paper ticket too
        travelled = [replace(one, by="cash") for one in travelled]
    found = [
        *_bought(persona, city, diary.stays, chance),
        *travelled,
        *_at_home(persona, city, agenda, diary, chance),
        *money.recurring(persona, city, agenda, chance),
    ]
    found += [*_hotels(persona, city, agenda, diary, chance), *_tickets(city, diary, chance)]
    found = abroad.paid(city, found)
    found += _daily_fares(persona, city, found, chance)
    inside = sorted(
        (one for one in found if 0 <= one.start < end - 1), key=lambda one: (one.start, one.party, one.cents)
    )
    return refunds.numbered(inside, refunds.refunds(persona, inside, chance, end))


def payer(persona: Persona, city: City, chance: Chance) -> str:
    """Choose how something in a shop is paid."""
    if chance.happens(persona.records["cash"]):
        return "cash"
    drawn = chance.share()
    for name, share in city.pays["shop"]:
        drawn -= share
        if drawn < 0:
            return str(name)
    return str(city.pays["shop"][-1][0])


def _bought(persona: Persona, city: City, stays: list[Stay], chance: Chance) -> Iterator[Deed]:
    usual: dict[str, int] = {}
    for stay in stays:
        spot = stay.spot
        if spot.kind in FREE_KINDS or (spot.kind in BUYS and not chance.happens(BUYS[spot.kind])):
            continue
        # the same coffee again: half of what is bought for oneself is what is always bought
        usual.setdefault(spot.id, money.price(city, spot.kind, chance))
        again = spot.kind in {"cafe", "breakfast", "lunch", "canteen", "hair"} and chance.happens(USUAL)
        cents = usual[spot.id] if again else money.price(city, spot.kind, chance)
        after = PAID_AT.get(spot.kind)
        at = stay.start + after if after is not None else stay.end - 2
        at = min(max(at, stay.start), stay.end - 1) + chance.share()
        yield from _paid(persona, city, stay, cents, at, chance)


def _paid(persona: Persona, city: City, stay: Stay, cents: int, at: float, chance: Chance) -> Iterator[Deed]:
    """Make the payment of a visit, and what comes back or goes out where a bill is split."""
    spot = stay.spot
    heads = 1 + len(stay.company)
    whole = cents if heads == 1 or spot.kind != "restaurant" else round(cents * (0.85 * heads + 0.15))
    paid = Deed("payment", at, "", whole, spot.name, spot.kind, place=spot, company=stay.company)
    if heads == 1 or spot.kind != "restaurant":
        yield replace(paid, by=payer(persona, city, chance))
        return
    share = round(whole / heads)
    later = money.awake(at + 20 + chance.share() ** 2 * 1_100)
    if chance.happens(0.55):
        # a bill that is split is not paid in cash, or there would be nothing to ask for
        by = next(str(name) for name, _ in sorted(city.pays["shop"], key=lambda one: -one[1]))
        yield replace(paid, by=by)
        for number, friend in enumerate(stay.company):
            yield Deed("transfer", later + number * 7, city.pays["friends"], share, friend, "split", "in", present=False, detail="dinner")  # fmt: skip
    else:
        yield Deed(
            "transfer", later, city.pays["friends"], share, stay.company[0], "share", present=False, detail="dinner"
        )


def _travelled(city: City, legs: list[Leg], chance: Chance) -> Iterator[Deed]:
    last_bus = -math.inf
    for leg in legs:
        length_km = leg.origin.metres_to(leg.target) * DETOUR / 1000
        if leg.mode == "car":
            yield from _ride(city, leg, length_km, chance)
        elif leg.mode == "metro":
            enter = leg.start + ACCESS_MIN - 1 + 2 * chance.share()
            leave = max(enter + 2, leg.end - ACCESS_MIN + 1 + 1.5 * chance.share())
            first, more = city.fares["metro"]
            cents = round((first + int(max(0.0, length_km - 6) / 10 + (0.999 if length_km > 6 else 0)) * 1) * 100) if city.currency == "CNY" else round((first + more * length_km) * 10) * 10  # fmt: skip  # noqa: PLR2004
            yield Deed("ride", enter, city.pays["metro"], cents, "", "metro", end=leave, place=leg.origin, end_place=leg.target, mode="metro")  # fmt: skip
        elif leg.mode == "bus":
            at = leg.start + 6 + chance.share()
            free = city.id == "london" and at - last_bus < HOPPER_MIN
            last_bus = at if not free else last_bus
            yield Deed("tap", min(at, leg.end - 1), city.pays["bus"], 0 if free else round(city.fares["bus"][0] * 100), "", "bus", mode="bus", place=leg.origin, end_place=leg.target)  # fmt: skip
        elif leg.mode == "bike":
            first, _ = city.fares["bike"]
            yield Deed("tap", leg.start + 1 + chance.share(), city.pays["bike"], round(first * 100), "", "bike", end=leg.end - 1.0, mode="bike", place=leg.origin, end_place=leg.target)  # fmt: skip


def _daily_fares(persona: Persona, city: City, found: list[Deed], chance: Chance) -> list[Deed]:
    """Sum up a day's journeys, as the card that was held to London's readers is charged for them in the night."""
    if city.pays["metro"] != "tfl" or "tfl_oyster" in persona.companies.get(city.id, ()):
        return []
    days: dict[int, int] = {}
    for one in found:
        if one.by == "tfl":
            days[int(one.start // DAY)] = days.get(int(one.start // DAY), 0) + one.cents
    return [
        Deed("fare", (day + 1) * DAY + 265 + 15 * chance.share(), city.pays["fares"], cents, "Transport for London", "fares", present=False)
        for day, cents in sorted(days.items())
        if cents
    ]  # fmt: skip


def _hotels(persona: Persona, city: City, agenda: Agenda, diary: Diary, chance: Chance) -> Iterator[Deed]:
    """Pay for the nights in another city, on leaving."""
    ends = [since for since, _ in agenda.bases[1:]] + [float(agenda.days * DAY)]
    for (since, inn), until in zip(agenda.bases, ends, strict=True):
        nights = round((until - since) / DAY)
        stays = [one for one in diary.stays if one.spot is inn and since <= one.start < until]
        if inn.away and stays and stays[-1].end < agenda.days * DAY:
            cents = money.price(city, "hotel", chance) * nights
            by = payer(persona, city, chance)
            yield Deed("payment", stays[-1].end - 4 + chance.share(), by, cents, inn.name, "hotel", place=inn)


def _tickets(city: City, diary: Diary, chance: Chance) -> Iterator[Deed]:
    """Buy the tickets of a journey some evenings before it."""
    for leg in diary.legs:
        if leg.mode in {"train", "plane"}:
            evening = (leg.start // DAY - chance.whole(3, 9)) * DAY + chance.near(1270, 30)
            first, more = city.fares[leg.mode]
            cents = round(
                (first + more * leg.origin.metres_to(leg.target) / 1000) * (0.85 + 0.4 * chance.share()) * 100
            )
            yield Deed("order", evening, city.pays["online"], cents, city.money["carrier"], "ticket", present=False)


def _ride(city: City, leg: Leg, length_km: float, chance: Chance) -> Iterator[Deed]:
    """A ride ordered in an app: asked for, begun, ended; and the fare, which another company may see."""
    first, more = city.fares["car"]
    cents = round((first + more * length_km) * (0.92 + 0.3 * chance.share()) * 100)
    asked = leg.start - chance.near(1.5, 0.4)
    begun, ended = leg.start + 3 + 2 * chance.share(), leg.end - 0.5 - chance.share()
    ended = max(ended, begun + 2)
    ride = Deed("ride", begun, city.pays["rides"], cents, "", "car", end=ended, asked=asked, place=leg.origin, end_place=leg.target, mode="car")  # fmt: skip
    yield ride
    yield Deed("fare", ended + 0.6 + chance.share(), city.pays["fares"], cents, city.ride_company, "car", present=False, place=leg.target, mode="car")  # fmt: skip


def _at_home(persona: Persona, city: City, agenda: Agenda, diary: Diary, chance: Chance) -> Iterator[Deed]:
    """What is ordered from home: parcels, and meals brought to the door."""
    home = [(one.start, one.end, one.spot) for one in diary.stays if one.spot.kind in {"home", "hotel"}]
    for day in range(agenda.days):
        evening = day * DAY + chance.near(1235, 55)
        spot = next((spot for since, until, spot in home if since <= evening < until), None)
        if spot is None or spot.country or evening > day * DAY + agenda.up[day][1] - 10:
            continue
        if chance.happens(persona.records["online"]):
            cents = money.price(city, "online", chance)
            yield Deed("order", evening, city.pays["online"], cents, city.money["shop"], "online", present=False)
        supper = day * DAY + chance.near(1130, 20)
        if chance.happens(persona.records["delivery"]) and any(since <= supper < until for since, until, _ in home):
            cents = money.price(city, "delivery", chance)
            yield Deed("order", supper, city.pays["online"], cents, city.money["deliverer"], "delivery", present=False)
