"""Uber, what the app measured: rider and eater app analytics.

Format: CSV; an event of the app with its time, the time of the position, accuracy, network, device and IP address.
Seen: the header and rows of 2020 and 2026 quoted in public documentation (read 2026-11).
Encoding: UTF-8.
Zone: UTC as its columns say.
Precision: a thousandth of a second.
Kept: every position at the time it was measured, with accuracy and device; the IP address where the device has no other name.
Left out: events without a position.
How to get it: privacy.uber.com, Download your data; rider_app_analytics, eats_app_analytics; thirty days.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow.compute as pc

from trailviz.reading import Cells, Columns, Confidence, Head, Importer, Recognition, table_cells

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER = ("Event Time (UTC)", "GPS Time (UTC)", "Latitude", "Longitude")
PATTERNS = ("%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S.%fZ", "%Y-%m-%dT%H:%M:%SZ", "ISO8601")


def recognise(head: Head) -> Recognition:
    """Look for the columns of positions with two times."""
    said = head.has_columns(HEADER)
    # most of the file's columns are not named here, so LIKELY is as sure as it gets
    return Recognition(Confidence.CERTAIN if said.confidence >= Confidence.LIKELY else said.confidence, said.because)


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the table."""
    yield from table_cells(file, HEADER)


def events(rows: Cells) -> Columns:
    """Make a fix of every position."""
    bare = {name: pc.replace_substring_regex(rows.text(name), r" (\+0000 )?UTC$", "") for name in HEADER[:2]}
    rows = replace(rows, columns={**rows.columns, **bare}, unreadable=rows.unreadable)
    measured = rows.times("GPS Time (UTC)", *PATTERNS, zone="UTC", noted=False)
    lat, lon = rows.numbers("Latitude", low=-90, high=90), rows.numbers("Longitude", low=-180, high=180)
    rows.leave_out(np.asarray(pc.invert(pc.and_(pc.is_valid(lat), pc.is_valid(lon)))), "no_place")
    return Columns(
        {
            "kind": "fix",
            # when the position was measured, not when it was sent
            "start": pc.coalesce(measured, rows.times("Event Time (UTC)", *PATTERNS, zone="UTC")),
            "time_basis": "stated",
            "precision_s": 1,
            "lat": lat,
            "lon": lon,
            "accuracy_m": rows.numbers("Horizontal Accuracy"),
            "datum": "wgs84",
            "place": rows.text("City"),
            "device": pc.coalesce(rows.text("Device ID"), rows.text("Device Model"), rows.text("IP Address")),
            "category": rows.text("Analytics Event Type"),
            "presence": "in_person",
        }
    )


IMPORTER = Importer(
    name="uber_analytics",
    collector="uber",
    recognise=recognise,
    cells=cells,
    events=events,
    zone="UTC",
    retention_days=30,
)
