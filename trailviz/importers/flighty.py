"""Flighty, flights of one account: airports, gates and times planned and true. Known from a description.

Format: delimited text; columns found by name; one row a flight.
Seen: described in public documentation of 2023 to 2026 (read 2026-11); no export was at hand.
Encoding: UTF-8.
Zone: none: each time is in its airport's own zone, which the file does not name; assumed.
Precision: a minute.
Kept: every flight as a ride from gate to gate, at its true times where they are told; seat and aircraft.
Left out: nothing; a flight that was cancelled is an order.
How to get it: Flighty, Settings, Account Data, Export Flights.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading import Cells, Columns, Confidence, Head, Importer, Recognition, table_cells

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER = ("Date", "Airline", "Flight", "From", "To", "Gate Departure (Scheduled)", "Gate Arrival (Scheduled)")
OTHERS = (
    "Dep Terminal", "Dep Gate", "Arr Terminal", "Arr Gate", "Canceled", "Diverted To", "Gate Departure (Actual)", "Take off (Scheduled)",
    "Take off (Actual)", "Landing (Scheduled)", "Landing (Actual)", "Gate Arrival (Actual)", "Aircraft Type Name", "Tail Number", "PNR", "Seat",
    "Seat Type", "Cabin Class", "Flight Reason", "Notes",
)  # fmt: skip
PATTERNS = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "ISO8601")
# what was true before what was planned, and the gate before the runway
LEFT = ("Gate Departure (Actual)", "Take off (Actual)", "Gate Departure (Scheduled)", "Take off (Scheduled)", "Date")
CAME = ("Gate Arrival (Actual)", "Landing (Actual)", "Gate Arrival (Scheduled)", "Landing (Scheduled)")


def recognise(head: Head) -> Recognition:
    """Look for the header; no export was seen, so it is never certain."""
    found = head.has_columns(HEADER, optional=OTHERS)
    return Recognition(min(found.confidence, Confidence.LIKELY), found.because)


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the table."""
    yield from table_cells(file, HEADER)


def events(rows: Cells) -> Columns:
    """Make a ride of every flight."""
    left = Cells({"time": rows.text(*LEFT), "end": rows.text(*CAME)}, rows.row, assumed_zone=rows.assumed_zone)
    start, end = left.times("time", *PATTERNS, "%Y-%m-%d"), left.times("end", *PATTERNS)
    rows.unreadable.extend(left.unreadable)
    number = pc.binary_join_element_wise(
        pc.fill_null(rows.text("Airline"), ""), pc.fill_null(rows.text("Flight"), ""), ""
    )
    gone = pc.equal(pc.utf8_lower(pc.fill_null(rows.text("Canceled"), "")), "true")
    # a flight that was diverted came down elsewhere
    target = rows.text("Diverted To", "To")
    return Columns(
        {
            "kind": pc.if_else(gone, "order", "ride"),
            "start": start,
            "end": end,
            "time_basis": "stated",
            "precision_s": left.precision("time"),
            "zone_basis": "assumed",
            "place": rows.text("From"),
            "end_place": target,
            "mode": "plane",
            "service": number,
            "vehicle": rows.text("Tail Number"),
            "detail": rows.text("Aircraft Type Name"),
            "note": rows.text("Notes", "Flight Reason"),
            "category": rows.text("Cabin Class"),
            "refs": pa.array([[one] if one else None for one in rows.text("PNR").to_pylist()], pa.list_(pa.string())),
            "presence": pc.if_else(gone, "unknown", "in_person"),
        }
    )


IMPORTER = Importer(name="flighty", collector="flighty", recognise=recognise, cells=cells, events=events)
