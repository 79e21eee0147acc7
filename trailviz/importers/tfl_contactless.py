"""Transport for London, contactless card: journeys of a month.

Format: CSV: Date, Time (`08:53 - 09:19`, `10:48`, `08:15 - --:--`), Journey, Charge (GBP), Capped, Notes.
Seen: rows quoted in public documentation of 2024 and 2026 (read 2026-11).
Encoding: UTF-8 or Windows-1252.
Zone: Europe/London.
Precision: a minute.
Kept: journeys with both stations, bus rides (where they began is not told), fares; what TfL completed itself is its inference.
Left out: nothing. The card's tail in the file's name is not read.
How to get it: contactless.tfl.gov.uk, the card, Journey & payment history, Download CSV; thirteen months.
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

HEADER = ("Date", "Time", "Journey", "Charge (GBP)")
OTHERS = ("Capped", "Notes")
ZONE = "Europe/London"
SPAN = r"^(?P<from>\d\d:\d\d)(?:\s*-\s*(?P<until>\d\d:\d\d|--:--))?$"
WAY = r"^(?P<from>.+?) to (?P<until>.+)$"
BUS = r"(?i)^Bus Journey,? Route (?P<route>.+)$"
# only networks: other brackets are of the name, as in Kensington (Olympia)
SUFFIX = r"\s*[\[(][^\])]*(?:Rail|Underground|Overground|DLR|Elizabeth|Tram)[^\])]*[\])]\s*$"
DAY = np.timedelta64(1, "D")


def recognise(head: Head) -> Recognition:
    """Look for the header."""
    return head.has_columns(HEADER, optional=OTHERS)


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the table."""
    yield from table_cells(file, HEADER)


def events(rows: Cells) -> Columns:
    """Make a ride of every journey, with its fare."""
    span = pc.extract_regex(rows.text("Time"), SPAN)
    date = rows.text("Date")
    until = pc.struct_field(span, "until")
    # nobody touched out
    until = pc.if_else(pc.is_in(until, pa.array(["--:--", ""])), pa.scalar(None, pa.string()), until)
    rows = replace(
        rows,
        columns={
            **rows.columns,
            "Time": pc.binary_join_element_wise(date, pc.struct_field(span, "from"), " "),
            "end": pc.binary_join_element_wise(date, until, " "),
        },
    )
    start = rows.times("Time", "%d/%m/%Y %H:%M", zone=ZONE)
    end = _after(start, rows.times("end", "%d/%m/%Y %H:%M", zone=ZONE))
    way = pc.extract_regex(rows.text("Journey"), WAY)
    # a bus is tapped once, so it has a route and no stop
    bus = pc.struct_field(pc.extract_regex(rows.text("Journey"), BUS), "route")
    signs = rows.signs("Charge (GBP)")
    notes = pc.fill_null(rows.text("Notes"), "")
    guessed = pc.match_substring_regex(notes, "(?i)automatically|assumed|incomplete|completed")
    return Columns(
        {
            "kind": "ride",
            "start": start,
            "end": end,
            "time_basis": "stated",
            "precision_s": 60,
            "place": station(pc.struct_field(way, "from")),
            "end_place": station(pc.struct_field(way, "until")),
            "mode": pc.if_else(pc.is_valid(bus), "bus", "train"),
            "service": pc.if_else(
                pc.is_valid(bus), pc.binary_join_element_wise("Route", bus, " "), pa.scalar(None, pa.string())
            ),
            "detail": rows.text("Journey"),
            "note": rows.text("Notes"),
            "amount": rows.money("Charge (GBP)"),
            "currency": "GBP",
            "flow": pa.array(np.select([signs < 0, signs > 0], ["out", "in"], "neither")),
            "party": "Transport for London",
            "party_is": "company",
            "presence": "in_person",
            "said_by": pc.if_else(guessed, "inferred", "recorded"),
        }
    )


def _after(start: pa.Array, end: pa.Array) -> pa.Array:
    """Move an end before its start to the next day: the journey went past midnight."""
    wall, ends = (one.cast(pa.timestamp("us")).to_numpy(zero_copy_only=False) for one in (start, end))
    return pa.array(np.where(ends < wall, ends + DAY, ends), pa.timestamp("us")).cast(start.type)


def station(names: pa.Array) -> pa.Array:
    """Take the network off a station's name; `Unknown` is no place."""
    bare = pc.utf8_trim_whitespace(pc.replace_substring_regex(names, SUFFIX, ""))
    known = pc.and_(pc.not_equal(bare, "Unknown"), pc.greater(pc.binary_length(bare), 0))
    return pc.if_else(known, bare, pa.scalar(None, pa.string()))


IMPORTER = Importer(
    name="tfl_contactless",
    collector="transport_for_london",
    recognise=recognise,
    cells=cells,
    events=events,
    zone=ZONE,
    retention_days=396,
)
