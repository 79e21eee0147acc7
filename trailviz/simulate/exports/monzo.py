"""Monzo's account export: the second of each payment, the shop and its address, money in and out, oldest first."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from trailviz.simulate.exports import Export, Format, Told

if TYPE_CHECKING:
    from trailviz.simulate.deeds import Deed
    from trailviz.simulate.life import Life

COLUMNS = (
    "Transaction ID", "Date", "Time", "Type", "Name", "Emoji", "Category", "Amount", "Currency", "Local amount", "Local currency",
    "Notes and #tags", "Address", "Receipt", "Description", "Category split", "Money Out", "Money In",
)  # fmt: skip
CATEGORY = {
    "cafe": "Eating out", "breakfast": "Eating out", "lunch": "Eating out", "restaurant": "Eating out", "canteen": "Eating out", "delivery": "Eating out",
    "supermarket": "Groceries", "convenience": "Groceries", "hotel": "Holidays", "ticket": "Transport", "car": "Transport", "fares": "Transport", "cinema": "Entertainment", "subscription:music": "Entertainment",
    "subscription:video": "Entertainment", "hair": "Personal care", "pharmacy": "Personal care", "clothes": "Shopping", "online": "Shopping", "stationery": "Shopping",
    "salary": "Income", "payout": "Income", "rent": "Bills", "bill:utility": "Bills", "bill:phone": "Bills", "subscription:gym": "Bills",
}  # fmt: skip
NAMES = {"uber": "Uber"}
DESCRIBED = {"Uber": "UBER *TRIP HELP.UBER.COM GBR", "Transport for London": "TFL TRAVEL CH TFL.GOV.UK/CP GBR"}


def write(life: Life) -> Export:
    """Write the account's span."""
    chance, export = life.chance("monzo"), Export()
    name = f"monzo_transactions_{life.first:%Y-%m}.csv"
    held = io.StringIO()
    table = csv.writer(held, lineterminator="\n")
    table.writerow(COLUMNS)
    for deed in life.by("monzo"):
        at, party = life.local(deed.start), NAMES.get(deed.party, deed.party)
        sign, (other, abroad) = 1 if deed.flow == "in" else -1, deed.other or (None, None)
        signed = f"{sign * deed.cents / 100:.2f}"
        local = f"{sign * other / 100:.2f}" if other else signed
        address = f"{deed.place.street}, {_town(life, deed)}" if deed.place and deed.kind == "payment" else ""
        kind = (
            "Faster payment"
            if deed.kind == "transfer"
            else "Direct Debit"
            if deed.what.startswith("bill")
            else "Card payment"
        )
        said = DESCRIBED.get(
            party,
            f"{party.upper()} {_town(life, deed).upper()} {life.city.abroad['iso3'] if abroad else 'GBR'}"
            if deed.kind != "transfer"
            else deed.what.capitalize(),
        )
        table.writerow(
            (f"tx_{life.seed % 1000:03}{deed.number:08}{chance.digits(6)}", f"{at:%d/%m/%Y}", f"{at:%H:%M:%S}", kind, party, "", CATEGORY.get(deed.what, "General"), signed,
                life.city.currency, local, abroad or life.city.currency, "", address, "", said, "", signed if deed.flow == "out" else "", signed if deed.flow == "in" else "")
        )  # fmt: skip
        export.told.append(
            Told(name, "transfer" if deed.kind == "transfer" else "payment", life.utc(deed.start), f"deed {deed.number}", cents=deed.cents, currency=life.city.currency,
                flow=deed.flow, party=party, place=address or None, other_cents=other, other_currency=abroad)
        )  # fmt: skip
    export.files[name] = held.getvalue().encode()
    return export


def _town(life: Life, deed: Deed) -> str:
    return deed.place.area if deed.place and deed.place.away else life.city.name["en"]


FORMAT = Format("monzo", "Monzo, account export (CSV)", ("monzo",), ("london",), write)
