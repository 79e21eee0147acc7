"""Google Takeout, My labelled places: the addresses you named Home and Work on the map. Known from a description only.

Format: JSON in the shape of GeoJSON; one place a feature, without a time.
Seen: described in public documentation (read 2026-11); no export was at hand.
Encoding: UTF-8.
Zone: none is needed.
Precision: none: a place without a time.
Kept: every place as a statement without a date, told by you.
Left out: features without a position (`no_place`).
How to get it: takeout.google.com, Maps (your places), My labelled places.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
import pyarrow.compute as pc

from trailviz.reading import (
    Cells,
    Columns,
    Confidence,
    Head,
    Importer,
    Recognition,
    json_objects,
    record_cells,
    said,
    within,
)
from trailviz.reading.phrases import track

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NAMES = ("kind", "time", "lat", "lon", "name", "detail", "said_by")


def recognise(head: Head) -> Recognition:
    """Look for features with a name, an address and no time."""
    found = {"features.item.properties.address", "features.item.properties.name"} <= head.paths
    timed = {f"features.item.properties.{name}" for name in ("time", "timestamp", "date")} & head.paths
    if found and not timed:
        return Recognition(Confidence.LIKELY, "has places with name and address, without times")
    return Recognition(Confidence.NO, "has no places with name and address")


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the places, numbered from 1."""
    yield from record_cells((_told(one) for one in json_objects(file, "features")), NAMES, encoding="utf-8")


def events(rows: Cells) -> Columns:
    """Make a statement of every place."""
    made = track.events(rows)
    # `track` leaves out only what has a time, and these have none
    rows.leave_out(np.asarray(pc.is_null(rows.text("lat"))), "no_place")
    return Columns({**made.values, "presence": "unknown", "precision_s": 86_400, "time_basis": "unknown"})


def _told(one: Mapping[str, Any]) -> dict[str, str | None]:
    point = within(one, "geometry").get("coordinates")
    lon, lat = (said(point[0]), said(point[1])) if isinstance(point, list) and len(point) > 1 else (None, None)
    about = within(one, "properties")
    return {
        "kind": "statement",
        "lat": lat,
        "lon": lon,
        "name": said(about.get("name")),
        "detail": said(about.get("address")),
        "said_by": "told",
    }


IMPORTER = Importer(name="google_labelled_places", collector="google", recognise=recognise, cells=cells, events=events)
