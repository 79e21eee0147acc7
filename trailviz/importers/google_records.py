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
E7 = 10_000_000
RAN_OVER = 1_800_000_000
FULL_TURN = 1 << 32


def recognise(head: Head) -> Recognition:
    """Look for `locations` whose elements hold E7 coordinates."""
    if "locations.item.latitudeE7" in head.paths or (
        "locations[]" in head.paths and "locations.item.timestampMs" in head.paths
    ):
        return Recognition(Confidence.CERTAIN, "has locations with E7 coordinates")
    if (
        "locations[]" in head.paths
        and "locations.item.timestamp" in head.paths
        and "locations.item.lat" not in head.paths
    ):
        return Recognition(Confidence.LIKELY, "has locations with timestamps")
    return Recognition(Confidence.NO, "has no locations with E7 coordinates")


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Stream the locations."""
    return json_cells(file, {"locations.item": SHAPE})


def events(rows: Cells) -> Columns:
    """Make a fix of every position."""
    lat, lon = (_degrees(rows, name) for name in ("latitudeE7", "longitudeE7"))
    outside = ~np.isnan(lat) & ((np.abs(lat) > 90) | (np.abs(lon) > 180))  # noqa: PLR2004 - degrees
    rows.note(outside, "latitudeE7", "a position on Earth in ten-millionths of a degree")
    nowhere = np.isnan(lat) | np.isnan(lon)
    rows.leave_out(nowhere & ~outside, "no_place")
    rows.leave_out((lat == 0) & (lon == 0), "null_island")
    good = ~(nowhere | outside)
    columns: dict[str, object] = {
        "kind": "fix",
        "start": times(rows, "timestamp", "timestampMs"),
        "time_basis": "stated",
        "precision_s": 1,
        "lat": pa.array(lat, mask=~good),
        "lon": pa.array(lon, mask=~good),
        "accuracy_m": rows.columns["accuracy"],
        "datum": "wgs84",
        "said_by": "recorded",
    }
    device = rows.columns["deviceTag"]
    if device.null_count < len(device):
        columns["device"] = device.cast(pa.string())
    return Columns(
        {
            name: value
            for name, value in columns.items()
            if not isinstance(value, pa.Array) or value.null_count < len(value)
        }
    )


def times(rows: Cells, iso: str, millis: str) -> pa.Array:
    """Read an ISO time, or milliseconds since 1970 as text."""
    read = rows.times(iso, "ISO8601")
    text = rows.text(millis)
    if text.null_count == len(text):
        return read
    number = pc.if_else(pc.match_substring_regex(text, r"^\d{10,14}$"), text, pa.scalar(None, pa.string())).cast(
        pa.int64()
    )
    wrong = np.asarray(pc.is_valid(text)) & ~np.asarray(pc.is_valid(number))
    rows.note(wrong, millis, "milliseconds since 1970")
    return pc.coalesce(read, pc.multiply(number, 1000).cast(INSTANT))


def _degrees(rows: Cells, column: str) -> np.ndarray:
    """Read ten-millionths of a degree; a value that had run over 32 bits is put right and counted."""
    values = rows.columns[column].to_numpy(zero_copy_only=False).astype(float)
    with np.errstate(invalid="ignore"):
        over = values > RAN_OVER
    if over.any():
        rows.notices["repaired_coordinate"] += int(over.sum())
        values = np.where(over, values - FULL_TURN, values)
    return values / E7


IMPORTER = Importer(
    name="google_records", collector="google", recognise=recognise, cells=cells, events=events, zone="UTC"
)
