"""Prices, and money that comes and goes by the calendar: pay, rent, subscriptions, bills."""

from __future__ import annotations

import math
from calendar import monthrange
from datetime import date, timedelta
from typing import TYPE_CHECKING

from trailviz.simulate import deeds as deeds_
from trailviz.simulate.agenda import DAY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailviz.simulate.agenda import Agenda
    from trailviz.simulate.chance import Chance
    from trailviz.simulate.cities import City
    from trailviz.simulate.deeds import Deed
    from trailviz.simulate.personas import Persona

# In the morning and to the tenth of a minute, as debits come: nobody presses a button.
BILLED_AT = {"music": 8 * 60 + 12.4, "video": 6 * 60 + 31.7, "gym": 9 * 60 + 2.2}
BILLED_ON = {"music": 9, "video": 17, "gym": 5}
FIRST_WEEKEND_DAY = 5
MORNING, NIGHT = 8 * 60.0, 23 * 60 + 20.0


def price(city: City, kind: str, chance: Chance) -> int:
    """Draw a price in cents: log-normal about the city's median, with an ending that shop's prices have."""
    median, endings, spread = city.prices[kind]
    drawn = float(median) * math.exp(chance.near(0, 1) * float(spread))
    if endings == "any":
        return max(50, round(drawn * 100))
    return max(50, int(drawn) * 100 + int(chance.one(str(endings).split(","))))


def awake(at: float) -> float:
    """Move a moment of the night into the next morning: nobody pays a debt back at four."""
    clock = at % DAY
    if MORNING <= clock <= NIGHT:
        return at
    # not all at eight sharp: the odd minutes of the night make the odd minutes of the morning
    return at - clock + (DAY if clock > NIGHT else 0) + MORNING + at * 7 % 95


def month_days(agenda: Agenda, day: int) -> Iterator[int]:
    """Yield the days of the span that are this day of a month, or its last where it is shorter."""
    for number in range(agenda.days):
        at = agenda.first + timedelta(days=number)
        if at.day == min(day, monthrange(at.year, at.month)[1]):
            yield number


def paydays(persona: Persona, agenda: Agenda) -> list[int]:
    """Answer on which days of the span pay comes: the day of the month, or the last weekday before it; weekly, a weekday."""
    kind, wanted = persona.money["income"], int(persona.money["payday"])
    if kind == "none":
        return []
    if kind == "payout":
        return [day for day in range(agenda.days) if (agenda.first + timedelta(days=day)).weekday() == wanted]
    # three days more at either end: a payday may roll back into the span
    found = []
    for number in range(-1, agenda.days + 4):
        at = agenda.first + timedelta(days=number)
        if at.day == min(wanted, monthrange(at.year, at.month)[1]):
            back = max(0, at.weekday() - FIRST_WEEKEND_DAY + 1) if kind == "salary" else 0
            found.append(number - back)
    return [day for day in found if 0 <= day < agenda.days]


def recurring(persona: Persona, city: City, agenda: Agenda, chance: Chance) -> Iterator[Deed]:
    """Yield pay, rent, subscriptions, bills and what the partner gives back."""
    yield from _income(persona, city, agenda, chance)
    if persona.money["rent_day"] and persona.money["income"] in {"salary", "payout", "none"}:
        yield from _rent(persona, city, agenda, chance)
    for name in persona.money["subscriptions"]:
        party, amount = city.subscriptions[name]
        for day in month_days(agenda, BILLED_ON[name]):
            yield _one(
                "payment", day, BILLED_AT[name], city.pays["subscriptions"], amount, party, f"subscription:{name}"
            )
    if persona.money["income"] in {"salary", "payout"}:
        party, _, amount = city.money["utility"]
        for day in month_days(agenda, 14):
            # a bill follows the season: it is never twice the same
            at = agenda.first + timedelta(days=day)
            season = 1 + 0.09 * math.cos(2 * math.pi * (at.month - 1) / 12)
            yield _one("payment", day, 9 * 60 + 30, city.pays["subscriptions"], amount * season * (0.97 + 0.06 * chance.share()), party, "bill:utility")  # fmt: skip
        party, _, amount = city.money["phone"]
        for day in month_days(agenda, 20):
            yield _one("payment", day, 10 * 60 + 5.5, city.pays["subscriptions"], amount, party, "bill:phone")


def _income(persona: Persona, city: City, agenda: Agenda, chance: Chance) -> Iterator[Deed]:
    kind = persona.money["income"]
    for day in paydays(persona, agenda):
        if kind == "salary":
            # nights are paid extra, and no month of anybody's is quite the last one
            extra = 0.05 if persona.work["kind"] == "nights" else 0.008
            amount = city.money["salary"] * (1 + extra * chance.near(0, 1))
            yield _one("transfer", day, 2 * 60 + 10 + chance.share(), city.pays["income"], amount, city.money["employer"], "salary", "in")  # fmt: skip
        elif kind == "payout":
            amount = city.money["payout"] * (0.8 + 0.4 * chance.share())
            yield _one("transfer", day, 11 * 60 + chance.share(), city.pays["income"], amount, city.money["deliverer"], "payout", "in")  # fmt: skip
        else:
            amount = city.money["pocket"] / (6 if persona.work["kind"] == "school" else 1)
            yield _one("transfer", day, 18 * 60 + 40 * chance.share(), city.pays["pocket"], amount, city.money["parent"], "allowance", "in")  # fmt: skip


def _rent(persona: Persona, city: City, agenda: Agenda, chance: Chance) -> Iterator[Deed]:
    cash = persona.records["cash"] > deeds_.CASH_ONLY
    for day in month_days(agenda, int(persona.money["rent_day"])):
        by = "cash" if cash else city.pays["rent"]
        yield _one(
            "transfer", day, 9 * 60 + 20 + 25 * chance.share(), by, city.money["rent"], city.money["landlord"], "rent"
        )
        if persona.money.get("splits"):
            yield _one("transfer", day + chance.whole(0, 2), 19 * 60 + 60 * chance.share(), city.pays["friends"], city.money["rent"] / 2, city.money["partner"], "rent share", "in")  # fmt: skip


def _one(kind: str, day: int, minute: float, by: str, amount: float, party: str, what: str, flow: str = "out") -> Deed:
    return deeds_.Deed(kind, day * DAY + minute, by, round(amount * 100), party, what, flow, present=False)


def in_words(first: date, day: int) -> str:
    """Write a day of the span as a date."""
    return (first + timedelta(days=day)).isoformat()
