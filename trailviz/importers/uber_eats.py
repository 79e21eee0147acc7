"""Uber Eats, orders of an eater.

Format: CSV, a row an item; an order is as many rows as it has items, with its price repeated.
Seen: rows of 2025 quoted in public documentation (read 2026-11).
Encoding: UTF-8.
Zone: not stated; the Z at the end of a local time is false and is never believed.
Precision: a second.
Kept: one delivery an order with its items, restaurant and price; instructions for the courier, which may hold a door's code, as a note.
Left out: the further rows of an order (told as its items).
How to get it: privacy.uber.com, Download your data; folder Eats, user_orders.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading import Cells, Columns, Head, Importer, Recognition, table_cells

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER = (
    "Restaurant_Name",
    "Request_Time_Local",
    "Final_Delivery_Time_Local",
    "Order_Status",
    "Item_Name",
    "Item_quantity",
    "Order_Price",
)
OTHERS = ("City_Name", "Customizations", "Customization_Cost_Local", "Special_Instructions", "Item_Price", "Currency")
ITEMS = pa.list_(
    pa.struct([("name", pa.string()), ("quantity", pa.decimal128(12, 3)), ("amount", pa.decimal128(28, 8))])
)
# none takes a Z, which is false here
PATTERNS = ("%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S")


def recognise(head: Head) -> Recognition:
    """Look for the header."""
    return head.has_columns(HEADER, optional=OTHERS)


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the table."""
    yield from table_cells(file, HEADER)


def events(rows: Cells) -> Columns:
    """Make a delivery of every order; its items stand together in rows with one time, restaurant and price."""
    bare = {
        name: pc.replace_substring_regex(rows.text(name), "Z$", "")
        for name in ("Request_Time_Local", "Final_Delivery_Time_Local")
    }
    rows = replace(rows, columns={**rows.columns, **bare})
    keys = [
        rows.text(name).dictionary_encode().indices.to_numpy(zero_copy_only=False)
        for name in ("Request_Time_Local", "Restaurant_Name", "Order_Price")
    ]
    # an equal order further down is another order, so only neighbours are compared
    changed = np.ones(len(rows), bool)
    if len(rows):
        changed[1:] = np.any(
            [
                np.nan_to_num(one[1:].astype(float), nan=-1) != np.nan_to_num(one[:-1].astype(float), nan=-1)
                for one in keys
            ],
            axis=0,
        )
    first = np.flatnonzero(changed)
    # what was called off was never brought, and is known to Uber all the same
    done = pc.equal(pc.utf8_lower(pc.fill_null(rows.text("Order_Status"), "")), "completed")
    values = {
        "kind": pc.if_else(done, "delivery", "order"),
        "start": rows.times("Request_Time_Local", *PATTERNS),
        "end": rows.times("Final_Delivery_Time_Local", *PATTERNS),
        "amount": rows.money("Order_Price"),
        "currency": rows.text("Currency"),
        "party": rows.text("Restaurant_Name"),
        "note": rows.text("Special_Instructions"),
        "status": rows.text("Order_Status"),
        "place": rows.text("City_Name"),
    }
    taken = {name: value.take(pa.array(first)) for name, value in values.items()}
    rows.leave_out(~changed, "item_of_order")
    return Columns(
        {
            **taken,
            "items": _items(rows, first),
            "time_basis": "stated",
            "precision_s": 1,
            "zone_basis": "assumed",
            "party_is": "company",
            "flow": "out",
            "presence": "remote",
        },
        of=first,
    )


def _items(rows: Cells, first: np.ndarray) -> pa.Array:
    """Gather the items of each order from the rows up to the next one."""
    names = rows.text("Item_Name")
    counts = rows.money("Item_quantity").cast(pa.decimal128(12, 3))
    flat = pa.StructArray.from_arrays([names, counts, rows.money("Item_Price")], ["name", "quantity", "amount"])
    offsets = np.append(first, len(rows)).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), flat).cast(ITEMS)


IMPORTER = Importer(name="uber_eats", collector="uber", recognise=recognise, cells=cells, events=events)
