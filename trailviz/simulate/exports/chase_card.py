"""Chase, card activity: days and no clock, the shop as its till writes itself with the city behind, newest first."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import TYPE_CHECKING

from trailviz.simulate.agenda import DAY
from trailviz.simulate.exports import DAY_S, Export, Format, Told

if TYPE_CHECKING:
    from trailviz.simulate.deeds import Deed
    from trailviz.simulate.life import Life

COLUMNS = ("Transaction Date", "Post Date", "Description", "Category", "Type", "Amount", "Memo")
CATEGORY = {
    "cafe": "Food & Drink", "breakfast": "Food & Drink", "lunch": "Food & Drink", "restaurant": "Food & Drink", "canteen": "Food & Drink", "delivery": "Food & Drink",
    "supermarket": "Groceries", "convenience": "Groceries", "hotel": "Travel", "ticket": "Travel", "car": "Travel", "cinema": "Entertainment", "subscription:music": "Entertainment",
    "subscription:video": "Entertainment", "hair": "Personal", "pharmacy": "Health & Wellness", "clothes": "Shopping", "online": "Shopping", "stationery": "Shopping",
    "bill:utility": "Bills & Utilities", "bill:phone": "Bills & Utilities", "subscription:gym": "Health & Wellness",
}  # fmt: skip
STATE = {"Seattle": "WA", "Vancouver": "BC"}
NAME = "chase_activity.csv"


def write(life: Life) -> Export:
    """Write the card's span. Rows of one day stand in no order a person could read a clock from.

    What was bought abroad is charged in dollars, and the file names no other currency; its province is no state.
    """
    chance, export = life.chance("chase"), Export()
    rows = []
    for deed in life.by("chase_card"):
        day = life.local(deed.start).date()
        booked = day + timedelta(days=chance.whole(1, 2))
        town, back = _town(life, deed), bool(deed.of)
        party = "UBER *TRIP HELP.UBER.COM CA" if deed.party == "uber" else f"{deed.party.upper()} {town}".strip()
        rows.append(
            (
                f"{day:%m/%d/%Y}",
                f"{booked:%m/%d/%Y}",
                party,
                CATEGORY.get(deed.what, "Shopping"),
                "Return" if back else "Sale",
                f"{(1 if back else -1) * deed.cents / 100:.2f}",
                "",
            )
        )
        export.told.append(
            Told(NAME, "refund" if back else "payment", life.utc(int(deed.start // DAY) * DAY), f"deed {deed.number}", precision_s=DAY_S, cents=deed.cents, currency="USD", flow="in" if back else "out",
                party=deed.party.upper(), place=", ".join(town.rsplit(" ", 1)) if town and not deed.other else None)
        )  # fmt: skip
    held = io.StringIO()
    table = csv.writer(held, lineterminator="\n")
    table.writerow(COLUMNS)
    table.writerows(reversed(rows))
    export.files[NAME] = held.getvalue().encode()
    return export


def _town(life: Life, deed: Deed) -> str:
    """Write where the till stands; what is charged over a wire names no town."""
    if deed.kind != "payment" or deed.place is None:
        return ""
    town = deed.place.area if deed.place.away else life.city.name["en"]
    return f"{town} {STATE.get(town, 'CA')}".upper()


FORMAT = Format("chase_card", "Chase, card activity (CSV)", ("chase_card",), ("san_francisco",), write)
