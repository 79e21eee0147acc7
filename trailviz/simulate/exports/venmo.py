"""Venmo's account statement of the form before 2020: who paid whom, when, and for what; a note is all it says of why."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from trailviz.simulate.exports import Export, Format, Told

if TYPE_CHECKING:
    from trailviz.simulate.life import Life

COLUMNS = (
    " ID",
    "Datetime",
    "Type",
    "Status",
    "Note",
    "From",
    "To",
    "Amount (total)",
    "Amount (fee)",
    "Funding Source",
    "Destination",
)
NAME, ME = "venmo_statement.csv", "Max Example"


def write(life: Life) -> Export:
    """Write the statement of the span, oldest first; times are the wall's and name no zone."""
    chance, export = life.chance("venmo"), Export()
    held = io.StringIO()
    table = csv.writer(held, lineterminator="\n", quoting=csv.QUOTE_ALL)
    table.writerow(COLUMNS)
    for deed in life.by("venmo"):
        incoming = deed.flow == "in"
        # who is owed asks for it, or is paid unasked: the sign alone says whose money it was
        asked = incoming and deed.what == "split" and chance.happens(0.6)
        first, second = (ME, deed.party) if asked or not incoming else (deed.party, ME)
        note = "rent" if deed.what.startswith("rent") else deed.detail or deed.what
        table.writerow(
            (f"3{chance.digits(10)}{deed.number:08}", f"{life.local(deed.start):%Y-%m-%dT%H:%M:%S}", "Charge" if asked else "Payment", "Complete", note, first, second,
                f"{'+' if incoming else '-'} ${deed.cents / 100:,.2f}", "", "" if incoming else "Visa Debit *0001", "Venmo balance" if incoming else "")
        )  # fmt: skip
        export.told.append(
            Told(
                NAME,
                "transfer",
                life.utc(deed.start),
                f"deed {deed.number}",
                cents=deed.cents,
                currency="USD",
                flow=deed.flow,
                party=deed.party,
            )
        )
    export.files[NAME] = held.getvalue().encode()
    return export


FORMAT = Format("venmo", "Venmo, account statement (CSV)", ("venmo",), ("san_francisco",), write)
