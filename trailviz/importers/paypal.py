"""PayPal, activity download (all layouts since 2017).

Format: CSV; the columns are the person's choice, so they are found by name; blanks after commas and a trailing comma before 2018.
Seen: a full layout, a consumer report of 2026 and a file of 2016 quoted in public documentation (read 2026-11).
Encoding: UTF-8 with or without a byte-order mark.
Zone: an abbreviation beside each time; IST and CST mean several zones, and are then not believed.
Precision: a second.
Kept: every row; holds, their reversals and refunds are what they are; the name stands behind the bank's PAYPAL *; the shipping address.
Left out: nothing.
How to get it: paypal.com, Activity, Download, All transactions, CSV.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading import Cells, Columns, Confidence, Head, Importer, Recognition, table_cells
from trailviz.reading.dates import day_first
from trailviz.reading.phrases import abbreviations

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER = ("Date", "Time", "Name", "Type", "Status", "Currency", "Transaction ID")
ZONES = ("TimeZone", "Time Zone")
TOTALS = ("Gross", "Amount", "Total")
ADDRESS = (
    "Address Line 1",
    "Address Line 2/District/Neighborhood",
    "Town/City",
    "State/Province/Region/County/Territory/Prefecture/Republic",
    "Zip/Postal Code",
    "Country",
)
HOLD = "(?i)authori[sz]ation|account hold|pending|hold on"
BACK = "(?i)refund|reversal|chargeback|cancell?ed fee"
MOVED = "(?i)withdraw|deposit|bank|transfer|currency conversion|top.?up"
PAID = "(?i)complete|paid|cleared|partially refunded|refunded"


def recognise(head: Head) -> Recognition:
    """Look for the header with a zone and a sum, under any of their names."""
    for zone in ZONES:
        for total in TOTALS[:2]:
            said = head.has_columns((*HEADER, zone, total))
            if said.confidence >= Confidence.LIKELY:
                return Recognition(Confidence.CERTAIN, "has the columns of an activity download")
    return Recognition(Confidence.NO, "has no row with the columns of an activity download")


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the table; whether days come before months is decided once for the file."""
    # the whole file is asked before its first row is read: one day above twelve proves them all
    first, proven = day_first((one.text("Date") for one in table_cells(file, HEADER) if len(one)), custom=False)
    file.seek(0)
    for one in table_cells(file, HEADER):
        if len(one) and not proven:
            one.notices["day_month_assumed"] += len(one)
        one.columns = (
            {**one.columns, "order": pa.repeat(pa.scalar("d" if first else "m"), len(one))} if len(one) else one.columns
        )
        yield one


def events(rows: Cells) -> Columns:
    """Make an event of every row."""
    day = bool(len(rows)) and rows.text("order")[0].as_py() == "d"
    offsets = abbreviations.offset(rows.text(*ZONES))
    moment = pc.binary_join_element_wise(rows.text("Date"), rows.text("Time"), " ")
    spelled = abbreviations.with_offset(moment, offsets)
    rows = replace(rows, columns={**rows.columns, "Date and Time": spelled})
    date = "%d/%m/%Y" if day else "%m/%d/%Y"
    patterns = [f"{one} {clock}" for one in (date, "%Y-%m-%d", "%d.%m.%Y") for clock in ("%H:%M:%S%z", "%H:%M:%S")]
    total = next(one for one in TOTALS if rows.has(one))
    signs = rows.signs(total)
    words = pc.fill_null(rows.text("Type"), "")
    done = pc.match_substring_regex(pc.fill_null(rows.text("Status"), "Completed"), PAID)
    # a reversal of a hold is its end, and not another hold
    tests = [pc.match_substring_regex(words, pattern) for pattern in (BACK, HOLD, MOVED)]
    kinds = pc.case_when(
        pc.make_struct(*tests), *(pa.scalar(one) for one in ("refund", "hold", "transfer")), pa.scalar("payment")
    )
    names = rows.text("From Email Address", "To Email Address")
    return Columns(
        {
            # a hold is never complete, and is a hold all the same
            "kind": pc.if_else(pc.or_(done, pc.equal(kinds, "hold")), kinds, "order"),
            "start": rows.times("Date and Time", *patterns),
            "time_basis": "stated",
            "precision_s": rows.precision("Time"),
            "zone": abbreviations.zone_of(offsets),
            "zone_basis": pc.if_else(pc.is_valid(offsets), "stated", "assumed"),
            "party": rows.text("Name"),
            "party_is": "unknown",
            "party_account": pc.if_else(pa.array(signs < 0), rows.text("To Email Address"), names),
            "detail": rows.text("Item Title", "Subject"),
            "category": rows.text("Type"),
            "status": rows.text("Status"),
            "note": rows.text("Note"),
            "amount": rows.money(total),
            "fee": rows.money("Fee") if rows.has("Fee") else None,
            "currency": rows.text("Currency"),
            "flow": pa.array(np.select([signs < 0, signs > 0], ["out", "in"], "neither")),
            "end_place": _address(rows),
            "refs": _refs(rows),
            "presence": "remote",
        },
        own_id=rows.text("Transaction ID"),
    )


def _address(rows: Cells) -> pa.Array:
    found = [rows.text(name) for name in ADDRESS if rows.has(name)]
    if not found:
        return pa.nulls(len(rows), pa.string())
    whole = pc.binary_join_element_wise(*found, ", ", null_handling="replace", null_replacement="")
    tidy = pc.utf8_trim(pc.replace_substring_regex(whole, "(, )+", ", "), characters=", ")
    return pc.if_else(pc.equal(tidy, ""), pa.scalar(None, pa.string()), tidy)


def _refs(rows: Cells) -> pa.Array:
    names = ("Transaction ID", "Reference Txn ID", "Invoice Number", "Receipt ID", "Custom Number")
    found = zip(*(rows.text(name).to_pylist() for name in names), strict=True)
    return pa.array([[one for one in many if one] or None for many in found], pa.list_(pa.string()))


IMPORTER = Importer(name="paypal", collector="paypal", recognise=recognise, cells=cells, events=events)
