"""Uber, what a driver's app measured: `driver_app_analytics.csv`, a position every few seconds for thirty days. From a description.

Format: CSV; an event of the app with time, position, speed, network, device, and whether the driver was online.
Seen: a header of 2026 quoted in public documentation (read 2026-11); no export was at hand.
Encoding: UTF-8.
Zone: UTC as its column says.
Precision: a second.
Kept: every position with device and whether the driver was online; the internet address where the device has no other name.
Left out: events without a position.
How to get it: privacy.uber.com, Download your data, as a driver or courier; folder Driver.
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

HEADER = ("Is Driver Online?", "Event Time (UTC)", "Latitude", "Longitude")
GPS = "GPS Time (UTC)"
ONLINE, OFFLINE = pa.array(["true", "yes", "1"]), pa.array(["false", "no", "0"])


def recognise(head: Head) -> Recognition:
    """Look for positions of a driver; no export was seen, so it is never certain."""
    said = head.has_columns(HEADER)
    return Recognition(min(said.confidence, Confidence.LIKELY), said.because)


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the table."""
    yield from table_cells(file, HEADER)


def events(rows: Cells) -> Columns:
    """Make a fix of every position."""
    lat, lon = rows.numbers("Latitude", low=-90, high=90), rows.numbers("Longitude", low=-180, high=180)
    rows.leave_out(np.asarray(pc.invert(pc.and_(pc.is_valid(lat), pc.is_valid(lon)))), "no_place")
    online = pc.utf8_lower(rows.text("Is Driver Online?"))
    nothing = pa.scalar(None, pa.string())
    said = pc.if_else(pc.is_in(online, ONLINE), "online", pc.if_else(pc.is_in(online, OFFLINE), "offline", nothing))
    return Columns(
        {
            "kind": "fix",
            # when the position was measured, not when it was sent
            "start": pc.coalesce(uber.moments(rows, GPS), uber.moments(rows, "Event Time (UTC)")),
            "time_basis": "stated",
            "precision_s": 1,
            "lat": lat,
            "lon": lon,
            "accuracy_m": rows.numbers("Horizontal Accuracy"),
            "datum": "wgs84",
            "place": rows.text("City"),
            "device": pc.coalesce(rows.text("Device ID"), rows.text("Device Model"), rows.text("IP Address")),
            "category": rows.text("Analytics Event Type"),
            "status": pc.coalesce(rows.text("Driver Status"), said),
            "presence": "in_person",
        }
    )


IMPORTER = Importer(
    name="uber_driver_analytics",
    collector="uber",
    recognise=recognise,
    cells=cells,
    events=events,
    zone="UTC",
    retention_days=30,
)
