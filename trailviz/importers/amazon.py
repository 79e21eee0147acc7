"""Amazon orders: the report of items to March 2023, and the privacy request's order history since.

Format: delimited text; one row an item; columns found by name, in both generations.
Seen: an items report of 2016 and order histories of 2025 and 2026 in public test files (read 2026-11).
Encoding: UTF-8, since October 2026 with a byte-order mark.
Zone: UTC in the order history; the report has days alone.
Precision: a second; a day in the report.
Kept: every item as an order of its own time and sum; the address it is sent to as its destination.
Left out: nothing. What the shipment's items cost together repeats in every row and is never used.
How to get it: amazon, Account, Privacy Central, Request My Data, Your Orders; ready in half an hour to ten days.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading import Cells, Columns, Confidence, Head, Importer, Recognition, table_cells

if TYPE_CHECKING:
    from collections.abc import Iterator

# all that the report and the history share
COMMON = ("Order ID", "Order Date")
HISTORY = ("Website", "Order ID", "Order Date", "Currency", "Product Name", "Shipping Address")
REPORT = ("Order Date", "Order ID", "Title", "ASIN/ISBN", "Item Total", "Shipping Address City")
OTHERS = ("ASIN", "Total Owed", "Total Amount", "Quantity", "Original Quantity", "Payment Instrument Type", "Order Status", "Shipment Status", "Unit Price", "Shipment Item Subtotal")  # fmt: skip
PATTERNS = ("ISO8601", "%m/%d/%y", "%m/%d/%Y")
NOTHING = pa.array(["Not Available", "Not Applicable"])
STREETS = ("Shipping Address Street 1", "Shipping Address Street 2", "Shipping Address City", "Shipping Address State", "Shipping Address Zip")  # fmt: skip
TAIL = r"(?P<tail>\d{3,4})\D*$"
ITEMS = pa.list_(
    pa.struct([("name", pa.string()), ("quantity", pa.decimal128(12, 3)), ("amount", pa.decimal128(28, 8))])
)


def recognise(head: Head) -> Recognition:
    """Look for the header of either generation."""
    found = [head.has_columns(header, optional=OTHERS) for header in (HISTORY, REPORT)]
    return max(found, key=lambda one: one.confidence or Confidence.NO)


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the table; words for nothing are empty cells."""
    for one in table_cells(file, COMMON):
        columns = {
            name: pc.if_else(pc.is_in(one.text(name), NOTHING), pa.scalar(None, pa.string()), one.text(name))
            for name in one.columns
        }
        yield replace(one, columns=columns)


def events(rows: Cells) -> Columns:
    """Make an order of every item."""
    item = rows.text("Product Name", "Title")
    # newer histories call the same column by another name
    count = rows.money(_named(rows, "Quantity", "Original Quantity")).cast(pa.decimal128(12, 3))
    each = rows.money(_named(rows, "Unit Price", "Purchase Price Per Unit"))
    paid = rows.text("Payment Instrument Type")
    bought = pa.StructArray.from_arrays([item, count, each], ["name", "quantity", "amount"])
    ends = pa.array(np.arange(len(rows) + 1, dtype=np.int32))
    return Columns(
        {
            "kind": "order",
            "start": rows.times("Order Date", *PATTERNS, zone="UTC"),
            "time_basis": "stated",
            "precision_s": pc.if_else(pc.match_substring(rows.text("Order Date"), "T"), 1, 86_400).cast(pa.int32()),
            "party": rows.text("Website"),
            "party_is": "company",
            "detail": item,
            "category": rows.text("Category"),
            "status": rows.text("Order Status"),
            "method": paid,
            "instrument": pc.struct_field(pc.extract_regex(paid, TAIL), "tail"),
            # the shipment's subtotal would count a parcel once for each item in it
            "amount": rows.money(_named(rows, "Total Owed", "Total Amount", "Item Total")),
            "currency": rows.text("Currency"),
            "flow": "out",
            "refs": _refs(rows),
            "items": pa.ListArray.from_arrays(ends, bought).cast(ITEMS),
            "end_place": _address(rows),
            "presence": "remote",
        }
    )


def _named(rows: Cells, *names: str) -> str:
    return next((name for name in names if rows.has(name)), names[0])


def _refs(rows: Cells) -> pa.Array:
    found = (rows.text("Order ID"), rows.text("Carrier Name & Tracking Number"))
    many = [[cell for cell in row if cell] or None for row in zip(*(one.to_pylist() for one in found), strict=True)]
    return pa.array(many, pa.list_(pa.string()))


def _address(rows: Cells) -> pa.Array:
    """Answer the address an order is sent to: one cell, or five."""
    if rows.has("Shipping Address"):
        return rows.text("Shipping Address")
    whole = pc.binary_join_element_wise(*(pc.fill_null(rows.text(name), "") for name in STREETS), ", ")
    whole = pc.utf8_trim(pc.replace_substring_regex(whole, r"(, )+", ", "), " ,")
    return pc.if_else(pc.equal(whole, ""), pa.scalar(None, pa.string()), whole)


IMPORTER = Importer(name="amazon", collector="amazon", recognise=recognise, cells=cells, events=events, zone="UTC")
