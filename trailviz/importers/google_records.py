"""Google location history, raw: `Records.json` (since January 2022) and `Location History.json` (before).

Format: JSON object with `locations`, each a position in ten-millionths of a degree with its time, accuracy and device.
Seen: shapes of 2017, 2019, 2022 and 2024 in public documentation (read 2026-11).
Encoding: UTF-8.
Zone: UTC (`timestamp` ISO, `timestampMs` milliseconds).
Precision: a second; milliseconds are kept.
Kept: every position, with its accuracy and device.
Left out: elements without a position (`no_place`), positions at 0, 0 (`null_island`); Wi-Fi scans are never read.
How to get it: takeout.google.com, Location History; since 2024 the history is on the phone (see google_timeline).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.events import INSTANT
from trailviz.reading import Cells, Columns, Confidence, Head, Importer, Recognition, json_cells
from trailviz.reading.phrases import google

if TYPE_CHECKING:
    from collections.abc import Iterator

SHAPE = pa.struct(
    [
        ("timestamp", pa.string()),
        ("timestampMs", pa.string()),
        ("latitudeE7", pa.int64()),
        ("longitudeE7", pa.int64()),
        ("accuracy", pa.float64()),
        ("deviceTag", pa.int64()),
    ]
)


def recognise(head: Head) -> Recognition:
    """Look for `locations` whose elements hold E7 coordinates."""
    if "locations.item.latitudeE7" in head.paths or (
        "locations[]" in head.paths and "locations.item.timestampMs" in head.paths
    ):
        return Recognition(Confidence.CERTAIN, "has locations with E7 coordinates")
    if (
        "locations[]" in head.paths
        and "locations.item.timestamp" in head.paths
        # lat and lon are how Polarsteps writes its locations
        and "locations.item.lat" not in head.paths
    ):
        return Recognition(Confidence.LIKELY, "has locations with timestamps")
    return Recognition(Confidence.NO, "has no locations with E7 coordinates")


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Stream the locations."""
    return json_cells(file, {"locations.item": SHAPE})


def events(rows: Cells) -> Columns:
    """Make a fix of every position."""
    given = [rows.columns[name] for name in ("latitudeE7", "longitudeE7")]
    lat, lon = google.degrees(rows, *given)
    stated = np.asarray(pc.and_(pc.is_valid(given[0]), pc.is_valid(given[1])))
    zero = np.asarray(pc.fill_null(pc.and_(pc.equal(given[0], 0), pc.equal(given[1], 0)), fill_value=False))
    read = np.asarray(pc.is_valid(lat))
    rows.leave_out(~stated, "no_place")
    rows.leave_out(zero, "null_island")
    outside = stated & ~zero & ~read
    rows.note(outside, "latitudeE7", "a position on Earth in ten-millionths of a degree")
    # a fix that is nowhere says nothing; without a time its row counts as unreadable
    written = [rows.columns[name] for name in ("timestamp", "timestampMs")]
    start = google.instants(rows, "timestamp", *written, needed=read)
    columns: dict[str, object] = {
        "kind": "fix",
        "start": pc.if_else(pa.array(outside), pa.scalar(None, INSTANT), start),
        "time_basis": "stated",
        "precision_s": 1,
        "lat": lat,
        "lon": lon,
        "accuracy_m": rows.columns["accuracy"],
        "datum": "wgs84",
        "said_by": "recorded",
    }
    device = rows.columns["deviceTag"]
    if device.null_count < len(device):
        # a person has a few devices: their numbers are told apart as numbers, and each is written once
        coded = device.dictionary_encode()
        columns["device"] = pa.DictionaryArray.from_arrays(coded.indices, coded.dictionary.cast(pa.string()))
    return Columns(
        {
            name: value
            for name, value in columns.items()
            if not isinstance(value, pa.Array) or value.null_count < len(value)
        }
    )


IMPORTER = Importer(
    name="google_records", collector="google", recognise=recognise, cells=cells, events=events, zone="UTC"
)
