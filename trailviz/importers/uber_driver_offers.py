"""Uber, the trips a driver was offered, hour by hour: `Driver Dispatches Offered and Accepted.csv`. From a description.

Format: delimited text (`;` in French replies); a row an hour: offers, refusals, minutes online and on a trip, what was earned. No place.
Seen: the header of 2021 quoted in public documentation (read 2026-11); no reply was at hand.
Encoding: UTF-8.
Zone: UTC columns.
Precision: an hour: the offers lie somewhere in it.
Kept: every hour as that many requests, with what became of them as a note.
Left out: hours without an offer (`no_offer`).
How to get it: a request for access by e-mail to Uber, as a driver (in a reply: 14 - Driver Dispatches Offered and Accepted.csv).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading import Cells, Columns, Confidence, Head, Importer, Recognition, table_cells
from trailviz.reading.phrases import uber

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER = ("start_timestamp_utc", "end_timestamp_utc", "dispatches", "accepts", "minutes_online", "completed_trips")
TOLD = (
    "minutes_online",
    "minutes_on_trip",
    "dispatches",
    "accepts",
    "rejections",
    "expireds",
    "completed_trips",
    "trip_fares",
)


def recognise(head: Head) -> Recognition:
    """Look for hours with offers; no reply was seen, so it is never certain."""
    said = head.has_columns(HEADER)
    return Recognition(min(said.confidence, Confidence.LIKELY), said.because)


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the table."""
    yield from table_cells(file, HEADER)


def events(rows: Cells) -> Columns:
    """Make of every hour as many requests as were offered, somewhere between its beginning and its end."""
    count = rows.numbers("dispatches", low=0, high=10_000)
    rows.leave_out(np.asarray(pc.equal(pc.fill_null(count, -1), 0)), "no_offer")
    since, until = uber.moments(rows, "start_timestamp_utc"), uber.moments(rows, "end_timestamp_utc")
    rows.note(np.asarray(pc.is_null(rows.text("start_timestamp_utc"))), "start_timestamp_utc", "a time")
    # without its beginning an hour is unreadable: the end alone must not date it
    until = pc.if_else(pc.is_valid(since), until, pa.scalar(None, until.type))
    return Columns(
        {
            "kind": "request",
            "start": since,
            "start_latest": until,
            "end_earliest": since,
            "end": until,
            "time_basis": "bounded",
            "precision_s": 3600,
            "note": _said(rows),
            "party": "Uber",
            "party_is": "company",
            "mode": "car",
            "count": pc.fill_null(count, 1).cast(pa.int32()),
            "presence": "unknown",
        }
    )


def _said(rows: Cells) -> pa.Array:
    """Write what the hour's other columns say: `accepts 3, completed_trips 2`."""
    said = [pc.binary_join_element_wise(name, rows.text(name), " ") for name in TOLD if rows.has(name)]
    return pc.binary_join_element_wise(*(pc.fill_null(one, "") for one in said), ", ")


IMPORTER = Importer(
    name="uber_driver_offers", collector="uber", recognise=recognise, cells=cells, events=events, zone="UTC"
)
