"""Lyft, rides (from a description; no real export was seen).

Format: CSV: Ride ID, Requested at, addresses and positions of pick-up and drop-off, cost, tip, total.
Seen: one synthetic header in public documentation (read 2026-11), never a real file.
Encoding: UTF-8.
Zone: not stated by the file.
Precision: a second.
Kept: every ride with both ends and its price; a cancelled one is a request.
Left out: nothing.
How to get it: account.lyft.com/privacy/data, Download your data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading import Cells, Columns, Confidence, Head, Importer, Recognition, table_cells

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER = (
    "Ride ID",
    "Requested at",
    "Pickup Address",
    "Pickup Lat",
    "Pickup Lng",
    "Drop-off Address",
    "Dropoff Lat",
    "Dropoff Lng",
    "Total",
    "Status",
)
OTHERS = ("Distance (miles)", "Duration", "Cost", "Tip", "Currency", "Ride Type", "City")
PATTERNS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "ISO8601", "%m/%d/%Y %H:%M")
EARTH = {"Lat": 90, "Lng": 180}


def recognise(head: Head) -> Recognition:
    """Look for the header; nobody has seen a real file, so it is never sure."""
    said = head.has_columns(HEADER, optional=OTHERS)
    return Recognition(min(said.confidence, Confidence.LIKELY), said.because)


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the table."""
    yield from table_cells(file, HEADER)


def events(rows: Cells) -> Columns:
    """Make a ride of every row; its end is not told."""
    done = pc.match_substring_regex(
        pc.utf8_lower(pc.fill_null(rows.text("Status"), "completed")), "complete|finished|dropped"
    )
    ends = {
        f"{prefix}{name}": rows.numbers(f"{where} {column}", low=-EARTH[column], high=EARTH[column])
        for prefix, where in (("", "Pickup"), ("end_", "Dropoff"))
        for name, column in (("lat", "Lat"), ("lon", "Lng"))
    }
    return Columns(
        {
            "kind": pc.if_else(done, "ride", "request"),
            "start": rows.times("Requested at", *PATTERNS),
            "time_basis": "stated",
            "precision_s": rows.precision("Requested at"),
            "zone_basis": "assumed",
            **ends,
            "datum": "wgs84",
            "place": rows.text("Pickup Address"),
            "end_place": rows.text("Drop-off Address"),
            "mode": "car",
            "service": rows.text("Ride Type"),
            "status": rows.text("Status"),
            "amount": rows.money("Total"),
            "currency": pc.fill_null(rows.text("Currency"), "USD"),
            "flow": pa.array(np.full(len(rows), "out")),
            "party": "Lyft",
            "party_is": "company",
            "presence": "in_person",
        },
        own_id=rows.text("Ride ID"),
    )


IMPORTER = Importer(name="lyft", collector="lyft", recognise=recognise, cells=cells, events=events)
