"""Bike share of Lyft's cities (Citi Bike, Bay Wheels, Divvy …): your trips in the layout of the public system data.

Format: CSV, of 2013 (tripduration, starttime, start station …) or of 2020 (ride_id, started_at, start_station_name …).
Seen: headers of both generations quoted in public documentation (read 2026-11).
Encoding: UTF-8.
Zone: not stated: the city's.
Precision: a second, or a thousandth of one.
Kept: every trip with both stations and their positions, and the bike's number where it is told.
Left out: nothing. The whole public file can be read too, but it is everybody's, not yours.
How to get it: citibikenyc.com or the app has no button for it; your trips can be picked out of the public file by their minute.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow as pa

from trailviz.reading import Cells, Columns, Head, Importer, Recognition, table_cells

if TYPE_CHECKING:
    from collections.abc import Iterator

NEW = (
    "ride_id",
    "rideable_type",
    "started_at",
    "ended_at",
    "start_station_name",
    "end_station_name",
    "start_lat",
    "start_lng",
    "end_lat",
    "end_lng",
)
OLD = (
    "tripduration",
    "starttime",
    "stoptime",
    "start station name",
    "start station latitude",
    "start station longitude",
    "end station name",
    "end station latitude",
    "end station longitude",
)
OTHERS = (
    "start_station_id",
    "end_station_id",
    "member_casual",
    "start station id",
    "end station id",
    "bikeid",
    "usertype",
    "birth year",
    "gender",
)
PATTERNS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S.%f", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M")


def recognise(head: Head) -> Recognition:
    """Look for either header."""
    return max((head.has_columns(one, optional=OTHERS) for one in (NEW, OLD)), key=lambda said: said.confidence)


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the table of whichever generation."""
    # columns tell the generations apart, and a table under another header has no rows
    found = [one for one in table_cells(file, NEW[2:4]) if len(one)]
    if not found:
        file.seek(0)
        found = list(table_cells(file, OLD[1:3]))
    yield from found


def events(rows: Cells) -> Columns:
    """Make a ride of every trip."""
    new = rows.has("started_at")
    start, end = ("started_at", "ended_at") if new else ("starttime", "stoptime")
    dot = "_" if new else " "
    lat, lon = ("lat", "lng") if new else ("station latitude", "station longitude")
    return Columns(
        {
            "kind": "ride",
            "start": rows.times(start, *PATTERNS),
            "end": rows.times(end, *PATTERNS),
            "time_basis": "stated",
            "precision_s": rows.precision(start),
            "zone_basis": "assumed",
            "lat": rows.numbers(f"start{dot}{lat}", low=-90, high=90),
            "lon": rows.numbers(f"start{dot}{lon}", low=-180, high=180),
            "end_lat": rows.numbers(f"end{dot}{lat}", low=-90, high=90),
            "end_lon": rows.numbers(f"end{dot}{lon}", low=-180, high=180),
            "datum": "wgs84",
            "place": rows.text(f"start{dot}station{dot}name"),
            "end_place": rows.text(f"end{dot}station{dot}name"),
            "mode": "bike",
            "service": rows.text("rideable_type"),
            "vehicle": rows.text("bikeid"),
            "presence": "in_person",
            # the public file tells no price
            "flow": pa.array(np.full(len(rows), "neither")),
        },
        own_id=rows.text("ride_id"),
    )


IMPORTER = Importer(name="bike_share", collector="motivate", recognise=recognise, cells=cells, events=events)
