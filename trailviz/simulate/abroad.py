"""Money of another country: what is bought on a holiday, as it was asked for there and as it is charged at home."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trailviz.simulate.cities import City
    from trailviz.simulate.deeds import Deed


def paid(city: City, found: list[Deed]) -> list[Deed]:
    """Answer the same deeds; those done abroad are in that country's money.

    What is bought in a shop goes to the bank's card, unless it was cash; a fare is paid in cash, since whoever drives there
    writes no file of home's companies.
    """
    town = city.abroad
    return [_there(one, town["currency"], float(town["rate"]), city.pays["abroad"]) for one in found]


def _there(one: Deed, currency: str, rate: float, bank: str) -> Deed:
    if not any(spot and spot.country for spot in (one.place, one.end_place)):
        return one
    asked = max(1, round(one.cents / rate))
    by = bank if one.kind == "payment" and one.by != "cash" else "cash"
    return replace(one, by=by, cents=round(asked * rate), other=(asked, currency))
