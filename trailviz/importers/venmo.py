"""Venmo, account statement.

Format: CSV; older files begin with the header, newer ones with lines of the account, a balance row first and a disclaimer last.
Seen: files of 2017 and 2021 in public test suites (read 2026-11).
Encoding: UTF-8.
Zone: not stated by the file.
Precision: a second.
Kept: payments and transfers with note, both sides, amount, funding card's tail.
Left out: rows of balances and the disclaimer.
How to get it: venmo.com, Statements, Download CSV; one month each, three years back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading import Cells, Columns, Head, Importer, Recognition, table_cells

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER = ("ID", "Datetime", "Type", "Status", "Note", "From", "To", "Amount (total)", "Funding Source", "Destination")
OTHERS = (
    "Username", "Amount (fee)", "Amount (tip)", "Amount (tax)", "Tax Rate", "Tax Exempt", "Beginning Balance", "Ending Balance",
    "Statement Period Venmo Fees", "Terminal Location", "Year to Date Venmo Fees", "Disclaimer",
)  # fmt: skip
KINDS = {
    "Payment": "transfer",
    "Charge": "transfer",
    "Standard Transfer": "transfer",
    "Instant Transfer": "transfer",
    "Merchant Transaction": "payment",
}
UNDONE = pa.array(["Failed", "Cancelled", "Declined", "Expired", "Pending"])


def recognise(head: Head) -> Recognition:
    """Look for the header, in the first lines or below the account's."""
    return head.has_columns(HEADER, optional=OTHERS)


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the table."""
    yield from table_cells(file, HEADER)


def events(rows: Cells) -> Columns:
    """Make an event of every row with an id; whose money went out stands in the sign."""
    rows.leave_out(np.asarray(pc.invert(pc.is_valid(rows.text("ID")))), "balance_row")
    signs = rows.signs("Amount (total)")
    out = pa.array(signs < 0)
    payer, payee = rows.text("From"), rows.text("To")
    # a charge that was paid goes the other way round than its From and To
    mine_first = pc.xor(out, pc.equal(pc.fill_null(rows.text("Type"), ""), "Charge"))
    other = pc.if_else(mine_first, payee, payer)
    undone = pc.is_in(rows.text("Status"), UNDONE)
    source = pc.if_else(out, rows.text("Funding Source"), rows.text("Destination"))
    kinds = pc.fill_null(rows.words("Type", KINDS, other="payment"), "payment")
    tail = pc.struct_field(pc.extract_regex(source, r"\*(?P<tail>\d{3,4})$"), "tail")
    return Columns(
        {
            "kind": pc.if_else(undone, "order", kinds),
            "start": rows.times("Datetime", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"),
            "time_basis": "stated",
            "precision_s": rows.precision("Datetime"),
            "zone_basis": "assumed",
            # a transfer to the bank has no other side than the account
            "party": pc.coalesce(other, rows.text("Destination")),
            "party_is": pc.if_else(pc.equal(kinds, "payment"), "company", "person"),
            "detail": rows.text("Note"),
            "category": rows.text("Type"),
            "status": rows.text("Status"),
            "method": source,
            "instrument": tail,
            "amount": rows.money("Amount (total)"),
            "fee": rows.money("Amount (fee)") if rows.has("Amount (fee)") else None,
            "currency": "USD",
            "flow": pa.array(np.select([signs < 0, signs > 0], ["out", "in"], "neither")),
            "presence": "unknown",
        },
        own_id=rows.text("ID"),
    )


IMPORTER = Importer(name="venmo", collector="venmo", recognise=recognise, cells=cells, events=events)
