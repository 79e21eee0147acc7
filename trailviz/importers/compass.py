"""Compass card, Vancouver: card usage (from a description; no real export was seen).

Format: CSV: DateTime (`Aug-25-2023 08:15 AM`), Transaction, Product, LineItem, Amount, BalanceDetails.
Seen: named in one public repository of 2024 (read 2026-11), never a real file.
Encoding: UTF-8.
Zone: America/Vancouver.
Precision: a minute.
Kept: taps with the stop they name, loads of the card.
Left out: nothing.
How to get it: compasscard.ca, Card usage, Download CSV.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading import Cells, Columns, Confidence, Head, Importer, Recognition, table_cells

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER = ("DateTime", "Transaction", "Product", "Amount")
OTHERS = (
    "LineItem",
    "BalanceDetails",
    "JourneyId",
    "LocationDisplay",
    "TransactonTime",
    "OrderDate",
    "Payment",
    "OrderNumber",
    "AuthCode",
    "Total",
)
ZONE = "America/Vancouver"
AT = r"(?i)^(?P<what>Tap (?:in|out)|Transfer|Missing Tap (?:in|out)|Loaded|AutoLoaded|Purchase|Refund)[^A-Za-z]*(?:at|@)?\s*(?P<stop>.*)$"


def recognise(head: Head) -> Recognition:
    """Look for the header; nobody has seen a real file, so it is never sure."""
    said = head.has_columns(HEADER, optional=OTHERS)
    return Recognition(min(said.confidence, Confidence.LIKELY), said.because)


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the table."""
    yield from table_cells(file, HEADER)


def events(rows: Cells) -> Columns:
    """Make a tap of every tap, a top-up of every load."""
    parts = pc.extract_regex(rows.text("Transaction"), AT)
    what, stop = pc.fill_null(pc.struct_field(parts, "what"), ""), pc.struct_field(parts, "stop")
    stop = pc.coalesce(rows.text("LocationDisplay"), pc.if_else(pc.equal(stop, ""), pa.scalar(None, pa.string()), stop))
    tapped = pc.match_substring_regex(what, "(?i)tap|transfer")
    missing = pc.match_substring_regex(what, "(?i)missing")
    back = pc.match_substring_regex(what, "(?i)refund")
    signs = rows.signs("Amount")
    bus = pc.fill_null(pc.match_substring_regex(stop, "(?i)bus"), False)  # noqa: FBT003
    return Columns(
        {
            "kind": pc.case_when(pc.make_struct(tapped, back), "tap", "refund", "top_up"),
            "start": rows.times("DateTime", "%b-%d-%Y %I:%M %p", "%Y-%m-%d %H:%M:%S", zone=ZONE),
            "time_basis": "stated",
            "precision_s": 60,
            "place": pc.if_else(pc.and_(tapped, pc.invert(bus)), stop, pa.scalar(None, pa.string())),
            "mode": pc.case_when(pc.make_struct(bus, tapped), "bus", "train", pa.scalar(None, pa.string())),
            "service": pc.if_else(bus, stop, rows.text("Product")),
            "detail": rows.text("Transaction"),
            "amount": rows.money("Amount"),
            "currency": "CAD",
            "flow": pa.array(np.select([signs < 0, signs > 0], ["out", "in"], "neither")),
            "party": "TransLink",
            "party_is": "company",
            # a missing tap is completed by the system, so nobody was seen there
            "presence": pc.case_when(pc.make_struct(missing, tapped), "unknown", "in_person", "unknown"),
            "said_by": pc.if_else(missing, "inferred", "recorded"),
        }
    )


IMPORTER = Importer(
    name="compass", collector="translink_ca", recognise=recognise, cells=cells, events=events, zone=ZONE
)
