"""Uber, saved places: the addresses you called Home and Work in the app. Known from a description.

Format: delimited text; columns found by name; a place a row, without a time.
Seen: columns described in public documentation (read 2026-11); no export was at hand.
Encoding: UTF-8.
Zone: none is needed.
Precision: none: a place without a time.
Kept: every place as a statement without a date, told by you.
Left out: rows without a position (`no_place`).
How to get it: privacy.uber.com, Download your data; folder Account and Profile, rider_eater_saved_locations.csv.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading import Cells, Columns, Confidence, Head, Importer, Recognition, table_cells

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER = ("Label", "City", "Country code", "Latitude", "Longitude")
OTHERS = ("State", "Address", "Street", "Postal code", "Title", "Nickname")


def recognise(head: Head) -> Recognition:
    """Look for the header; no export was seen, so it is never certain."""
    found = head.has_columns(HEADER, optional=OTHERS)
    return Recognition(min(found.confidence, Confidence.LIKELY), found.because)


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the table."""
    yield from table_cells(file, HEADER)


def events(rows: Cells) -> Columns:
    """Make a statement of every place."""
    lat, lon = rows.numbers("Latitude", low=-90, high=90), rows.numbers("Longitude", low=-180, high=180)
    rows.leave_out(np.asarray(pc.or_(pc.is_null(lat), pc.is_null(lon))), "no_place")
    where = [pc.fill_null(rows.text(name), "") for name in ("Address", "City", "State", "Country code")]
    address = pc.utf8_trim(pc.replace_substring_regex(pc.binary_join_element_wise(*where, ", "), "(, )+", ", "), " ,")
    return Columns(
        {
            "kind": "statement",
            "start": pa.nulls(len(rows), pa.timestamp("us", "UTC")),
            "time_basis": "unknown",
            "precision_s": 86_400,
            "lat": lat,
            "lon": lon,
            "datum": "wgs84",
            "place": rows.text("Label"),
            "detail": pc.if_else(pc.equal(address, ""), pa.scalar(None, pa.string()), address),
            "presence": "unknown",
            "said_by": "told",
        }
    )


IMPORTER = Importer(name="uber_saved", collector="uber", recognise=recognise, cells=cells, events=events)
