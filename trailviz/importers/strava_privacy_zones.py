"""Strava archive, `privacy_zones.csv`: the addresses you asked Strava to hide. Known from a description.

Format: delimited text; columns found by name; a place a row, without a time.
Seen: described in public documentation (read 2026-11); no export was at hand.
Encoding: UTF-8.
Zone: none is needed.
Precision: none: a place without a time.
Kept: every zone as a statement without a date, told by you, with its radius.
Left out: rows without a position (`no_place`).
How to get it: strava.com, Settings, My Account, Download or Delete Your Account, Download Request.
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

HEADER = ("Address", "Radius", "Latitude & Longitude")
POINT = r"(?P<lat>-?\d{1,2}\.\d+)[^\d-]+(?P<lon>-?\d{1,3}\.\d+)"
RADIUS = r"^(?P<m>[\d.]+)\s*(?:m|meters|metres)?$"


def recognise(head: Head) -> Recognition:
    """Look for the header; no export was seen, so it is never certain."""
    found = head.has_columns(HEADER)
    return Recognition(min(found.confidence, Confidence.LIKELY), found.because)


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the table, with the point's two numbers apart."""
    for one in table_cells(file, HEADER):
        point = pc.extract_regex(one.text("Latitude & Longitude"), POINT)
        # the last batch has lines alone, and no columns
        apart = {name: pc.struct_field(point, name) for name in ("lat", "lon")} if len(one) else {}
        radius = {"m": pc.struct_field(pc.extract_regex(one.text("Radius"), RADIUS), "m")} if len(one) else {}
        yield replace(one, columns={**one.columns, **apart, **radius})


def events(rows: Cells) -> Columns:
    """Make a statement of every zone."""
    rows.leave_out(np.asarray(pc.is_null(rows.text("lat"))), "no_place")
    return Columns(
        {
            "kind": "statement",
            "start": pa.nulls(len(rows), pa.timestamp("us", "UTC")),
            "time_basis": "unknown",
            "precision_s": 86_400,
            "lat": rows.numbers("lat", low=-90, high=90),
            "lon": rows.numbers("lon", low=-180, high=180),
            "accuracy_m": rows.numbers("m"),
            "datum": "wgs84",
            "place": rows.text("Address"),
            "presence": "unknown",
            "said_by": "told",
        }
    )


IMPORTER = Importer(name="strava_privacy_zones", collector="strava", recognise=recognise, cells=cells, events=events)
