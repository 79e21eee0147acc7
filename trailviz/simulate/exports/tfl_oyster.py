"""Transport for London, an Oyster card's journey history: a blank line, newest first, with the balance left on the card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailviz.simulate.exports import Export, Format, Told
from trailviz.simulate.journeys import told

if TYPE_CHECKING:
    from trailviz.simulate.life import Life

HEADER = "Date,Start Time,End Time,Journey/Action,Charge,Credit,Balance,Note"
NAME = "oyster_journey_history.csv"
ROUTES = ("4", "19", "29", "106", "210", "W7")
FIRST_BALANCE, LOW, TOP_UP = 1240, 500, 2000
KEPT_DAYS = 56


def write(life: Life) -> Export:
    """Write the last eight weeks of the span: no more is kept."""
    chance, export = life.chance("oyster"), Export()
    balance, lines = FIRST_BALANCE, []
    for deed in life.by("tfl"):
        at = life.local(deed.start)
        if balance < LOW:
            # at the machine, a minute before the gate
            before, where = deed.start - 1.5, deed.place.station if deed.place else ""
            if deed.what == "metro" and life.local(before).date() == at.date():
                balance += TOP_UP
                lines.append(
                    f'{at:%d-%b-%Y},{life.local(before):%H:%M},,"Top-up, {where}",,{TOP_UP / 100:.2f},{balance / 100:.2f},""'
                )
                export.told.append(
                    Told(NAME, "top_up", life.utc(int(before)), f"deed {deed.number}", precision_s=60, cents=TOP_UP, currency="GBP", flow="in", place=where)
                )  # fmt: skip
        balance -= deed.cents
        charge = f"{deed.cents / 100:.2f}".removeprefix("0") if deed.cents < 100 else f"{deed.cents / 100:.2f}"  # noqa: PLR2004
        if deed.what == "bus":
            end, words = "", f"Bus journey, route {chance.one(ROUTES)}"
        else:
            assert deed.place is not None
            assert deed.end_place is not None
            assert deed.end is not None
            end, words = f"{life.local(deed.end):%H:%M}", f"{deed.place.station} to {deed.end_place.station}"
        lines.append(f'{at:%d-%b-%Y},{at:%H:%M},{end},"{words}",{charge},,{balance / 100:.2f},""')
        export.told.append(told(life, deed, NAME, "out"))
    since = life.utc((life.days - KEPT_DAYS) * 1440)
    kept = [one for one in export.told if one.start and one.start >= since]
    export.files[NAME] = "\n".join(["", HEADER, *reversed(lines[len(lines) - len(kept) :])]).encode() + b"\n"
    export.told = kept
    return export


FORMAT = Format("tfl_oyster", "Transport for London, Oyster card (CSV)", ("tfl",), ("london",), write)
