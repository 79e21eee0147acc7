"""Transport for London, Oyster card: journey history.

Format: CSV after a blank line: Date, Start Time, End Time, Journey/Action, Charge, Credit, Balance, Note.
Seen: rows of 2013 and 2025 quoted in public documentation (read 2026-11).
Encoding: UTF-8 or Windows-1252.
Zone: Europe/London.
Precision: a minute; an end before its start is the next day's.
Kept: journeys with both stations, bus rides, taps without a second end, top-ups with the station they were made at.
Left out: nothing.
How to get it: oyster.tfl.gov.uk, Journey history, Download CSV; or weekly by e-mail; eight weeks.
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

HEADER = ("Date", "Start Time", "End Time", "Journey/Action", "Charge", "Credit")
OTHERS = ("Balance", "Note")
ZONE = "Europe/London"
WAY = r"^(?P<from>.+?) to (?P<until>.+)$"
BUS = r"(?i)^Bus journey,? route (?P<route>.+)$"
TOP_UP = r"(?i)^(?:auto )?top-?up,? ?(?P<station>.*)$|(?i)^season ticket.*$"
TAP = r"(?i)^(?:Entered and exited|Entered|Exited|Touch(?:ed)? (?:in|out) at) (?P<station>.+?)(?: tram stop)?$"
SUFFIX = r"\s*[\[(][^\])]*[\])]\s*"
DAY = np.timedelta64(1, "D")


def recognise(head: Head) -> Recognition:
    """Look for the header."""
    return head.has_columns(HEADER, optional=OTHERS)


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the table."""
    yield from table_cells(file, HEADER)


def events(rows: Cells) -> Columns:
    """Make a ride, a tap or a top-up of every row."""
    said = rows.text("Journey/Action")
    way = pc.extract_regex(said, WAY)
    bus = pc.struct_field(pc.extract_regex(said, BUS), "route")
    top_up = pc.fill_null(pc.match_substring_regex(said, TOP_UP), False)  # noqa: FBT003
    topped = pc.struct_field(pc.extract_regex(said, TOP_UP), "station")
    tap = pc.struct_field(pc.extract_regex(said, TAP), "station")
    ride = pc.and_(pc.invert(top_up), pc.or_(pc.is_valid(pc.struct_field(way, "from")), pc.is_valid(bus)))
    rows = replace(
        rows,
        columns={
            **rows.columns,
            **{
                name: pc.binary_join_element_wise(rows.text("Date"), rows.text(name), " ")
                for name in ("Start Time", "End Time")
            },
        },
    )
    start, end = (rows.times(name, "%d-%b-%Y %H:%M", zone=ZONE) for name in ("Start Time", "End Time"))
    wall, ends = (one.cast(pa.timestamp("us")).to_numpy(zero_copy_only=False) for one in (start, end))
    charge, credit = rows.money("Charge"), rows.money("Credit")
    nothing = pa.scalar(None, pa.string())
    origin = pc.coalesce(
        pc.if_else(top_up, nothing, pc.struct_field(way, "from")), tap, pc.if_else(top_up, topped, nothing)
    )
    return Columns(
        {
            "kind": pc.case_when(pc.make_struct(top_up, ride), "top_up", "ride", "tap"),
            "start": start,
            # an end after midnight was seen (23:49 to 00:09)
            "end": pa.array(np.where(ends < wall, ends + DAY, ends), pa.timestamp("us")).cast(start.type),
            "time_basis": "stated",
            "precision_s": 60,
            "place": _station(origin),
            "end_place": _station(pc.if_else(top_up, nothing, pc.struct_field(way, "until"))),
            "mode": pc.case_when(pc.make_struct(pc.is_valid(bus), top_up), "bus", nothing, "train"),
            "service": pc.binary_join_element_wise("Route", bus, " "),
            "detail": said,
            "note": rows.text("Note"),
            "amount": pc.coalesce(charge, credit),
            "currency": "GBP",
            "flow": pc.case_when(pc.make_struct(pc.is_valid(charge), pc.is_valid(credit)), "out", "in", "neither"),
            "party": "Transport for London",
            "party_is": "company",
            "presence": pc.if_else(
                pc.match_substring_regex(pc.fill_null(said, ""), "(?i)^auto top"), "unknown", "in_person"
            ),
        }
    )


def _station(names: pa.Array) -> pa.Array:
    bare = pc.utf8_trim_whitespace(pc.replace_substring_regex(names, SUFFIX, " "))
    return pc.if_else(pc.greater(pc.binary_length(bare), 0), bare, pa.scalar(None, pa.string()))


IMPORTER = Importer(
    name="tfl_oyster",
    collector="transport_for_london",
    recognise=recognise,
    cells=cells,
    events=events,
    zone=ZONE,
    retention_days=56,
)
