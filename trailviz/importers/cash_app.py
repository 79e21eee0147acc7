"""Cash App, account activity.

Format: CSV, one row a transaction.
Seen: headers and rows quoted in public documentation and a test file of 2023 and 2026 (read 2026-11).
Encoding: UTF-8.
Zone: an abbreviation beside each time (EDT); none in a copy saved again by a spreadsheet.
Precision: a second, or a day in such a copy.
Kept: every transaction with both sides, note and fee; a failed one is an order.
Left out: nothing.
How to get it: cash.app, Documents, Account statements, Export CSV.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading import Cells, Columns, Head, Importer, Recognition, table_cells
from trailviz.reading.phrases import abbreviations

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER = (
    "Transaction ID",
    "Date",
    "Transaction Type",
    "Currency",
    "Amount",
    "Asset Type",
    "Status",
    "Notes",
    "Name of sender/receiver",
)
OTHERS = ("Fee", "Net Amount", "Asset Price", "Asset Amount", "Account")
MOMENT = r"^(?P<moment>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\s+(?P<zone>[A-Z]{2,5})$"
PERSONAL = "P2P|Sent|Received|Request"


def recognise(head: Head) -> Recognition:
    """Look for the header."""
    return head.has_columns(HEADER, optional=OTHERS)


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the table."""
    yield from table_cells(file, HEADER)


def events(rows: Cells) -> Columns:
    """Make an event of every row."""
    parts = pc.extract_regex(rows.text("Date"), MOMENT)
    # an American company: its CST is central time
    offsets = abbreviations.offset(pc.struct_field(parts, "zone"), CST="-0600")
    spelled = pc.coalesce(abbreviations.with_offset(pc.struct_field(parts, "moment"), offsets), rows.text("Date"))
    rows = replace(rows, columns={**rows.columns, "Date": spelled})
    signs = rows.signs("Amount")
    person = pc.fill_null(pc.match_substring_regex(rows.text("Transaction Type"), PERSONAL), False)  # noqa: FBT003
    # what failed or is pending has moved no money
    done = pc.match_substring_regex(pc.fill_null(rows.text("Status"), ""), "(?i)complete|paid|received|deposited|sent")
    return Columns(
        {
            "kind": pc.if_else(done, pc.if_else(person, "transfer", "payment"), "order"),
            "start": rows.times("Date", "%Y-%m-%d %H:%M:%S%z", "%Y-%m-%d %H:%M:%S", "%m/%d/%Y"),
            "time_basis": "stated",
            "precision_s": rows.precision("Date"),
            "zone": abbreviations.zone_of(offsets),
            "zone_basis": pc.if_else(pc.is_valid(offsets), "stated", "assumed"),
            "party": pc.coalesce(rows.text("Name of sender/receiver"), rows.text("Notes")),
            "party_is": pc.if_else(person, "person", "unknown"),
            "detail": rows.text("Notes"),
            "category": rows.text("Transaction Type"),
            "status": rows.text("Status"),
            "method": rows.text("Account"),
            "amount": rows.money("Amount"),
            "fee": rows.money("Fee") if rows.has("Fee") else None,
            "currency": rows.text("Currency"),
            "flow": pa.array(np.select([signs < 0, signs > 0], ["out", "in"], "neither")),
            "presence": "unknown",
        },
        own_id=rows.text("Transaction ID"),
    )


IMPORTER = Importer(name="cash_app", collector="cash_app", recognise=recognise, cells=cells, events=events)
